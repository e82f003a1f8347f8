"""Drafts in the browser: uploaded or begun from a version, changed, tried, deployed."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from models.bundle_drafts import BundleDraft, BundleTrial
from webapp.context import city, now, person, reading
from webapp.language import gettext, say
from webapp.permissions import may
from webapp.studio import looking
from webapp.studio.approving import asked_of, read_day
from webapp.studio.beside import start
from webapp.studio.blueprint import PROCESS_ADMIN, blueprint
from webapp.studio.bringing import bring
from webapp.studio.failing import sorted_out
from webapp.studio.shipping import read_number, said_findings, said_problem, tell
from webapp.studio.sources import Source, draft_of, source_of
from workflows.actions import bundle_drafts
from workflows.definitions.archive import ARCHIVE_BYTES, NAME_LENGTH, ArchiveRefused, unpack
from workflows.definitions.bundle import SETTINGS
from workflows.definitions.messages import Message
from workflows.errors import DefinitionRefused, DeploymentRefused, InvalidEntries, NotFound


@blueprint.post("/drafts")
@may(PROCESS_ADMIN)
def upload() -> ResponseReturnValue:
    """Make uploaded files a draft: a bundle of ours as it is, another product's by the importer."""
    files = _uploaded()
    if not files:
        raise ArchiveRefused(Message("no file was chosen"))
    name = request.form.get("name", "")
    if SETTINGS not in files:
        return bring(files, name)
    return _begun(files, name, None)


@blueprint.post("/<key>/<ref>/draft")
@may(PROCESS_ADMIN)
def begin(key: str, ref: str) -> ResponseReturnValue:
    """Begin a draft with the files of a version."""
    source = source_of(key, ref)
    if source.version is None:
        raise NotFound
    name = request.form.get("name", "").strip()
    if not name:
        number = source.version.number
        again = url_for("studio.process", key=key, base=number, unnamed=1, _anchor="name")
        return redirect(again, 303)
    return _begun(dict(source.files), name, source.version.id)


def _begun(files: dict[str, bytes], name: str, based_on_id: int | None) -> ResponseReturnValue:
    actor = person().actor
    draft_id = bundle_drafts.begin(
        city(), actor, files, name=name, now=now(), based_on_id=based_on_id
    )
    with reading() as session:
        key = session.get_one(BundleDraft, draft_id).process_key
    flash(gettext("The draft is kept. Nobody works by it until it is deployed."), "good")
    return redirect(url_for("studio.bundle", key=key, ref=f"d{draft_id}"), 303)


@blueprint.post("/<key>/<ref>/files")
@may(PROCESS_ADMIN)
def put(key: str, ref: str) -> ResponseReturnValue:
    """Put files into a draft: single ones, or all that an archive holds."""
    draft = draft_of(key, ref)
    sent = dict(_sent())
    if not sent:
        raise ArchiveRefused(Message("no file was chosen"))
    bundle_drafts.change(
        city(), person().actor, draft.id, revision=_revision(), put=sent, now=now()
    )
    flash(gettext("Put into the draft: %(files)s", files=", ".join(sorted(sent))[:300]), "good")
    return redirect(url_for("studio.bundle", key=key, ref=ref), 303)


@blueprint.post("/<key>/<ref>/remove")
@may(PROCESS_ADMIN)
def remove(key: str, ref: str) -> ResponseReturnValue:
    """Take a file out of a draft."""
    draft, path = draft_of(key, ref), request.form.get("path", "")
    bundle_drafts.change(
        city(), person().actor, draft.id, revision=_revision(), put={}, remove=[path], now=now()
    )
    flash(gettext("Taken out of the draft: %(file)s", file=path), "good")
    return redirect(url_for("studio.bundle", key=key, ref=ref), 303)


@blueprint.post("/<key>/<ref>/discard")
@may(PROCESS_ADMIN)
def discard(key: str, ref: str) -> ResponseReturnValue:
    """Throw a draft away."""
    source = source_of(key, ref)
    if source.draft is None:
        raise NotFound
    bundle_drafts.discard(city(), person().actor, source.draft.id, revision=_revision(), now=now())
    flash(gettext("The draft is discarded."), "good")
    if source.process is None:
        return redirect(url_for("studio.index"), 303)
    return redirect(url_for("studio.process", key=key), 303)


