"""Operations on letters: written from a text of the bundle, numbered, kept as they went out."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from models.letters import Letter
from workflows import letters
from workflows.errors import Place, StepFailed
from workflows.operations.context import OperationContext
from workflows.operations.registry import TextName, operation

NUMBER = "{case}-函{serial}"


@operation("issue_letter", title="制发函件")
def issue_letter(context: OperationContext, *, text: TextName, public: bool | None = None) -> str:
    """Write a letter with the case's data, number it and keep it; return its number.

    text: name of a text of the bundle (texts/<name>.txt)
    public: whether the company sees it; absent: it does
    """
    template = context.texts.get(text)
    if template is None:
        raise StepFailed(
            place=Place(),
            reason=f"the bundle has no text {text!r}",
            advice="Add texts/<name>.txt, or name one that is there, and deploy again.",
        )
    session, case = context.session, context.case
    earlier = session.scalar(
        select(func.count()).select_from(Letter).where(Letter.case_id == case.id)
    )
    number = NUMBER.format(case=case.number, serial=(earlier or 0) + 1)
    about = letters.About(
        session=session,
        city=context.city,
        case_id=case.id,
        now=context.now,
        facts=context.facts,
        lead_unit_id=context.lead_unit_id,
        place_id=context.place_id,
        actor=context.actor.name,
        more={"letter": {"number": number, "on": context.now}},
    )
    written = letters.write(template, about)
    shown = public is None or public
    session.execute(
        insert(Letter).values(
            case_id=case.id,
            step=context.step,
            name=text,
            number=number,
            subject=written.subject,
            body=written.body,
            unit_id=context.lead_unit_id,
            public=shown,
            issued_at=context.now,
        )
    )
    line = {"number": number, "subject": written.subject}
    context.changes.timeline.append(("letter_issued", line, shown))
    return number
