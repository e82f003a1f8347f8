"""Why a deadline is what it is: how it was counted, in the sentence that a company reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from workflows.worktime import How

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOLIDAYS_EN = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}


def day_in_words(day: date, locale: str = "zh", *, year: bool = False) -> str:
    """Return a day as people write it: 11月18日（周三）, or Wed 18 November; with its year."""
    if locale.startswith("en"):
        text = f"{WEEKDAYS_EN[day.weekday()]} {day.day} {day:%B}"
        return f"{text} {day.year}" if year else text
    text = f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
    return f"{day.year}年{text}" if year else text


def explain(how: How, locale: str = "zh") -> str:
    """Return the sentence in which a company reads how a deadline was counted.

    `how` comes from `Computed.how`, `locale` is `zh` or `en` (with or without a region). A `how`
    that is empty, or whose rule is not known here, gives ''.
    """
    rule = (_RULES_EN if locale.startswith("en") else _RULES).get(how.get("rule", ""))
    if rule is None:
        return ""
    due = date.fromisoformat(how["due"])
    start = date.fromisoformat(str(how.get("start", how["due"])))
    head = rule.format(
        start=day_in_words(start, locale),
        due=day_in_words(due, locale, year=due.year != start.year),
        at=_time_in_words(how.get("at"), locale),
        days=abs(how.get("days", 0)),
    )
    return head + (_reasons_en(how) if locale.startswith("en") else _reasons(how))


_RULES = {
    "workdays": "自{start}的次日起算 {days} 个工作日，至{due}{at}止",
    "workdays_before": "自{start}的前一日往前数 {days} 个工作日，至{due}{at}止",
    "extended": "在原期限{start}之后延长 {days} 个工作日，至{due}{at}止",
    "resumed": "自{start}恢复计时，余下 {days} 个工作日，至{due}{at}止",
    "calendar_days": "自{start}的次日起算 {days} 个自然日，至{due}止。",
    "date": "期限定为{due}{at}。",
}
_RULES_EN = {
    "workdays": "{days} working days counted from the day after {start}, until {due}{at}",
    "workdays_before": "{days} working days counted back from {start}, until {due}{at}",
    "extended": "extended by {days} working days after {start}, until {due}{at}",
    "resumed": "the clock runs again from {start}; {days} working days left, until {due}{at}",
    "calendar_days": "{days} calendar days counted from the day after {start}, until {due}.",
    "date": "Due on {due}{at}.",
}


def _reasons(how: How) -> str:
    if "calendar" not in how or how.get("rule") == "date":
        return ""  # what was set to a day may still hold how it had been counted
    text = "；周末不计"
    for name, days in _by_holiday(how.get("skipped", ())).items():
        text += f"，{name}放假不计（{_runs(days)}）"
    if how.get("made_up"):
        days = [date.fromisoformat(day["on"]) for day in how["made_up"]]
        text += "；调休上班的" + "、".join(day_in_words(day) for day in days) + "计入"
    if how.get("provisional"):
        text += "。该年度放假安排尚未公布，此期限为暂定，公布后自动重算"
    return text + "。"


def _reasons_en(how: How) -> str:
    if "calendar" not in how or how.get("rule") == "date":
        return ""  # what was set to a day may still hold how it had been counted
    text = "; weekends do not count"
    for name, days in _by_holiday(how.get("skipped", ())).items():
        text += f", nor does {HOLIDAYS_EN.get(name, name)} ({_runs_en(days)})"
    if how.get("made_up"):
        days = [date.fromisoformat(day["on"]) for day in how["made_up"]]
        text += "; make-up working days count (" + ", ".join(day_in_words(d, "en") for d in days)
        text += ")"
    if how.get("provisional"):
        text += ". The holidays of that year are not published yet: the date is provisional"
    return text + "."


def _time_in_words(at: str | None, locale: str) -> str:
    if at is None:
        return ""
    return f" {at[:5]}" if locale.startswith("en") else f"{at[:5]}"


def _by_holiday(skipped: Iterable[Mapping[str, str]]) -> dict[str, list[date]]:
    found: dict[str, list[date]] = {}
    for day in skipped:
        found.setdefault(day["name"], []).append(date.fromisoformat(day["on"]))
    return found


def _grouped(days: list[date]) -> list[tuple[date, date]]:
    """Join days that follow each other (over a weekend too) into first and last day."""
    runs: list[tuple[date, date]] = []
    for day in days:
        gap = (day - runs[-1][1]).days if runs else 0
        if runs and (gap == 1 or (gap == 3 and day.weekday() == 0)):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _runs(days: list[date]) -> str:
    def text(first: date, last: date) -> str:
        if first == last:
            return f"{first.month}月{first.day}日"
        month = f"{last.month}月" if last.month != first.month else ""
        return f"{first.month}月{first.day}日至{month}{last.day}日"

    return "、".join(text(*run) for run in _grouped(days))


def _runs_en(days: list[date]) -> str:
    def text(first: date, last: date) -> str:
        if first == last:
            return f"{first.day} {first:%B}"
        month = f" {first:%B}" if last.month != first.month else ""
        return f"{first.day}{month} to {last.day} {last:%B}"

    return ", ".join(text(*run) for run in _grouped(days))
