"""The form of what is chosen in a play: a task, a message, the start; who acts, what is entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from models.files import File
from models.queries.cases import CaseRow
from models.queries.drafts import read_uploads
from models.queries.plays import wait_at
from webapp.language import gettext
from webapp.process_form import Turn, read_turn
from webapp.rendering.form_page import FormPage, Node
from webapp.rendering.forms import first_entries, page_of
from webapp.rendering.words import named, role_name
from webapp.studio.playing_view import PlayView, task_of
from workflows import files, options
from workflows.actor import Actor
from workflows.definitions.definition import Definition
from workflows.definitions.forms import Form
from workflows.errors import InvalidEntries
from workflows.play.examples import example
from workflows.play.known import OWN
from workflows.play.standins import stand_in
from workflows.plays.athand import AtHand
from workflows.plays.eligible import Eligible, eligible, usual
from workflows.worktime import local_day

WHO = "play_by"
"""Name of the entry that says who acts."""
OWNER = "play-form"
EXAMPLE = "example"
"""Value of the button that enters examples."""
ROUNDS = 3
"""How often examples are looked for: an entry may bring further fields."""
NO_FORM = Form(id="", components=())


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What somebody is about to do in a play; `do` is its element, empty for the start."""

    do: str
    case: str
    title: str
    task_id: UUID | None
    form: Form
    definition: Definition
    row: CaseRow | None
    who: list[Eligible]
    by: str
    actor: Actor
    query: Mapping[str, Any]

    @property
    def context(self) -> Mapping[str, Any]:
        """Earlier values of the case, typed."""
        return self.definition.typed(self.row.facts) if self.row is not None else {}

    @cached_property
    def fresh(self) -> Turn:
        """The entries that the form starts with."""
        return Turn(raw=first_entries(self.form, self.context, self.actor.name), sends=False)

    def who_words(self) -> list[tuple[str, str]]:
        """Return the choices of who acts, in words."""
        return [(one.by, _words(one)) for one in self.who]


def chosen_of(held: AtHand, view: PlayView) -> Chosen | None:
    """Return what the address chooses; before the start that is the start. None if it is over."""
    stage = held.table.city
    with stage.database.reading() as session:
        if view.case is None:
            return _start(held, view, session)
        for name, find in (("task", _task), ("wait", _wait)):
            wanted = _uuid(request.args.get(name, ""))
            if wanted is not None:
                return find(held, view, session, wanted)
    return None


def asked(held: AtHand, chosen: Chosen) -> Turn:
    """Read the posted form; of a file only the name is kept."""

    def keep(name: str, _content: bytes) -> UUID:
        kept, content = stand_in(name)
        at = held.play.clock_at
        return files.store(held.table.city, owner=OWNER, name=kept, content=content, now=at)

    turn = read_turn(chosen.form, keep)
    turn.raw.pop(WHO, None)
    turn.start_with(chosen.form, first_entries(chosen.form, chosen.context, chosen.actor.name))
    if request.form.get("show") == EXAMPLE:
        _give_examples(held, chosen, turn)
    return turn


def _give_examples(held: AtHand, chosen: Chosen, turn: Turn) -> None:
    """Enter what the form must have and has not, as far as an example can be guessed."""
    today = local_day(held.play.clock_at)
    for _ in range(ROUNDS):
        page = form_page(held, chosen, turn)
        shown = [*page.nodes, *(page.opened.nodes if page.opened else ())]
        wanted = [one for one in _inputs(shown) if one.required and not any(one.values)]
        found = {
            one.name: example(
                one.field, [c.value for c in one.choices], label=one.label, today=today
            )
            for one in wanted
            if not one.readonly
        }
        turn.raw |= {name: entries for name, entries in found.items() if entries}
        if not any(found.values()):
            return


def _inputs(nodes: Sequence[Node]) -> Iterator[Node]:
    for one in nodes:
        if one.name and one.kind != "dynamiclist":
            yield one
        yield from _inputs(one.children)
        for row in one.rows:
            yield from _inputs(row.nodes)


