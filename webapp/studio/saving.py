"""What every editor of the studio shares: a file read from a draft, and saved into it again."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from webapp.context import city, now, person
from webapp.permissions import may
from webapp.security import style_nonce
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.sources import Source, draft_of
from workflows.actions import bundle_drafts
from workflows.definitions.archive import ArchiveRefused
from workflows.definitions.bundle import largest
from workflows.definitions.messages import Message
from workflows.definitions.reading import decode


def editing(source: Source, path: str) -> dict[str, Any]:
    """Return what `studio/editor.html` needs to open an editor on one file of a draft."""
    content = source.files.get(path)
    return {
        "source": source,
        "path": path,
        "style_nonce": style_nonce(),
        "editor": {
            "path": path,
            "content": "" if content is None else decode(content),
            "base": "" if content is None else bundle_drafts.digest(content),
            "save": url_for("studio.save", key=source.key, ref=source.ref),
            "back": url_for("studio.bundle", key=source.key, ref=source.ref),
            "token": generate_csrf(),
        },
    }


@blueprint.post("/<key>/<ref>/save")
@may(PROCESS_ADMIN)
def save(key: str, ref: str) -> ResponseReturnValue:
    """Keep one file as an editor sends it; 409 when somebody else saved it since."""
    draft = draft_of(key, ref)
    sent = request.get_json()
    path, content, base = (sent.get(name) for name in ("path", "content", "base"))
    if not (isinstance(path, str) and isinstance(content, str) and isinstance(base, str)):
        raise ArchiveRefused(Message("it cannot be read as text"))
    try:
        data = content.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArchiveRefused(Message("it cannot be read as text")) from error
    if len(data) > largest(path):
        raise ArchiveRefused(Message("it unpacks to more than a bundle may hold"))
    saved = bundle_drafts.save(city(), person().actor, draft.id, path, data, base=base, now=now())
    return jsonify(base=saved.base, revision=saved.revision, checksum=saved.checksum)
