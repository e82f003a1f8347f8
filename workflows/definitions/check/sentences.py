"""What findings say in Chinese: each English sentence with its Chinese one, gaps as `{}`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_PLACES = {
    "condition": "条件",
    "completion condition": "完成条件",
    "message payload": "消息内容",
    "collection": "集合",
    "number of instances": "实例数",
    "script": "脚本",
    "due": "时限",
    "warn": "提醒时间",
    "unit": "部门",
    "assignee": "指定办理人",
    "about": "事由",
    "timeDate": "定时日期",
    "timeDuration": "定时时长",
    "timeCycle": "定时周期",
}
_KINDS = {
    "userTask": "用户任务",
    "serviceTask": "服务任务",
    "scriptTask": "脚本任务",
    "businessRuleTask": "业务规则任务",
    "task": "任务",
    "callActivity": "调用活动",
    "subProcess": "子流程",
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "boundaryEvent": "边界事件",
    "intermediateCatchEvent": "中间捕获事件",
    "intermediateThrowEvent": "中间抛出事件",
    "exclusiveGateway": "排他网关",
    "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关",
    "eventBasedGateway": "事件网关",
    "sequenceFlow": "连线",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "升级",
    "link": "链接",
    "property": "属性",
    "parameter": "参数",
    "name": "名称",
    "value": "值",
}
_WORDS = {**_PLACES, **_KINDS}
_GAPS = (("script line {}", "脚本第{}行"), ("parameter {}", "参数{}"))
_PAIRS = (
    # files
    ("the file is not well-formed XML ({})", "文件不是格式良好的 XML（{}）"),
    ("the file is not a BPMN 2.0 diagram", "文件不是 BPMN 2.0 流程图"),
    ("the bytes are not text in UTF-8, UTF-16, GBK or GB18030",
     "内容不是 UTF-8、UTF-16、GBK 或 GB18030 编码的文本"),
    ("the encoding {} is not read", "不支持编码 {}"),
    ("the file carries a document type definition (DTD)", "文件带有文档类型定义（DTD）"),
    ("the file has {} bytes, more than {}", "文件有 {} 字节，超过 {}"),
    ("the file has {} bytes", "文件有 {} 字节"),
    ("the file has more than {} elements or nests deeper than {}",
     "文件的元素多于 {} 个，或嵌套深于 {} 层"),
    ("the file has more than {} elements.", "文件的元素多于 {} 个"),
    ("the file is larger than {} MB.", "文件大于 {} MB"),
    ("the file is not XML: {}", "文件不是 XML：{}"),
    ("the file holds a document type declaration.", "文件带有文档类型定义"),
    ("the file is not a DMN model.", "文件不是 DMN 决策模型"),
    ("the file is not JSON ({})", "文件不是 JSON（{}）"),
    ("the file is not valid TOML ({})", "文件不是有效的 TOML（{}）"),
    ("the file is missing", "缺少该文件"),
    ("the file holds no form", "文件中没有表单"),
    ("a file of this name has no place in a bundle", "流程包里不该有这样名称的文件"),
    ("a bundle has at most {} files and {} bytes in all", "流程包最多 {} 个文件，合计 {} 字节"),
    ("a bundle has at most {} files of {} bytes", "流程包最多 {} 个文件，每个 {} 字节"),
    ("a bundle holds at most {} characters of FEEL", "流程包中的 FEEL 最多 {} 个字符"),
    ("{} flows, and {} nodes so far: at most {} flows in a file, and {} nodes in a bundle",
     "有 {} 条连线、累计 {} 个节点；一个文件最多 {} 条连线，一个流程包最多 {} 个节点"),
    ("the texts have more than {} bytes", "信函合计超过 {} 字节"),
    ("the check did not come to an end in time", "未能在限定时间内检查完"),
    ("the check needed more memory than it may take", "检查需要的内存超过上限"),
    ("the file holds no process", "文件中没有流程"),
    ("the file holds several processes ({})", "文件中有几个流程（{}）"),
    ("the process is called {}, the file {}", "流程名为 {}，文件名为 {}"),
    ("the process is not marked as executable", "流程没有标记为可执行"),
    ("the {} holds invisible signs ({})", "{} 含有不可见符号（{}）"),
    ("the name has {} characters", "名称有 {} 个字"),
    # settings
    ("{} is not a setting of a bundle", "{} 不是流程包的设置项"),
    ("{} is missing", "缺少 {}"),
    ("the key {} is not made of small letters, digits and underscores",
     "键 {} 不是由小写字母、数字和下划线组成"),
    ("the number pattern {} cannot be used", "编号格式 {} 不能使用"),
    ("no stage is named", "没有写任何阶段"),
    ("the stage {} stands there twice", "阶段 {} 写了两次"),
    ("[case]: a case has no column {}", "[case]：事项没有 {} 这一列"),
    ("main names {}, but there is no {}", "main 写的是 {}，但没有 {}"),
    ("offers names {}, which is no list that cases are offered in",
     "offers 写的是 {}，没有这样的列表"),
    ("public_tables names {}, but there is no {}", "public_tables 写的是 {}，但没有 {}"),
    ("start_form names {}, but there is no {}", "start_form 写的是 {}，但没有 {}"),
    # ids
    ("a {} has no id", "有一个 {} 没有编号"),
    ("the id {} stands there twice", "编号 {} 出现了两次"),
    ("{} is not an XML name", "{} 不是合法的 XML 名称"),
    ("{} is a name that the engine uses itself", "{} 是引擎自用的名称"),
    ("the process {} is in {} too", "流程 {} 在 {} 中也有"),
    # elements
    ("<{}> is not supported", "不支持 <{}>"),
    ("<{}> is not run", "<{}> 不会执行"),
    ("<{}> inside the {} is not supported", "{1} 中不支持 <{0}>"),
    ("<{}> would run unseen", "<{}> 会在看不见的地方执行"),
    ("<{}> does not belong into <{}>", "<{}> 不该放在 <{}> 里"),
    ("the process has an input/output specification", "流程带有输入输出说明"),
    ("the task has no type", "任务没有类型"),
    ("the service task names no operation", "服务任务没有写明操作"),
    ("this is an event subprocess", "这是事件子流程"),
    ("the script task has no lines", "脚本任务没有内容"),
    ("the business rule task names no decision", "业务规则任务没有写明决策"),
    ("the element has a {}", "该元素带有 {}"),
    ("the activity has a loop marker", "活动带有循环标记"),
    ("the event has several definitions; only one would count", "事件有几个定义，只有一个会起作用"),
    ("a {} event of this kind ({}) would be ignored", "这种 {0} 事件（{1}）会被忽略"),
    ("the event does not say what it waits for", "事件没有写明等待什么"),
    ("a {} has no {}", "{} 缺少 {}"),
    ("an extension of no namespace", "带有没有命名空间的扩展"),
    ("an extension of {}", "带有 {} 的扩展"),
    # gateways
    ("{} does not leave here", "{} 不是从这里出发的"),
    ("the gateway has one way in and one way out", "网关一进一出"),
    ("the gateway has no default flow", "网关没有默认连线"),
    ("the default flow has a condition", "默认连线带有条件"),
    ("the flow has no condition and is not the default", "连线没有条件，也不是默认连线"),
    ("a condition on a flow out of a {}", "{} 引出的连线带有条件"),
    ("an event gateway leads to something else here", "事件网关在这里连到了事件以外的元素"),
    ("{} timers follow this event gateway", "事件网关后面有 {} 个定时"),
    ("the join lies inside a loop", "汇合位于循环之内"),
    ("the ways that meet here part at {}, which lets only one of them happen",
     "在此会合的路在 {} 分开，而那里只走其中一条"),
    ("the branches that part at {} meet here without a join",
     "在 {} 分开的分支在此相遇，却没有汇合"),
    # flows
    ("there is no start event", "没有开始事件"),
    ("there are {} start events", "有 {} 个开始事件"),
    ("there is no end event", "没有结束事件"),
    ("no way leads here from the start", "从开始走不到这里"),
    ("no flow leads on from here", "从这里没有连线出去"),
    ("no way from here leads to an end event", "从这里走不到结束事件"),
    ("the flow {} at {}, which is not a node of this level", "连线的一端是 {1}，它不是本层的节点"),
    ("a flow leads into the start event", "有连线进入开始事件"),
    ("a flow leads out of the end event", "有连线离开结束事件"),
    ("{} flows leave this {}", "这个 {1} 引出了 {0} 条连线"),
    ("{} nodes, more than {}", "{} 个节点，超过 {} 个"),
    ("the event does not sit on an activity", "事件没有附着在活动上"),
    ("{} can stay open after the main path has ended", "{} 在主路结束后可能仍然开着"),
    # loops, calls, instances
    ("a token can come back here without ever waiting", "令牌可以不经等待就回到这里"),
    ("the call activity names no process", "调用活动没有写明流程"),
    ("there is no process {}.", "没有流程 {}。"),
    ("the process calls itself, directly or through others", "流程直接或间接调用了自己"),
    ("{} levels of calls, more than {}", "调用有 {} 层，超过 {} 层"),
    ("neither a collection nor a number is given", "既没有集合，也没有数目"),
    ("the activity lies in a loop and has no output of its own",
     "活动位于循环中，却没有自己的输出"),
    ("input item, output item and output collection share a name",
     "输入项、输出项和输出集合用了同一个名称"),
    ("{} is the id of a node too", "{} 同时是一个节点的编号"),
    ("the output {} is that of {} too", "输出 {} 同时是 {} 的输出"),
    ("{} instances, more than {}", "{} 个实例，超过 {} 个"),
    # expressions and names
    ("the {} is empty", "{} 是空的"),
    ("{} cannot be read: {}", "{} 读不懂：{}"),
    ("nothing declares the name {}.", "没有任何地方声明名称 {}。"),
    ("there is no function {}.", "没有函数 {}。"),
    ("there is no function {}", "没有函数 {}"),
    ("no form has a field {}.", "没有表单有字段 {}。"),
    ("line {}: {} sets no name", "第 {} 行：{} 没有给任何名称赋值"),
    ("there is no operation {}.", "没有操作 {}。"),
    ("{} takes no parameter {}.", "{} 没有参数 {}。"),
    ("{} needs the parameter {}", "{} 需要参数 {}"),
    ("{} is read, but no step on the way here sets it", "读取了 {}，但到这里为止没有步骤给它赋值"),
    ("several branches behind this gateway set {}, and it is read after they have joined",
     "此网关后的几条分支都给 {} 赋值，而汇合后又读取它"),
    ("there is no unit {}.", "没有部门 {}。"),
    # timers and messages
    ("the timer has no times", "定时没有时间"),
    ("the timer has {} times", "定时有 {} 个时间"),
    ("the time {} is quoted", "时间 {} 加了引号"),
    ("{} is no valid time", "{} 不是有效的时间"),
    ("{} is no valid {}", "{} 不是有效的 {}"),
    ("the cycle {} is shorter than a minute", "周期 {} 短于一分钟"),
    ("the event names no {}", "事件没有写明 {}"),
    ("there is no {} {}.", "没有 {} {}。"),
    # forms
    ("the user task names no form", "用户任务没有写明表单"),
    ("there is no form {}.", "没有表单 {}。"),
    ("no gateway behind this task tests its outcome", "任务后面没有网关判断办理结果"),
    ("no form offers {} for {}.", "没有表单为 {1} 提供值 {0}。"),
    ("the condition reads {}, which nothing declares.", "条件读取了 {}，而没有任何地方声明它。"),
    ("the condition cannot call {} here", "条件在这里不能调用 {}"),
    ("the choice has no options", "选择题没有选项"),
    ("there is no option list {}.", "没有选项列表 {}。"),
    ("no task and no start shows this form", "没有任务或开始使用这张表单"),
    ("the outcome {} does not say what will happen", "结果 {} 没有说明后果"),
    ("the start form has no field {} for the column {}.", "开始表单没有供 {1} 列使用的字段 {0}。"),
    ("the outcome can be left out or taken twice", "办理结果可以不选或多选"),
    ("components is not a list, or far too long", "components 不是列表，或过长"),
    ("groups nest deeper than {}", "分组嵌套深于 {} 层"),
    ("a component is not an object", "有一个组件不是对象"),
    ("components of the type {} are not shown", "不显示类型为 {} 的组件"),
    ("a group with a path would hide its values from the diagram",
     "带路径的分组会让流程图读不到其中的值"),
    ("{} cannot be the key of a field", "{} 不能作字段的键"),
    ("the condition has more than {} characters", "条件超过 {} 个字符"),
    ("the condition {} is not FEEL: {}", "条件 {} 不是 FEEL：{}"),
    ("a repeating list holds another list or a file field", "重复列表中含有另一个列表或文件字段"),
    ("{} is no kind of date", "{} 不是日期的类型"),
    ("the pattern {} {}", "校验格式 {} 不能使用：{}"),
    ("options by expression are not taken", "不接受用表达式给出的选项"),
    ("values is not a list", "values 不是列表"),
    ("an option has no value", "有一个选项没有值"),
    ("the option {} stands there twice", "选项 {} 出现了两次"),
    ("the key stands there twice {}", "键出现了两次（{}）"),
    ("the key stands there twice", "键出现了两次"),
    # decisions
    ("there is no decision {}.", "没有决策 {}。"),
    ("no decision in this file has the id {}", "文件中没有编号为 {} 的决策"),
    ("{} is in {} too", "{} 在 {} 中也有"),
    # what FEEL says
    ("The expression {} cannot be used: {}. Correct the expression in the diagram, decision or"
     " form.", "表达式 {} 不能使用：{}"),
    ("{} is not expected at character {}", "第 {1} 个字符处不该是 {0}"),
    ("it ends too early; something is missing at the end", "表达式没有写完，末尾缺少内容"),
    ("it is empty", "表达式是空的"),
    ("it is longer than {} characters", "长度超过 {} 个字符"),
    ("it is nested more than {} deep", "嵌套深于 {} 层"),
    ("brackets are nested more than {} deep", "括号嵌套深于 {} 层"),
    ("texts stand in plain double quotes, not in {}", "文本要用英文双引号，不用 {}"),
    ("the sign {} has no meaning here", "符号 {} 在这里没有意义"),
    ("several values in brackets stand only after “in”", "括号里的几个值只能放在 in 之后"),
    ("nothing declares the function {}, did you mean {}?", "没有函数 {}，是不是 {}？"),
    ("nothing declares the name {}, did you mean {}?", "没有任何地方声明名称 {}，是不是 {}？"),
    ("nothing declares the function {}", "没有函数 {}"),
    ("nothing declares the name {}", "没有任何地方声明名称 {}"),
    ("this kind of expression is not supported", "不支持这种表达式"),
    ("functions in other languages are not run", "不执行其他语言写的函数"),
    ("the language {} is not FEEL", "语言 {} 不是 FEEL"),
    ("the hit policy {} does not exist", "没有命中策略 {}"),
    ("the aggregation {} does not exist", "没有汇总方式 {}"),
    ("an aggregation needs exactly one output", "汇总需要恰好一个输出"),
    ("the table has no output", "表没有输出"),
    ("the rule {} has not one cell per column", "规则 {} 的单元格数与列数不一致"),
    # lanes, stages, texts
    ("it is no template: {}", "不是模板：{}"),
    ("line {}: {} is not taken", "第 {} 行：不接受 {}"),
    ("line {}: there is no filter {}", "第 {} 行：没有过滤器 {}"),
    ("line {}: there is no test {}", "第 {} 行：没有判断 {}"),
    ("line {}: {} is not a value", "第 {} 行：{} 不是一个值"),
    ("loops nest deeper than {}", "循环嵌套深于 {} 层"),
    ("the user task lies in no lane", "用户任务不在任何泳道内"),
    ("bundle.toml gives no role to the lane {}.", "bundle.toml 没有给泳道 {} 指定角色。"),
    ("there is no stage {}.", "没有阶段 {}。"),
    ("{} is not a property of a task.", "{} 不是任务的属性。"),
    ("{} is not a property of this event.", "{} 不是这个事件的属性。"),
    ('{} is "{}"', "{} 的值是“{}”"),
    ("there is no role {}.", "没有角色 {}。"),
    ("the task has no sentence for the company", "任务没有给企业看的一句话"),
    ("the message does not say what sending it leads to", "消息没有说明发送后会怎样"),
    ("there is no text {}.", "没有信函 {}。"),
    ("nothing gives {}.", "没有任何地方给出 {}。"),
    ("{} has no {}.", "{} 没有 {}。"),
)  # fmt: skip
_HINT = re.compile(r' Did you mean ["“](.*?)["”]\?$')
_QUOTES = (('"', '"'), ("“", "”"))
LONGEST = 600
"""Longer sentences are shown as they are."""


def in_chinese(sentence: str) -> str | None:
    """Return what a finding says in Chinese; None for a sentence that is not known."""
    if len(sentence) > LONGEST:
        return None
    hint = _HINT.search(sentence)
    bare = sentence[: hint.start()] if hint else sentence
    found = _placed(bare) or _plain(bare)
    if found is None or hint is None:
        return found
    return f"{found.rstrip('。')}。是不是“{hint.group(1)}”？"


def words_in_chinese(text: str) -> str:
    """Return a sentence, a place or a kind of element in Chinese; itself where it is unknown."""
    return in_chinese(text) or _WORDS.get(text) or _place(text) or text


def _placed(sentence: str) -> str | None:
    """Return a sentence behind the place that it is about, such as `condition: ...`."""
    place, colon, rest = sentence.partition(": ")
    where = _place(place) if colon else None
    said = _plain(rest) if where is not None else None
    return None if said is None else f"{where}：{said}"


def _place(text: str) -> str | None:
    """Return the Chinese name of a place, None for what is none."""
    filled = next((made for _, made in _filled(_place_patterns(), text)), None)
    return _PLACES.get(text) or filled


def _part(text: str) -> str:
    """Return what fills a gap: a word of the drawing, a place, a reason, or itself."""
    said = _WORDS.get(text) or _place(text)
    if said is None and " " in text and (text[:1], text[-1:]) not in _QUOTES:
        said = _plain(text)
    return said or text


def _plain(sentence: str) -> str | None:
    """Return the sentence of the pattern that leaves the least to its gaps."""
    fitting = [*_filled(_patterns(), sentence), *_filled(_patterns(), sentence.rstrip("."))]
    return min(fitting, key=lambda one: one[0])[1] if fitting else None


def _filled(
    patterns: Iterable[tuple[re.Pattern[str], str]], text: str
) -> Iterable[tuple[int, str]]:
    for pattern, chinese in patterns:
        found = pattern.fullmatch(text)
        if found:
            parts = [_part(part) for part in found.groups()]
            yield sum(map(len, found.groups())), chinese.format(*parts)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), chinese) for english, chinese in _PAIRS)


@lru_cache(maxsize=1)
def _place_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), chinese) for english, chinese in _GAPS)


def _pattern(english: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in english.split("{}"))
    return re.compile("([^\x00]+?)".join(parts), re.DOTALL)
