"""Operations between cases: to begin others, to link them, to tell them something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy import case as when
from sqlalchemy.dialects.postgresql import insert as upsert

from models.cases import Case, CaseLink
from models.enterprises import Enterprise
from models.processes import Process
from models.queries.visibility import visible_cases
from workflows import options, outbox
from workflows.definitions.definition import Definition
from workflows.definitions.messages import Message
from workflows.errors import NotFound, OperationRefused, Place, StepFailed
from workflows.operations.context import OperationContext
from workflows.operations.registry import operation
from workflows.worktime import local_day

THEME = "theme"
"""The kind of a link to the policy for which a case waits."""


@operation("open_cases", title="另立关联事项")
def open_cases(
    context: OperationContext,
    *,
    items: Sequence[Mapping[str, Any]],
    kind: str,
    process: str | None = None,
) -> int:
    """Begin a case for each item, by the same company and linked to this one.

    items: contexts that overlay this case's values in the start form (title, text, category ...)
    kind: the kind of the link, such as part or visit; the new case reads it as origin
    process: key of the process, this case's own if left out
    Returns how many were asked for. Refused where an item does not fill in the start form.
    """
    key = process or _own_process(context)
    try:
        definition = context.city.library.current(key, context.session)
    except NotFound as error:
        raise StepFailed(
            place=Place(),
            reason=f"there is no process {key!r}",
            advice="Deploy it, or mend the parameter process in the diagram.",
        ) from error
    base = _base(context, definition)
    for number, item in enumerate(items or (), start=1):
        said = {name: value for name, value in item.items() if value not in (None, "")}
        values = _start_values(context, definition, {**base, **said}, number)
        context.changes.deliveries.append(outbox.beginning(key, kind, values))
    return len(items or ())


@operation("link_case", title="关联事项")
def link_case(context: OperationContext, *, number: str | None, kind: str) -> str:
    """Link this case to another open one; return the other's title.

    number: the other case's number
    kind: merged (this case waits for the other's reply), theme (for its policy) or related
    """
    typed = "".join(str(number or "").split()).upper()
    found = context.session.execute(
        select(Case.id, Case.number, Case.title).where(
            Case.number == typed, _open_to(context, kind)
        )
    ).one_or_none()
    if found is None:
        raise OperationRefused(
            reason=Message("there is no case %(number)s", number=typed or "—"),
            advice=Message("Look up its number and type it again."),
        )
    if found.id == context.case.id:
        raise OperationRefused(
            reason=Message("a case cannot be linked to itself"),
            advice=Message("Type another case's number."),
        )
    if _held_state(context, found.id) != "open":
        raise OperationRefused(
            reason=Message("the case %(number)s is not open any more", number=found.number),
            advice=Message("Choose an open one."),
        )
    _refuse_circle(context, found.id, kind)
    link = upsert(CaseLink).values(
        case_id=context.case.id, other_id=found.id, kind=kind, since_at=context.now
    )
    context.session.execute(
        link.on_conflict_do_update(
            index_elements=[CaseLink.case_id, CaseLink.other_id, CaseLink.kind],
            set_={
                "ended_at": None,
                "since_at": when(
                    (CaseLink.ended_at.is_(None), CaseLink.since_at), else_=context.now
                ),
            },
        )
    )
    # Without its title: the other case may be another company's.
    context.changes.timeline.append(("case_linked", {"number": found.number, "kind": kind}, True))
    return str(found.title)


def _held_state(context: OperationContext, other_id: int) -> str | None:
    """Return the other case's state, which stays so until this step is committed.

    A step that ends the other case meanwhile would tell nobody: it cannot see the new link yet.
    Nobody waits for the other case here: one that is in a step makes this one Busy.
    """
    statement = select(Case.state).where(Case.id == other_id)
    return context.session.scalar(statement.with_for_update(read=True, nowait=True))


def _open_to(context: OperationContext, kind: str) -> ColumnElement[bool]:
    """Cases that this actor may link to: those it sees, and any theme, which is no secret."""
    seen = visible_cases(context.actor.scope)
    if kind != THEME:
        return seen
    offering = options.offering_themes(context.city, context.session)
    return or_(seen, Case.process_id.in_(offering))


@operation("unlink_case", title="解除关联")
def unlink_case(context: OperationContext, *, kind: str) -> None:
    """End this case's own links of a kind; those that others have to it stay.

    kind: merged, theme or related
    """
    context.session.execute(
        update(CaseLink)
        .where(
            CaseLink.case_id == context.case.id,
            CaseLink.kind == kind,
            CaseLink.ended_at.is_(None),
        )
        .values(ended_at=context.now)
    )


@operation("tell", title="通知关联事项")
def tell(
    context: OperationContext,
    *,
    message: str,
    kind: str,
    payload: Mapping[str, Any] | None = None,
) -> int:
    """Send a message to all open cases linked to this one; return to how many.

    message: the message that their events wait for
    kind: the kind of the links, whoever has made them
    payload: context of the values that come along
    """
    case_id = context.case.id
    others = context.session.scalars(
        select(Case.id)
        .join(
            CaseLink,
            when((CaseLink.case_id == case_id, CaseLink.other_id), else_=CaseLink.case_id)
            == Case.id,
        )
        .where(
            or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id),
            CaseLink.kind == kind,
            CaseLink.ended_at.is_(None),
            Case.state == "open",
        )
        .order_by(Case.id)
        .distinct()
    ).all()
    for other in others:
        context.changes.deliveries.append(outbox.message(other, message, payload, kind=kind))
    return len(others)


@operation("tell_self", title="通知本事项")
def tell_self(
    context: OperationContext, *, message: str, payload: Mapping[str, Any] | None = None
) -> None:
    """Send a message to this case itself, once this step is done.

    message: the message that an event of this case waits for
    payload: context of the values that come along
    """
    context.changes.deliveries.append(outbox.message(context.case.id, message, payload))


def _own_process(context: OperationContext) -> str:
    statement = select(Process.key).where(Process.id == context.case.process_id)
    return str(context.session.scalars(statement).one())


def _base(context: OperationContext, definition: Definition) -> dict[str, Any]:
    """Return what a new case's start form takes over: this case's facts, its place and company."""
    form = definition.form(definition.bundle.start_form)
    known: dict[str, Any] = {
        "place": context.city.unit_of(context.place_id).key,
        "enterprise": None,
    }
    if context.case.enterprise_id is not None:
        row = context.session.execute(
            select(
                Enterprise.name, Enterprise.credit_code, Enterprise.contact, Enterprise.phone
            ).where(Enterprise.id == context.case.enterprise_id)
        ).one()
        known |= {
            "enterprise": row.name,
            "credit_code": row.credit_code,
            "contact": row.contact,
            "phone": row.phone,
        }
    columns = definition.bundle.case_columns
    base = {columns[name]: value for name, value in known.items() if name in columns and value}
    facts = {key: value for key, value in context.facts.items() if key in form.keys}
    return {**base, **facts}


def _start_values(
    context: OperationContext, definition: Definition, values: Mapping[str, Any], number: int
) -> dict[str, Any]:
    """Return an item's values as its start form keeps them, without files; or refuse in words."""
    form = definition.form(definition.bundle.start_form)
    fitting = {
        key: value
        for key, value in values.items()
        if key in form.keys and key not in form.file_keys and value is not None
    }
    lists = options.for_form(
        context.city, context.session, form, case=context.case, actor=context.actor
    )
    cleaned = form.clean(
        form.as_raw(fitting), options=lists, context={}, today=local_day(context.now)
    )
    wrong = [key for key in cleaned.errors if key not in form.file_keys]
    if wrong:
        said = "、".join(form.by_key[key].label if key in form.by_key else key for key in wrong)
        raise OperationRefused(
            reason=Message(
                "item %(number)s cannot become a case (%(fields)s)", number=number, fields=said
            ),
            advice=Message("Correct the item."),
        )
    return form.to_json(cleaned.values)


def _refuse_circle(context: OperationContext, other_id: int, kind: str) -> None:
    """Two cases that wait for each other would wait for ever."""
    seen, waiting = {other_id}, [other_id]
    while waiting:
        further = context.session.scalars(
            select(CaseLink.other_id).where(
                CaseLink.case_id.in_(waiting), CaseLink.kind == kind, CaseLink.ended_at.is_(None)
            )
        ).all()
        if context.case.id in further and kind != "related":
            raise OperationRefused(
                reason=Message("the other case already waits for this one"),
                advice=Message("Choose the case that is to lead on."),
            )
        waiting = [one for one in further if one not in seen]
        seen.update(waiting)