@blueprint.post("/<key>/<ref>/trial")
@may(PROCESS_ADMIN)
def try_out(key: str, ref: str) -> ResponseReturnValue:
    """Play a draft's scenarios in another process."""
    draft = draft_of(key, ref)
    trial_id = bundle_drafts.begin_trial(city(), person().actor, draft.id, now=now())
    if trial_id is not None:
        start("trial", trial_id)
    return redirect(url_for("studio.bundle", key=key, ref=ref, _anchor="trial"), 303)


@blueprint.get("/<key>/<ref>/trial")
@may(PROCESS_ADMIN)
def trial(key: str, ref: str) -> ResponseReturnValue:
    """Return how far the scenarios are, for the part of the page that asks again and again.

    At the end the form to deploy comes with it.
    """
    source = source_of(key, ref)
    if source.draft is None:
        raise NotFound
    found = trial_of(source)
    errors = [] if found["running"] else looking.errors_of(source)
    return render_template(
        "studio/trial.html",
        source=source,
        fragment=True,
        errors=len(errors),
        **found,
        **asked_of(source),
    )


@blueprint.post("/<key>/<ref>/deploy")
@may(PROCESS_ADMIN)
def deploy(key: str, ref: str) -> ResponseReturnValue:
    """Make a draft the version that new cases begin with."""
    draft = draft_of(key, ref)
    try:
        deployed = bundle_drafts.ship(
            city(),
            person().actor,
            draft.id,
            revision=_revision(),
            reason=request.form.get("reason", ""),
            over=read_number(request.form.get("over", "")),
            takes_effect_at=read_day(request.form.get("takes_effect_on", "")),
            now=now(),
        )
    except InvalidEntries as error:
        flash(said_problem(error), "bad")
    except DeploymentRefused as refused:
        flash(said_findings(refused), "bad")
    except DefinitionRefused as refused:
        flash(" ".join(say(refused)), "bad")
    else:
        tell(deployed)
        return redirect(url_for("studio.process", key=key), 303)
    return redirect(url_for("studio.bundle", key=key, ref=ref), 303)


def trial_of(source: Source) -> dict[str, object]:
    """Return the newest trial of these files, and whether it is running or lost."""
    with reading() as session:
        found: BundleTrial | None = bundle_drafts.newest_trial(session, source.checksum)
    unfinished = found is not None and found.finished_at is None
    lost = unfinished and found is not None and found.beat_at < now() - bundle_drafts.LOST
    report = {} if found is None or found.finished_at is None else found.report
    return {
        "trial": found,
        "running": unfinished and not lost,
        "lost": lost,
        "unlike": sorted_out(source, report),
    }


def _sent() -> Iterator[tuple[str, bytes]]:
    """Yield path -> bytes of the files that were sent, each where it belongs in a bundle."""
    for name, data in _files():
        if _is_archive(name):
            yield from unpack(data).items()
        else:
            yield bundle_drafts.place_of(name), data


def _uploaded() -> dict[str, bytes]:
    """Return the files that were sent together, by whatever names they have."""
    files: dict[str, bytes] = {}
    for name, data in _files():
        more = unpack(data) if _is_archive(name) else {_plain_name(name): data}
        for path, content in more.items():
            if files.setdefault(path, content) != content:
                raise ArchiveRefused(Message("it holds “%(name)s” twice", name=path))
    if SETTINGS in files:
        return {path if "/" in path else bundle_drafts.place_of(path): data
                for path, data in files.items()}  # fmt: skip
    return files


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2][:NAME_LENGTH]


def _is_archive(name: str) -> bool:
    return name.lower().endswith((".zip", ".bar"))


def _files() -> Iterator[tuple[str, bytes]]:
    for sent in request.files.getlist("files"):
        if sent.filename:
            yield sent.filename, _read(sent)


def _read(sent: FileStorage) -> bytes:
    data = sent.stream.read(ARCHIVE_BYTES + 1)
    if len(data) > ARCHIVE_BYTES:
        raise ArchiveRefused(Message("it has more than %(bytes)d bytes", bytes=ARCHIVE_BYTES))
    return data


def _revision() -> int:
    return read_number(request.form.get("revision", ""))
