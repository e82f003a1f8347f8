"""What functions, operations and their parameters do, in Chinese; the English stands with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """An operation in Chinese: what it does, and what each parameter means."""

    description: str
    parameters: Mapping[str, str] = field(default_factory=dict)


WORDS: Mapping[str, str] = {
    "workdays": "本步骤之后第 n 个工作日结束时，按属地日历计算",
    "workdays_after": "某日期或时间之后第 n 个工作日结束时",
    "workdays_between": "a 之后直到 b（含）的工作日数",
    "calendar_days": "本步骤之后第 n 个自然日结束时",
    "next_session_on": "本属地（或市本级）下一次已排定接待日的日期；没有则为空",
    "session_on": "某次接待日的日期；不存在则为空",
    "fact": "本步骤表单中的值，或本件以前填过的最新值",
    "count_of": "本件登记过多少次（退回、重办、延期等）",
    "duty": "职责清单上的承办部门；没有则为空",
    "units_of": "某一类在用部门的键",
    "sections_of": "部门下属科室的键；没有则为空列表",
    "office": "离属地最近的、担任某角色的部门；属地为空时取市本级",
    "head_of": "部门或科室负责人的登录名；没有则为空",
    "lead_unit": "本件牵头单位的键；转办之前为空",
    "place_kind": "本件办理的层级：“city”“county”或“town”",
    "deadline_of": "本件某个任务现在或最近一次的到期时间，含延期和暂停；从未有过则为空",
    "elapsed_workdays": "自提交以来的工作日数，不因暂停而停",
    "open_links": "以此种方式关联、仍在办理（或即将开始）的事项数；立起本件的那一件不算",
    "linked": "以此种方式关联的事项编号，最早的在前；立起本件的那一件不算",
    "now": "本步骤的时间",
    "today": "本步骤的日期（北京时间）",
}

FUNCTIONS: Mapping[str, str] = {
    "list contains": "列表中是否有某个元素",
    "count": "列表的元素个数",
    "all": "是否全部为真；无法判断时为空",
    "any": "是否有一个为真；无法判断时为空",
    "sublist": "列表的一部分：从某个位置起（负数从末尾数），取若干个",
    "append": "在列表末尾加上元素",
    "concatenate": "几个列表连成一个",
    "insert before": "在某个位置之前插入元素",
    "remove": "去掉某个位置的元素",
    "list replace": "替换某个位置（或函数选中的）元素",
    "reverse": "列表倒序",
    "index of": "某个值在列表中的位置",
    "union": "几个列表合成一个，重复的只留一个",
    "distinct values": "列表去重",
    "flatten": "多层列表展平成一层",
    "sort": "按函数给出的次序（或自然次序）排列",
    "get value": "按键取结构中的值",
    "get entries": "结构的键和值，列成列表",
    "context": "由键和值的列表组成结构",
    "context put": "在结构的某个键（或路径）处放入值",
    "context merge": "几个结构合成一个，后面的值优先",
    "is": "两个值是否完全相同（类型、时区也要相同）",
    "number": "把文本读成数字，可写明千分位和小数点符号",
    "string": "把值写成文本",
    "date": "由文本、日期时间或年月日得到日期",
    "time": "由文本、日期时间或时分秒得到时间",
    "date and time": "由文本，或日期和时间，得到日期时间",
    "duration": "文本所写的时长，例如 P1Y2M、P1DT2H",
    "range": "文本所写的区间，例如 [1..5]",
    "years and months duration": "两个日期之间的整月数",
    "day of year": "当年的第几天",
    "day of week": "星期几（英文名称）",
    "month of year": "月份（英文名称）",
    "week of year": "当年第几周（ISO）",
    "now": "本步骤的时间",
    "today": "本步骤的日期",
    "decimal": "四舍六入五成双，保留若干位小数",
    "floor": "向下取整",
    "ceiling": "向上取整",
    "round up": "向远离零的方向取整",
    "round down": "向零取整",
    "round half up": "四舍五入",
    "round half down": "五舍六入",
    "abs": "数字或时长的绝对值",
    "modulo": "除法的余数，符号同除数",
    "sqrt": "平方根",
    "log": "自然对数",
    "exp": "e 的幂",
    "odd": "是否奇数",
    "even": "是否偶数",
    "not": "真假取反；其他值为空",
    "before": "第一个是否完全在第二个之前",
    "after": "第一个是否完全在第二个之后",
    "meets": "第一个的终点是否正是第二个的起点（都含端点）",
    "met by": "第一个的起点是否正是第二个的终点（都含端点）",
    "overlaps": "两个区间是否有共同点",
    "overlaps before": "第一个是否先开始、并在第二个之内结束",
    "overlaps after": "第一个是否在第二个之内开始、并在其后结束",
    "finishes": "第一个是否与第二个同时结束、且不早于它开始",
    "finished by": "第二个是否与第一个同时结束、且不早于它开始",
    "starts": "第一个是否与第二个同时开始、且不晚于它结束",
    "started by": "第二个是否与第一个同时开始、且不晚于它结束",
    "includes": "第二个（点或区间）是否在第一个之内",
    "during": "第一个（点或区间）是否在第二个之内",
    "coincides": "两者是否为同一个点或区间",
    "min": "最小值",
    "max": "最大值",
    "sum": "数字或时长之和；没有则为空",
    "mean": "平均数",
    "product": "乘积",
    "median": "中位数",
    "stddev": "样本标准差",
    "mode": "出现次数最多的数字",
    "substring": "文本的一部分：从某个位置起（负数从末尾数），取若干字",
    "string length": "文本的字数",
    "upper case": "转成大写",
    "lower case": "转成小写",
    "substring before": "匹配处之前的文本；没有匹配则为空文本",
    "substring after": "匹配处之后的文本；没有匹配则为空文本",
    "contains": "文本中是否含有另一段文本",
    "starts with": "文本是否以此开头",
    "ends with": "文本是否以此结尾",
    "matches": "文本是否符合正则表达式",
    "replace": "替换文本中所有符合正则表达式的部分",
    "split": "按正则表达式把文本分成几段",
    "string join": "把几段文本连起来，可加分隔、前缀和后缀",
}

_LINK = "merged（等那一件的答复）、theme（等政策）或 related（有关）"
_RESULT = "solved（已解决）、partly_solved（部分解决）、planned（列入计划）、explained（已说明）或 not_possible（无法解决）"  # noqa: E501

OPERATIONS: Mapping[str, Said] = {
    "count": Said(
        "登记某事又发生了一次，返回至今的次数。",
        {"what": '计数器名称，例如 "returns"'},
    ),
    "close_case": Said("办结本件，结果取部门答复的结果。", {"result": _RESULT}),
    "decline_case": Said("不予受理，企业会读到理由。", {"reason": "理由，写给企业看"}),
    "withdraw_case": Said("登记企业已撤回本件。"),
    "issue_letter": Said(
        "用本件的数据制作一份函件，编号并存档，返回文号。",
        {"text": "流程包中的信函名称（texts/<名称>.txt）", "public": "企业是否可见；不写则可见"},
    ),
    "open_cases": Said(
        "为列表中的每一项以同一企业的名义另立一件，并与本件关联。",
        {
            "items": "列表，每项是结构，盖过本件在开始表单中的值（title、text、category 等）",
            "kind": "关联方式，例如 part、visit；新的一件在 origin 中读到它",
            "process": "流程的键；不写则为本流程",
        },
    ),
    "link_case": Said(
        "把本件与另一件在办事项关联，返回那一件的标题。",
        {"number": "另一件的编号", "kind": _LINK},
    ),
    "unlink_case": Said(
        "解除本件自己建立的某种关联；别的事项与本件的关联不变。",
        {"kind": "merged（并案）、theme（政策专题）或 related（有关）"},
    ),
    "tell": Said(
        "向与本件关联的所有在办事项发消息，返回发给了几件。",
        {
            "message": "对方事件等待的消息",
            "kind": "关联方式，不论由哪一方建立",
            "payload": "随消息带去的值（结构）",
        },
    ),
    "tell_self": Said(
        "本步骤完成后，向本件自己发一条消息。",
        {"message": "本件某个事件等待的消息", "payload": "随消息带去的值（结构）"},
    ),
    "number_minutes": Said(
        "给本件所在接待日的会议纪要编号；同场各件共用一个文号。", {"approved_by": "签批人姓名"}
    ),
    "record_receipt": Said(
        "登记某单位已签收文件，返回至今已有几家签收。",
        {
            "document": "签收的文件，例如“会议纪要〔2026〕3号”",
            "unit": "部门的键；不写则为办理人所在部门",
        },
    ),
    "assign_lead": Said("确定本件的牵头单位，并使其成为参与单位。", {"department": "部门的键"}),
    "add_party": Said("让另一个部门作为参与单位看到本件。", {"unit": "部门的键"}),
    "add_parties": Said(
        "让几个部门作为参与单位看到本件，返回它们的名称。", {"units": "部门键的列表"}
    ),
    "move_to_place": Said(
        "从现在起改变本件的属地：下放到县区、乡镇，或上提。",
        {"place": "市、县区或乡镇的键"},
    ),
    "record_reply": Said(
        "给答复编号，存入本件并向企业公开，返回文号。",
        {"result": _RESULT, "text": "答复正文"},
    ),
    "record_score": Said(
        "把企业的评分登记为新的一轮，返回第几轮。",
        {
            "points": "0 到 100 分",
            "level": "国家规定的五个等级之一",
            "solved": "企业是否确认已解决",
            "text": "企业的评价",
        },
    ),
    "record_no_score": Said("登记企业未在期限内评分，返回第几轮。"),
    "place_on_agenda": Said(
        "在某次接待日的议程上为本件占下一个席位。", {"session": "接待日的编号"}
    ),
    "leave_agenda": Said("退出本次议程，席位让给别的事项。"),
    "record_decision": Said(
        "登记领导在会上的决定（处方）及各项措施。",
        {
            "text": "决定的内容",
            "solved_on_the_spot": "是否当场办结、无须再办",
            "leader": "领办领导",
            "department": "牵头部门的键",
            "measures": "各行含 measure、unit、person、deliverable、due_on",
        },
    ),
    "extend_deadline": Said(
        "推迟一个未办任务的到期时间，连同预警和边界上的定时。",
        {
            "task": "未办任务的编号（元素 id）",
            "until": "新的到期时间；日期表示当天结束",
            "unit": "几个部门都有该任务时，指其中哪个部门的键；不写则全部推迟",
            "reason": "理由，随件保存",
        },
    ),
    "suspend_deadlines": Said(
        "本件各期限停止计时（灰灯），直到恢复。",
        {
            "reason": "理由，企业也会读到",
            "but": "继续走的任务和定时的编号，例如结束中止的那个定时",
        },
    ),
    "resume_deadlines": Said("恢复计时，剩余的工作日接着算。", {"reason": "理由，企业也会读到"}),
    "urge": Said(
        "催办手上有未办工作的人；按级别，其上级也会收到通知。",
        {
            "level": "remind（催办）、call（电话催办）、letter（督办单）、leader（提级督办）或 talk（约谈）",  # noqa: E501
            "text": "通知的内容",
        },
    ),
    "visit_figures": Said(
        "统计本件属地一个月的走访；市本级的事项统计各地。",
        {"month": "当月的任意一天；按计划在该月（北京时间）的走访统计"},
    ),
}
"""By name; a test holds this against the registry."""
