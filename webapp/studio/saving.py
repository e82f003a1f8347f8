"""What every editor of the studio shares: a file read from a draft, saved, and seen by others."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from webapp.context import city, now, person
from webapp.language import gettext
from webapp.permissions import may
from webapp.rendering.dates import moment
from webapp.security import style_nonce
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.comparing import in_words
from webapp.studio.sources import Source, draft_of, source_of
from workflows.actions import bundle_drafts, draft_editors
from workflows.definitions.archive import ArchiveRefused
from workflows.definitions.bundle import largest
from workflows.definitions.difference import difference
from workflows.definitions.messages import Message
from workflows.definitions.reading import Unreadable, decode
from workflows.errors import NotFound


def editing(source: Source, path: str) -> dict[str, Any]:
    """Return what `studio/editor.html` needs to open an editor on one file of a draft.

    Raises DefinitionRefused for a file that is no text.
    """
    content = source.files.get(path)
    try:
        text = "" if content is None else decode(content)
    except Unreadable as error:
        raise error.refused(path) from error
    key, ref = source.key, source.ref
    return {
        "source": source,
        "path": path,
        "style_nonce": style_nonce(),
        "editor": {
            "path": path,
            "content": text,
            "base": "" if content is None else bundle_drafts.digest(content),
            "ref": source.ref,
            "sitting": secrets.token_hex(12),
            "save": url_for("studio.save", key=key, ref=ref),
            "presence": url_for("studio.presence", key=key, ref=ref),
            "compare": url_for("studio.compare", key=key, ref=ref),
            "fork": url_for("studio.fork", key=key, ref=ref),
            "back": url_for("studio.bundle", key=key, ref=ref),
            "token": generate_csrf(),
        },
    }


@blueprint.post("/<key>/<ref>/save")
@may(PROCESS_ADMIN)
def save(key: str, ref: str) -> ResponseReturnValue:
    """Keep one file as an editor sends it; 409 when somebody else saved it since."""
    draft = draft_of(key, ref)
    path, data = sent_file()
    base, sitting = sent_words("base", "sitting")
    saved = bundle_drafts.save(
        city(), person().actor, draft.id, path, data, base=base, sitting=sitting, now=now()
    )
    return jsonify(base=saved.base, revision=saved.revision, checksum=saved.checksum)


@blueprint.post("/<key>/<ref>/presence")
@may(PROCESS_ADMIN)
def presence(key: str, ref: str) -> ResponseReturnValue:
    """Note that a page has a file open (or is being closed); say who else has, and who saved it."""
    draft = draft_of(key, ref)
    path, sitting = sent_words("path", "sitting")
    actor = person().actor
    if request.get_json().get("leaving") is True:
        draft_editors.leave(city(), actor, draft.id, path, sitting)
        return jsonify(others=[], digest="", last="")
    found = draft_editors.present(city(), actor, draft.id, path, sitting, now=now())
    return jsonify(
        others=[_said(one) for one in found.others],
        digest=found.digest,
        last=_last(found.name, found.saved_at),
    )


@blueprint.post("/<key>/<ref>/compare")
@may(PROCESS_ADMIN)
def compare(key: str, ref: str) -> ResponseReturnValue:
    """Say how the file that the draft holds differs from the one that an editor has."""
    source = _draft(key, ref)
    path, data = sent_file()
    found = difference(source.files, {**source.files, path: data})
    return jsonify(
        changes=[
            {
                "mark": one.mark,
                "sign": one.sign,
                "word": one.word,
                "sort": one.sort,
                "name": one.name,
                "details": [[d.what, d.before, d.after] for d in one.details],
            }
            for one in in_words(found)
        ]
    )


@blueprint.post("/<key>/<ref>/fork")
@may(PROCESS_ADMIN)
def fork(key: str, ref: str) -> ResponseReturnValue:
    """Keep what an editor has as a draft of its own, beside the one that somebody else changed."""
    source = _draft(key, ref)
    path, data = sent_file()
    draft = source.draft
    if draft is None:
        raise NotFound
    if bundle_drafts.place_of(path) != path:
        raise ArchiveRefused(Message("“%(name)s” has no place in a bundle", name=path[:60]))
    actor = person().actor
    draft_id = bundle_drafts.begin(
        city(),
        actor,
        {**source.files, path: data},
        name=gettext("%(name)s (%(person)s’s own)", name=draft.name[:70], person=actor.name[:20]),
        now=now(),
        based_on_id=draft.based_on_id,
    )
    return jsonify(ref=f"d{draft_id}")


def sent_file() -> tuple[str, bytes]:
    """Return path and content of the file that an editor sends; ArchiveRefused for what is none."""
    path, content = sent_words("path", "content")
    data = content.encode("utf-8")
    if len(data) > largest(path):
        raise ArchiveRefused(Message("it unpacks to more than a bundle may hold"))
    return path, data


def sent_words(*names: str) -> list[str]:
    """Return texts of the JSON that was sent; ArchiveRefused where one is missing."""
    sent = request.get_json()
    found = [sent.get(name) if isinstance(sent, dict) else None for name in names]
    if not all(isinstance(one, str) and _can_be_kept(one) for one in found):
        raise ArchiveRefused(Message("it cannot be read as text"))
    return [str(one) for one in found]


def _can_be_kept(text: str) -> bool:
    """Whether a text is one that PostgreSQL and files take: JSON escapes also say halves of one."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _draft(key: str, ref: str) -> Source:
    source = source_of(key, ref)
    if source.draft is None:
        raise NotFound
    return source


def _said(one: draft_editors.Editor) -> str:
    since = _at(one.since)
    if one.own:
        return gettext(
            "You have this file open in another window too, since %(since)s.", since=since
        )
    if one.saved_at is not None:
        return gettext(
            "%(person)s has this file open too, since %(since)s, and changed it at %(at)s.",
            person=one.name,
            since=since,
            at=_at(one.saved_at),
        )
    return gettext(
        "%(person)s has this file open too, since %(since)s.", person=one.name, since=since
    )


def _last(name: str, saved_at: datetime | None) -> str:
    if saved_at is None:
        return ""
    return gettext("%(person)s saved this file at %(at)s.", person=name, at=_at(saved_at))


def _at(value: datetime) -> str:
    return moment(value).striptags()