def step_of(held: AtHand, chosen: Chosen, raw: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the act that a form says; InvalidEntries where some entries are not valid."""
    stage, form = held.table.city, chosen.form
    with stage.database.reading() as session:
        found = form.clean(
            raw,
            options=_options(held, session, chosen),
            context=chosen.context,
            today=local_day(held.play.clock_at),
        )
    if found.errors:
        raise InvalidEntries(found.errors)
    names = {real: name for name, real in held.table.player.names.items()}
    values = {
        key: _named(form, key, value, names)
        for key, value in form.to_json(found.values).items()
        if value not in (None, "", [])
    }
    for key in form.file_keys:
        if key in values:
            values[key] = list(_file_names(held, values[key]))
    step: dict[str, Any] = {"by": chosen.by, "values": values}
    if chosen.case != OWN:
        step["case"] = chosen.case
    if not chosen.do:
        return step | {"channel": "online" if chosen.by == "enterprise" else "counter"}
    step["do"] = chosen.do
    if chosen.task_id is not None:
        number = held.table.instance(chosen.task_id, chosen.by, chosen.case)
        step |= {"instance": number} if number else {}
    return step


def form_page(held: AtHand, chosen: Chosen, turn: Turn) -> FormPage:
    """Return the form as the page shows it."""
    with held.table.city.database.reading() as session:
        return page_of(
            chosen.form,
            turn.raw,
            options=_options(held, session, chosen),
            context=chosen.context,
            errors=turn.errors,
            opened=turn.opened,
        )


def uploads(held: AtHand, form: Form) -> dict[str, Any]:
    """Return the files that were chosen so far, by id, as the form shows them."""
    with held.table.city.database.reading() as session:
        return {str(one.id): one for one in read_uploads(session, OWNER)} if form.file_keys else {}


# ------------------------------------------------------------------------------ what is chosen


def _start(held: AtHand, view: PlayView, session: Session) -> Chosen | None:
    definition = view.definition
    if definition is None:
        return None
    bundle = definition.bundle
    roles = bundle.started_by or ("dispatcher",)
    who = eligible(session, roles, None)[:12]
    form = definition.form(bundle.start_form) if bundle.start_form else NO_FORM
    return _chosen(
        held, do="", case=OWN, title=gettext("Start"), task_id=None, form=form,
        definition=definition, row=None, who=who, query={},
    )  # fmt: skip


def _task(held: AtHand, view: PlayView, session: Session, wanted: UUID) -> Chosen | None:
    task = task_of(view, wanted)
    if task is None or view.case is None:
        return None
    item = task.item
    who = eligible(session, [item.role], item.unit_id, item.assignee_id)
    if not who and item.unit_id is not None:
        who = [usual(session, item.role, item.unit_id)]
    definition = view.case.definition
    return _chosen(
        held, do=item.element, case=view.case.name, title=named(item), task_id=item.id,
        form=definition.form(item.form) if item.form else NO_FORM,
        definition=definition, row=view.case.case, who=who, query={"task": str(item.id)},
    )  # fmt: skip


def _wait(held: AtHand, view: PlayView, session: Session, wanted: UUID) -> Chosen | None:
    wait = wait_at(session, wanted)
    if wait is None or view.case is None or not wait.roles:
        return None
    definition = view.case.definition
    who = eligible(session, wait.roles.split(","), wait.unit_id)[:20]
    return _chosen(
        held, do=wait.element, case=view.case.name, title=named(wait), task_id=None,
        form=definition.form(wait.form) if wait.form else NO_FORM,
        definition=definition, row=view.case.case, who=who, query={"wait": str(wait.id)},
    )  # fmt: skip


def _chosen(held: AtHand, *, who: list[Eligible], query: dict[str, Any], **given: Any) -> Chosen:
    sent = request.form.get(WHO) or request.args.get(WHO, "")
    by = sent if sent in {one.by for one in who} else who[0].by if who else "enterprise"
    case = given["case"]
    actor = held.table.actor(by, case)
    if case != OWN:
        query = {**query, "case": case}
    return Chosen(who=who, by=by, actor=actor, query=query, **given)


def address(held: AtHand, chosen: Chosen) -> str:
    """Return where the form of what is chosen is sent."""
    return url_for(
        "studio.play_act",
        key=held.play.process_key,
        play_id=held.play.id,
        seen=len(held.acts),
        **chosen.query,
    )


def _words(one: Eligible) -> str:
    if one.role == "enterprise":
        return gettext("The company")
    unit = named(one, "unit")
    who = one.person or gettext("somebody made up: nobody holds this post")
    return f"{unit} · {role_name(one.role)} · {who}"


# ------------------------------------------------------------------------------ values


def _options(held: AtHand, session: Session, chosen: Chosen) -> options.Options:
    return options.for_form(
        held.table.city, session, chosen.form, case=chosen.row, actor=chosen.actor
    )


def _named(form: Form, key: str, value: Any, names: Mapping[str, str]) -> Any:
    """Return a session or a case that was chosen from a list as scenarios name it."""
    field = form.by_key.get(key)
    if field is None:
        return value
    if isinstance(value, list):
        inner = {one.key: one for top in field.fields for one in top.inside() if one.key}
        if inner:
            sub = Form(id="", components=field.fields)
            return [{k: _named(sub, k, v, names) for k, v in row.items()} for row in value]
        return [_named(form, key, one, names) for one in value]
    if field.options_key and isinstance(value, str) and value in names:
        is_session = field.options_key == "sessions"
        if is_session == value.isdecimal():
            return f"@{names[value]}"
    return value


def _file_names(held: AtHand, ids: list[str]) -> Iterator[str]:
    with held.table.city.database.reading() as session:
        for one in ids:
            known = _uuid(one)
            row = session.get(File, known) if known is not None else None
            yield row.name if row is not None else one


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
