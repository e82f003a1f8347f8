"""What findings say in Chinese: each English sentence with its Chinese one, gaps as `{}`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from workflows.definitions.check.sentence_pairs import PAIRS

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
            # What begins with a gap could swallow the beginning of any other sentence.
            swallowed = len(found.group(1)) if found.lastindex and found.start(1) == 0 else 0
            yield sum(map(len, found.groups())) + swallowed, chinese.format(*parts)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), chinese) for english, chinese in PAIRS)


@lru_cache(maxsize=1)
def _place_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), chinese) for english, chinese in _GAPS)


def _pattern(english: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in english.split("{}"))
    return re.compile("([^\x00]+?)".join(parts), re.DOTALL)
