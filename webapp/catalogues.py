"""The message catalogues: collected from code and templates, checked, compiled."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).parent / "translations"
LOCALES = ("zh_Hans_CN", "en")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "Message": None,
}
ERROR_ATTRIBUTES = frozenset({"sentence", "mend"})
CODE = ("webapp/**/*.py", "workflows/**/*.py")
TEMPLATES = ("webapp/**/templates/**/*.html",)
Message = tuple[int, Any, list[str], Any]


def collect() -> Catalog:
    """Return the catalogue of all message ids in code and templates."""
    catalog = Catalog(project="throughtrain", fuzzy=False)
    for path, found in _all_messages():
        lineno, text, comments, context = found
        location = str(path.relative_to(ROOT).as_posix())
        catalog.add(text, None, [(location, 0)], auto_comments=comments, context=context)
        del lineno
    return catalog


def update() -> None:
    """Bring the catalogues up to date: new messages are added, unused ones leave."""
    template = collect()
    for locale in LOCALES:
        path = po_path(locale)
        catalog = _read(path, locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        if locale == "en":
            _say_the_id(catalog)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_po_bytes(catalog))


def findings() -> list[str]:
    """Return what is missing, unused or fuzzy in the committed catalogues; empty when current."""
    wanted = {message.id for message in collect() if message.id}
    found: list[str] = []
    for locale in LOCALES:
        catalog = _read(po_path(locale), locale)
        held = {message.id: message for message in catalog if message.id}
        found += [f"{locale}: not in the catalogue: {i!r}" for i in wanted - held.keys()]
        found += [f"{locale}: no longer used: {i!r}" for i in held.keys() - wanted]
        for key, message in held.items():
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.fuzzy or not all(texts):
                found.append(f"{locale}: not translated: {key!r}")
    return sorted(found)


def compile_stale() -> None:
    """Compile each catalogue whose binary form is absent or older; a read-only folder is left."""
    for locale in LOCALES:
        source, target = po_path(locale), po_path(locale).with_suffix(".mo")
        if not source.exists() or (
            target.exists() and target.stat().st_mtime >= source.stat().st_mtime
        ):
            continue
        buffer = BytesIO()
        write_mo(buffer, _read(source, locale))
        try:
            partial = target.with_name(f"{target.name}.{id(buffer)}")
            partial.write_bytes(buffer.getvalue())
            partial.replace(target)
        except PermissionError:
            return


def po_path(locale: str) -> Path:
    """Return where a language's catalogue lies."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def error_texts(source: str) -> Iterator[Message]:
    """Return the texts of errors in a module.

    These are what classes assign to `sentence` and `mend`, the messages given to
    `InvalidEntries({field: message})` and the `reason` of `FileRefused`.
    """
    for node in ast.walk(ast.parse(source)):
        for text in (*_class_texts(node), *_call_texts(node)):
            yield text.lineno, text.value, [], None


def _class_texts(node: ast.AST) -> Iterator[Any]:
    for statement in node.body if isinstance(node, ast.ClassDef) else ():
        if not isinstance(statement, ast.Assign) or not _is_text(statement.value):
            continue
        if ERROR_ATTRIBUTES & {t.id for t in statement.targets if isinstance(t, ast.Name)}:
            yield statement.value


def _call_texts(node: ast.AST) -> Iterator[Any]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return
    if node.func.id == "InvalidEntries":
        for entries in node.args:
            yield from filter(_is_text, getattr(entries, "values", ()))
    if node.func.id == "FileRefused":
        reasons = (one.value for one in node.keywords if one.arg == "reason")
        yield from filter(_is_text, reasons)


def _is_text(node: object) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _all_messages() -> Iterator[tuple[Path, Message]]:
    for path in _files(CODE):
        yield from ((path, m) for m in extract_from_file("python", path, keywords=KEYWORDS))
        yield from ((path, m) for m in error_texts(path.read_text("utf-8")))
    options = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    for path in _files(TEMPLATES):
        found = extract_from_file(
            "jinja2.ext:babel_extract", path, keywords=KEYWORDS, options=options
        )
        yield from ((path, m) for m in found)


def _files(patterns: Iterable[str]) -> list[Path]:
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if "node_modules" not in path.parts)


def read(locale: str) -> Catalog:
    """Return a language's committed catalogue."""
    return _read(po_path(locale), locale)


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale, project="throughtrain", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _say_the_id(catalog: Catalog) -> None:
    """Message ids are English already, so the English catalogue repeats them."""
    for message in catalog:
        if (message.id and not message.string) or message.string == ("", ""):
            message.string = message.id


def _po_bytes(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    catalog.revision_date = catalog.creation_date
    write_po(buffer, catalog, width=100, sort_output=True, omit_header=False, include_lineno=False)
    return buffer.getvalue()


def main() -> int:
    """Run `python -m webapp.catalogues update|check|compile`."""
    command = sys.argv[1] if len(sys.argv) > 1 else "check"
    if command == "update":
        update()
    if command in ("update", "compile"):
        compile_stale()
    problems = findings()
    for problem in problems:
        click.echo(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
