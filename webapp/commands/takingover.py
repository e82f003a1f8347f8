"""The command that takes an office's register in, and the one that writes its template."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import click

from webapp.lending import city_database
from webapp.settings import Settings
from workflows.city import City
from workflows.prepared import shipped_bundles
from workflows.takeover.entering import RowResult, TakeoverReport, plan_of, take_over
from workflows.takeover.plan import FILE
from workflows.takeover.sheet import read_sheet
from workflows.takeover.template import template_rows
from workflows.takeover.words import Problem
from workflows.worktime import local_day


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--process", default="", help="Key of the process that the cases run through.")
@click.option("--dry-run", is_flag=True, help="Do all of it and take it back again.")
@click.option("--template", is_flag=True, help="Write the template to FILE instead.")
@click.option("--english", is_flag=True, help="Say what is wrong in English.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def takeover(
    file: Path, process: str, dry_run: bool, template: bool, english: bool, as_json: bool
) -> int:
    """Take in the open cases of a register: FILE is a spreadsheet (CSV in UTF-8 or GBK, or XLSX).

    Good rows become cases that stand where the register says; of a bad row nothing is entered.
    Rows that were taken over before are left alone. Exit status 1 says that rows are bad.
    """
    key = process or _usual_process()
    with city_database(Settings.read()) as database:
        city = City(database)
        if template:
            file.write_text(_csv(template_rows(plan_of(city, key)[1])), encoding="utf-8-sig")
            click.echo(f"The template is in {file}.")
            return 0
        if not file.exists():
            raise click.ClickException(f"There is no file {file}.")
        sheet = read_sheet(file)
        report = take_over(city, key, sheet, file=file, now=datetime.now(UTC), keep=not dry_run)
    click.echo(
        json.dumps(as_table(report), ensure_ascii=False) if as_json else text(report, english)
    )
    return 0 if report.ok else 1


def as_table(report: TakeoverReport) -> dict[str, object]:
    """Return the report for programs."""
    return {
        "file": report.file,
        "kept": report.kept,
        "entered": report.count("entered"),
        "known": report.count("known"),
        "bad": report.count("bad"),
        "problems": [problem.as_json() for problem in report.problems],
        "rows": [
            {
                "row": row.line,
                "own_number": row.own_number,
                "state": row.state,
                "number": row.number,
                "code": row.code,
                "company": row.company,
                "title": row.title,
                "stage": row.stage,
                "open": [
                    {"task": name, "unit": unit, "due_on": _day(due_at)}
                    for name, unit, due_at in row.open
                ],
                "problems": [problem.as_json() for problem in row.problems],
            }
            for row in report.rows
        ],
    }


def text(report: TakeoverReport, english: bool) -> str:
    """Return the report for people: what is wrong first, then the numbers to give to companies."""
    lines = [_problem(problem, english) for problem in report.problems]
    for row in report.rows:
        lines += [_problem(problem, english) for problem in row.problems]
    for row in report.rows:
        if row.state == "entered":
            lines.append(_entered(row, report.kept))
    counts = [report.count(state) for state in ("entered", "known", "bad")]
    if english:
        done = "entered" if report.kept else "would be entered"
        lines.append(f"{counts[0]} {done}, {counts[1]} known already, {counts[2]} bad.")
    else:
        done = "已接续" if report.kept else "可以接续（试运行，未写入）"
        lines.append(f"{done} {counts[0]} 件，此前已接续 {counts[1]} 件，有误 {counts[2]} 行。")
    return "\n".join(lines)


def _problem(problem: Problem, english: bool) -> str:
    what, mend, what_en, mend_en = problem.sentences
    if english:
        return f"row {problem.line}, {problem.column}: {what_en}. {mend_en}"
    return f"第 {problem.line} 行 {problem.column}：{what}。{mend}"


def _entered(row: RowResult, kept: bool) -> str:
    standing = "；".join(
        f"{name}（{unit}）{_day(due_at) or ''}".rstrip() for name, unit, due_at in row.open
    )
    key = f"{row.number}  {row.code}" if kept else "—"
    return f"{row.own_number}  {key}  {row.company}  {row.title}  {standing}"


def _day(at: datetime | None) -> str | None:
    return local_day(at).isoformat() if at else None


def _usual_process() -> str:
    """Return the shipped process that says something of a register."""
    keys = [folder.name for folder in shipped_bundles() if (folder / FILE).exists()]
    return keys[0] if keys else ""


def _csv(rows: list[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
