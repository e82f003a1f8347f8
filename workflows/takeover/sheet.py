"""Reading a register: CSV in UTF-8 or GBK, or the first sheet of an XLSX file, as rows of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from workflows.errors import ThroughTrainError

LARGEST = 20_000_000
"""Bytes of a register."""
MOST_ROWS = 20_000


class UnreadableRegister(ThroughTrainError):
    """The file is no register that can be read."""

    sentence = "The file {file} cannot be read: {reason}."
    mend = "Save it as CSV (UTF-8 or GBK) or as XLSX, with the headings in the first line."


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """A line of the register: its number in the file, and its cells by heading."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A register as it was written: headings, and the rows that hold anything."""

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(path: Path) -> Sheet:
    """Return the rows of a file; raises UnreadableRegister with the reason."""
    data = path.read_bytes()
    if len(data) > LARGEST:
        _give_up(path, f"it is larger than {LARGEST // 1_000_000} MB")
    lines = _workbook(path, data) if data[:2] == b"PK" else _text(path, data)
    numbered = ((number, [cell.strip() for cell in line]) for number, line in lines)
    filled = [(number, line) for number, line in numbered if any(line)]
    if not filled:
        _give_up(path, "it is empty")
    if len(filled) > MOST_ROWS:
        _give_up(path, f"it has more than {MOST_ROWS:,} rows")
    headings = tuple(filled[0][1])
    named = [heading for heading in headings if heading]
    for heading in named:
        if named.count(heading) > 1:
            _give_up(path, f"the heading {heading} stands twice")
    rows = [
        SheetRow(line=number, cells=dict(zip(headings, line, strict=False)))
        for number, line in filled[1:]
    ]
    return Sheet(headings=tuple(named), rows=tuple(rows))


def _text(path: Path, data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        _give_up(path, "it is neither UTF-8 nor GBK")
    if "\0" in content:
        _give_up(path, "it is no text")
    first = content.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    try:
        for line in reader:
            yield reader.line_num, line
    except csv.Error as error:
        _give_up(path, f"line {reader.line_num}: {error}")


def _workbook(path: Path, data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        _give_up(path, f"it is no XLSX file ({error})")
    for number, row in enumerate(rows, 1):
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    """Return a cell as somebody would have typed it."""
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _give_up(path: Path, reason: str) -> None:
    raise UnreadableRegister(file=path.name, reason=reason)
