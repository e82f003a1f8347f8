"""bundle.toml, read with care: every line known, typed and pointing at something that exists."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from models.people import ROLES
from workflows.errors import DefinitionRefused, Place

FILE = "bundle.toml"

CASE_COLUMNS = (
    "title", "category", "kind", "place", "enterprise", "credit_code", "contact", "phone",
)  # fmt: skip
"""What a start form may feed: columns of the case, and of the enterprise that brings it."""

OFFERS = ("themes",)
"""Option lists that a process may offer its open cases in, for forms of other processes."""

NEAREST_AMONG = 400
NEAREST_LENGTH = 80
"""Beyond these a suggestion would cost more than it helps."""

_KEY = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
_NUMBER = re.compile(r"^[\w./-]*(?:\{year\}[\w./-]*)?\{serial(?::0\d{1,2}d)?\}[\w./-]*$")
_KNOWN = {
    "key", "title", "title_en", "about", "about_en", "owner", "main", "number",
    "start_form", "started_by", "case", "lanes", "stages", "offers", "public_tables",
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Something wrong with a bundle's files or settings."""

    file: str
    reason: str
    advice: str

    def refused(self) -> DefinitionRefused:
        """Return the error for callers that take all or nothing."""
        return DefinitionRefused(
            place=Place(file=self.file), reason=self.reason, advice=self.advice
        )


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage of a case, in the order in which the company sees them."""

    key: str
    title: str
    title_en: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What bundle.toml says of a process."""

    key: str
    title: str
    title_en: str
    about: str
    """What it is for, in a sentence, for those who choose among processes; may be empty."""
    about_en: str
    owner: str
    main: str
    """Process id of the main diagram."""
    number: str
    """Pattern of the case number: literal text with `{year}` and `{serial:05d}`."""
    start_form: str
    """Form that starts a case; empty when only another process starts it."""
    started_by: tuple[str, ...]
    """Role keys that may start a case."""
    case_columns: Mapping[str, str]
    """Column of the case -> field of the start form."""
    lanes: Mapping[str, str]
    """Lane name -> role key."""
    stages: tuple[Stage, ...]
    offers: str
    """Option list in which forms of other processes offer this one's open cases; often empty."""
    public_tables: tuple[str, ...]
    """Decisions that the public page of limits and duties shows."""

    def as_mapping(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "x"?` for the known name closest to `name`, or nothing."""
    candidates = list(known)
    if len(name) > NEAREST_LENGTH or len(candidates) > NEAREST_AMONG:
        return ""
    candidates.sort()
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return f' Did you mean "{close[0]}"?' if close else ""


def read_settings(
    table: Mapping[str, object], files: frozenset[str]
) -> tuple[Settings | None, list[Problem]]:
    """Return what bundle.toml says, or None, and all that is wrong with it.

    `files` are the paths of the bundle, so that references can be followed.
    """
    reader = _Reader(table)
    settings = Settings(
        key=reader.text("key"),
        title=reader.text("title"),
        title_en=reader.text("title_en", required=False) or reader.text("title"),
        about=reader.text("about", required=False),
        about_en=reader.text("about_en", required=False) or reader.text("about", required=False),
        owner=reader.text("owner", required=False),
        main=reader.text("main"),
        number=reader.text("number"),
        start_form=reader.text("start_form", required=False),
        started_by=reader.names("started_by"),
        case_columns=reader.mapping("case"),
        lanes=reader.mapping("lanes"),
        stages=reader.stages(),
        offers=reader.text("offers", required=False),
        public_tables=reader.names("public_tables"),
    )
    problems = [*reader.problems, *_unknown(table), *_wrong(settings, files)]
    unique = list(dict.fromkeys(problems))
    return (None if reader.problems else settings), unique


class _Reader:
    """Takes values of the expected type out of a TOML table and notes what is not."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self.table = table
        self.problems: list[Problem] = []

    def text(self, name: str, *, required: bool = True) -> str:
        value = self.table.get(name, "")
        if not isinstance(value, str):
            self._note(f"{name} is not a text", f'Write {name} = "...".')
            return ""
        if required and not value.strip():
            self._note(f"{name} is missing", f'Add {name} = "...".')
        return value.strip()

    def names(self, name: str) -> tuple[str, ...]:
        value = self.table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._note(f"{name} is not a list of texts", f'Write {name} = ["...", "..."].')
            return ()
        return tuple(value)

    def mapping(self, name: str) -> Mapping[str, str]:
        value = self.table.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            self._note(f"[{name}] does not map names to texts", f"Write lines under [{name}].")
            return MappingProxyType({})
        return MappingProxyType(dict(value))

    def stages(self) -> tuple[Stage, ...]:
        value = self.table.get("stages", [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self._note("stages are not a list of tables", "Write [[stages]] before each.")
            return ()
        found = []
        for number, one in enumerate(value, start=1):
            part = _Reader(one)
            key, title = part.text("key"), part.text("title")
            title_en = part.text("title_en", required=False) or title
            found.append(Stage(key=key, title=title, title_en=title_en))
            for problem in part.problems:
                self._note(f"stage {number}: {problem.reason}", problem.advice)
        return tuple(found)

    def _note(self, reason: str, advice: str) -> None:
        self.problems.append(Problem(FILE, reason, advice))


def _unknown(table: Mapping[str, object]) -> Iterator[Problem]:
    for name in table:
        if name not in _KNOWN:
            yield Problem(
                FILE,
                f'"{name}" is not a setting of a bundle',
                f"Delete it or correct it.{nearest(name, _KNOWN)}",
            )


def _wrong(settings: Settings, files: frozenset[str]) -> Iterator[Problem]:
    yield from _wrong_keys(settings)
    yield from _wrong_roles(settings)
    yield from _wrong_references(settings, files)


def _wrong_keys(settings: Settings) -> Iterator[Problem]:
    if settings.key and not _KEY.match(settings.key):
        yield Problem(
            FILE,
            f'the key "{settings.key}" is not made of small letters, digits and underscores',
            'Use a key such as "through_train".',
        )
    if settings.number and (not _NUMBER.match(settings.number) or len(settings.number) > 60):
        yield Problem(
            FILE,
            f'the number pattern "{settings.number}" cannot be used',
            'Use letters and digits with {year} and {serial:05d}, such as "A{year}{serial:05d}".',
        )
    if not settings.stages:
        yield Problem(FILE, "no stage is named", "Add [[stages]] with key and title.")
    keys = [stage.key for stage in settings.stages]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Problem(FILE, f'the stage "{key}" stands there twice', "Keep one of them.")


def _wrong_roles(settings: Settings) -> Iterator[Problem]:
    named = [("started_by", role) for role in settings.started_by]
    named += [(f'lane "{lane}"', role) for lane, role in settings.lanes.items()]
    for where, role in named:
        if role not in ROLES:
            yield Problem(
                FILE,
                f'{where}: there is no role "{role}"',
                f"Use one of {', '.join(sorted(ROLES))}.{nearest(role, ROLES)}",
            )
    for column in settings.case_columns:
        if column not in CASE_COLUMNS:
            yield Problem(
                FILE,
                f'[case]: a case has no column "{column}"',
                f"Use one of {', '.join(CASE_COLUMNS)}.",
            )


def _wrong_references(settings: Settings, files: frozenset[str]) -> Iterator[Problem]:
    if settings.main and f"{settings.main}.bpmn" not in files:
        yield Problem(
            FILE,
            f'main names "{settings.main}", but there is no {settings.main}.bpmn',
            "Name the process id of the main diagram; its file bears the same name.",
        )
    if settings.offers and settings.offers not in OFFERS:
        yield Problem(
            FILE,
            f'offers names "{settings.offers}", which is no list that cases are offered in',
            f"Use one of {', '.join(OFFERS)}.{nearest(settings.offers, OFFERS)}",
        )
    tables = {path.removesuffix(".dmn") for path in files if path.endswith(".dmn")}
    for table in settings.public_tables:
        if table not in tables:
            yield Problem(
                FILE,
                f'public_tables names "{table}", but there is no {table}.dmn',
                f"Name the decision, as its file is called.{nearest(table, tables)}",
            )
    if settings.start_form and f"forms/{settings.start_form}.form" not in files:
        yield Problem(
            FILE,
            f'start_form names "{settings.start_form}", but there is no'
            f" forms/{settings.start_form}.form",
            "Draw the form or correct the name.",
        )
