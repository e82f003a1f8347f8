"""What can be wrong with a row of a register, in the words of those who keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES: Mapping[str, tuple[str, str, str, str]] = {
    "missing": (
        "这一格是空的，处于“{stage}”的诉求必须填写",
        "请填写“{column}”。",
        "the cell is empty, which a case at “{stage}” must fill",
        "Fill in “{column}”.",
    ),
    "no_date": (
        "“{value}”不是日期",
        "请写成 2026-03-02 或 2026年3月2日。",
        "“{value}” is no date",
        "Write 2026-03-02 or 2026年3月2日.",
    ),
    "future": (
        "“{value}”在今天之后",
        "请核对年份和月份。",
        "“{value}” lies in the future",
        "Check the year and the month.",
    ),
    "order": (
        "“{value}”早于前一步的日期 {before}",
        "请按办理顺序核对各个日期。",
        "“{value}” is before the step before it ({before})",
        "Put the dates in the order of what was done.",
    ),
    "no_unit": (
        "没有叫“{value}”的单位",
        "请写机构目录中的全称，例如“{example}”。",
        "there is no unit called “{value}”",
        "Write its full name as in the directory, such as “{example}”.",
    ),
    "no_session": (
        "{value} 没有该属地或全市的现场接待日",
        "请核对日期，或先用 throughtrain directory 录入这一场接待日。",
        "no session of this place or of the city was held on {value}",
        "Check the date, or enter the session first with throughtrain directory.",
    ),
    "no_person": (
        "该单位没有叫“{value}”的承办人",
        "请核对姓名，或留空，由单位签收后指定。",
        "the unit has no handler called “{value}”",
        "Check the name, or leave it empty.",
    ),
    "no_number": (
        "“{value}”不是数字",
        "请只写数字。",
        "“{value}” is no number",
        "Write digits only.",
    ),
    "returns": (
        "“{value}”读不出退回记录",
        "每条写“日期 单位 理由”，多条之间用分号隔开。",
        "“{value}” cannot be read as returns",
        "Write each as “date unit reason”, with semicolons between them.",
    ),
    "no_option": (
        "“{value}”不在可选项中",
        "可以填写：{known}。",
        "“{value}” is none of the choices",
        "Known are: {known}.",
    ),
    "no_stage": (
        "不认识的环节“{value}”",
        "可以填写：{known}。",
        "“{value}” is no stage that is known",
        "Known are: {known}.",
    ),
    "twice": (
        "编号“{value}”在第 {line} 行已经出现",
        "每件诉求只保留一行。",
        "the number “{value}” stands in line {line} already",
        "Keep one row for each case.",
    ),
    "entry": (
        "“{value}”不符合表单要求：{reason}",
        "请按模板的说明填写。",
        "“{value}” does not fit the form: {reason}",
        "Fill it in as the template says.",
    ),
    "refused": (
        "按这些日期和环节走不到“{stage}”：{reason}",
        "请核对环节与各个日期；仍不行的，在系统中手工登记。",
        "with these dates the case does not come to “{stage}”: {reason}",
        "Check the stage and the dates; if that does not help, enter the case by hand.",
    ),
    "no_column": (
        "登记册没有“{column}”这一列",
        "请按模板补上这一列（可以为空）。",
        "the register has no column “{column}”",
        "Add it as in the template; it may be empty.",
    ),
    "unknown_column": (
        "不认识的列“{column}”",
        "请按模板改列名，或删去这一列。",
        "nothing is known of a column “{column}”",
        "Name it as in the template, or remove it.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with one cell of the register and how to mend it."""

    line: int
    column: str
    kind: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentences(self) -> tuple[str, str, str, str]:
        """What is wrong and what to do, in Chinese and in English."""
        values = {"column": self.column, **self.values}
        what, mend, what_en, mend_en = SENTENCES[self.kind]
        return (
            what.format(**values),
            mend.format(**values),
            what_en.format(**values),
            mend_en.format(**values),
        )

    def as_json(self) -> dict[str, object]:
        """Return row, column, what is wrong and what to do."""
        what, mend, what_en, mend_en = self.sentences
        return {
            "row": self.line,
            "column": self.column,
            "what": what,
            "mend": mend,
            "what_en": what_en,
            "mend_en": mend_en,
        }
