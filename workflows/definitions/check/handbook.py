"""The page of the handbook that lists the rules of the check."""

from __future__ import annotations

import sys

from workflows.definitions.check import RULES, Language, Rule

_SUBJECTS = (
    (100, "Files"),
    (200, "Ids"),
    (300, "Elements"),
    (400, "Gateways"),
    (500, "Flows"),
    (600, "Loops, calls and instances"),
    (700, "Expressions, names, timers and messages"),
    (800, "Forms and decisions"),
    (900, "Lanes, stages, texts and scenarios"),
)
_SUBJECTS_ZH = {
    100: "文件",
    200: "编号",
    300: "元素",
    400: "网关",
    500: "连线",
    600: "循环、调用和多实例",
    700: "表达式、名称、定时和消息",
    800: "表单和决策",
    900: "泳道、阶段、信函和场景",
}
_HEAD = """# Rules of the check

Written by `python -m workflows.definitions.check.handbook > docs/check-rules.md`; do not edit.

`throughtrain check PATH` holds a definition against these rules, and so do deployment and upload.
An error refuses the definition, a warning lets it pass. [中文](check-rules.zh.md)
"""
_HEAD_ZH = """# 检查规则

由 `python -m workflows.definitions.check.handbook zh > docs/check-rules.zh.md` 生成，请勿手工修改。

`throughtrain check 路径` 按这些规则检查流程定义，部署和上传也用同样的规则。
“错误”会拒绝该定义，“提醒”不会。[English](check-rules.md)
"""
_COLUMNS = {"en": ("rule", "why", "mend"), "zh": ("规则", "原因", "怎么改")}
_WARNING = {"en": "{} (warning)", "zh": "{}（提醒）"}


def handbook(language: Language = "en") -> str:
    """Return the page as Markdown."""
    parts = [_HEAD if language == "en" else _HEAD_ZH]
    for number, english in _SUBJECTS:
        title = english if language == "en" else _SUBJECTS_ZH[number]
        rules = [rule for key, rule in sorted(RULES.items()) if number <= key < number + 100]
        columns = " | ".join(_COLUMNS[language])
        parts.append(f"\n## {title}\n\n| | {columns} |\n|---|---|---|---|\n")
        parts += [_row(rule, language) for rule in rules]
    return "".join(parts)


def _row(rule: Rule, language: Language) -> str:
    words = rule.words(language)
    title = words.title if rule.severity == "error" else _WARNING[language].format(words.title)
    cells = (str(rule.number), title, words.reason, words.mend)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.stdout.write(handbook("zh" if sys.argv[1:] == ["zh"] else "en"))
