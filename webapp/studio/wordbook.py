"""The words that a draft's editors offer, and what the check says of an expression being typed."""

from __future__ import annotations

from typing import Any

from flask import current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from webapp.context import city
from webapp.language import ENGLISH, language
from webapp.permissions import may
from webapp.rendering.words import ROLES, role_name
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.editing import EDITORS
from webapp.studio.looking import ByChecksum
from webapp.studio.saving import sent_words
from webapp.studio.sources import Source, source_of
from workflows.definitions.archive import ArchiveRefused
from workflows.definitions.bundle import checksum_of
from workflows.definitions.check import Language
from workflows.definitions.check.fault import Fault
from workflows.definitions.check.single import KINDS, LENGTH
from workflows.definitions.contents import kind_of
from workflows.definitions.messages import Message
from workflows.wordbook import Declared, declared_in, faults_of, read, wordbook

MOST_NAMES = 2_000
OTHERS = "studio.edit_raw"
"""The view that edits files which have no editor of their own."""

_books: ByChecksum[dict[str, Any]] = ByChecksum()
_declared: ByChecksum[Declared] = ByChecksum()


@blueprint.get("/<key>/<ref>/wordbook")
@may(PROCESS_ADMIN)
def words(key: str, ref: str) -> ResponseReturnValue:
    """Return what pickers and completion offer to the editor of one diagram (`?path=`)."""
    source, path = source_of(key, ref), request.args.get("path", "")
    spoken = _spoken()
    book = _books.get(
        (source.checksum, path, spoken), lambda: wordbook(read(source.files), path, spoken)
    )
    return jsonify(
        language=spoken,
        roles=[{"key": role, "title": role_name(role)} for role in ROLES],
        units=_units(),
        addresses={name: edit_address(source, name) for name in sorted(source.files)},
        **book,
    )


@blueprint.post("/<key>/<ref>/expression")
@may(PROCESS_ADMIN)
def expression(key: str, ref: str) -> ResponseReturnValue:
    """Return what the check would say about an expression, with the place of each fault.

    Sent are `expression`, its `kind` (one of the check's `single.KINDS`), the `path` of the file
    that it stands in, and the `names` that are in the editor but not saved yet.
    """
    source = source_of(key, ref)
    text, kind, path = sent_words("expression", "kind", "path")
    names = request.get_json().get("names", [])
    if len(text) > LENGTH or kind not in KINDS:
        raise ArchiveRefused(Message("it cannot be read as text"))
    if not isinstance(names, list) or len(names) > MOST_NAMES:
        raise ArchiveRefused(Message("it cannot be read as text"))
    found = faults_of(
        text,
        kind,
        _known(source, path),
        names=(name for name in names if isinstance(name, str)),
        units=city().unit_keys() or None,
    )
    spoken = _spoken()
    return jsonify(problems=[_problem(fault, len(text), spoken) for fault in found])


def edit_address(source: Source, path: str) -> str:
    """Return where a file of a draft is edited; where it is read for what is deployed."""
    view = "studio.draw" if kind_of(path) == "diagram" else EDITORS.get(kind_of(path), OTHERS)
    if source.draft is None or view not in current_app.view_functions:
        view = "studio.file"
    return url_for(view, key=source.key, ref=source.ref, path=path)


def _known(source: Source, path: str) -> Declared:
    """Return what the bundle declares; the file being edited is read anew each time.

    The others stay as they are while somebody types, so that they are read only once.
    """
    others = {name: data for name, data in source.files.items() if name != path}
    known = _declared.get(checksum_of(others), lambda: declared_in(others))
    own = source.files.get(path)
    return known if own is None else known | declared_in({path: own})


def _problem(fault: Fault, length: int, spoken: Language) -> dict[str, object]:
    finding = fault.finding()
    end = fault.position + fault.length if fault.length else length
    return {
        "rule": fault.rule.number,
        "severity": finding.severity,
        "sentence": finding.said(spoken),
        "mend": finding.mended(spoken),
        "position": min(fault.position, length),
        "end": min(end, length),
    }


def _units() -> list[dict[str, str]]:
    english = language() == ENGLISH
    units = city().directory()
    return [
        {
            "key": unit.key,
            "name": (unit.name_en if english else "") or unit.name,
            "kind": unit.kind,
            "under": ((above.name_en if english else "") or above.name) if above else "",
        }
        for unit in units.all()
        if unit.active
        for above in (units.unit(unit.parent_id) if unit.parent_id else None,)
    ]


def _spoken() -> Language:
    return "en" if language() == ENGLISH else "zh"
