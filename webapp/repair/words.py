"""What incidents, their causes and the kinds of repair are called, in plain words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from webapp.context import viewer
from webapp.language import ENGLISH, gettext, language
from webapp.repair.blueprint import PROCESS_ADMIN, blueprint
from workflows.errors import InvalidEntries

CAUSES = {
    "expression": lazy_gettext("An expression could not be computed"),
    "decision": lazy_gettext("A decision table gave no answer"),
    "operation": lazy_gettext("An automatic operation could not do its work"),
    "unit": lazy_gettext("Nobody is there for the next task"),
    "time": lazy_gettext("A time limit could not be computed"),
    "gateway": lazy_gettext("No way leads on"),
    "message": lazy_gettext("Nothing waits for what was sent"),
    "limit": lazy_gettext("The step did too much"),
    "stuck": lazy_gettext("The case would stand still"),
    "state": lazy_gettext("The stored state does not fit the version"),
    "refused": lazy_gettext("What it wanted to do was refused"),
    "busy": lazy_gettext("Somebody was at work on the case"),
    "unforeseen": lazy_gettext("An error of the software"),
    "": lazy_gettext("The step could not be made"),
}
EXPLAINED = {
    "expression": lazy_gettext(
        "The process reads a value here that this case does not have, or that is of another kind "
        "than it expects."
    ),
    "decision": lazy_gettext("No rule of the table fits the values of this case."),
    "operation": lazy_gettext(
        "The process called something of the application, which did not succeed with these values."
    ),
    "unit": lazy_gettext("The unit that the next task is for does not exist or has nobody in it."),
    "time": lazy_gettext("The expression of a due time or timer gave no time for this case."),
    "gateway": lazy_gettext("No condition of the gateway is true, and it has no default way."),
    "message": lazy_gettext("A message or an error was thrown that no event of the case catches."),
    "limit": lazy_gettext(
        "More ran in one step than is allowed: perhaps a loop that no person interrupts."
    ),
    "stuck": lazy_gettext("It would wait for a branch that can never come."),
    "state": lazy_gettext("What is stored of the case cannot be read with this version."),
    "refused": lazy_gettext("At a form a person could have corrected it; here nobody is at hand."),
    "busy": lazy_gettext("The case was locked for too long."),
    "unforeseen": lazy_gettext("The log of the server says more; tell the developers."),
    "": lazy_gettext("The details below say what happened."),
}
MENDS = {
    "expression": lazy_gettext(
        "Correct the case's value (repair), or the expression in a draft of the process."
    ),
    "decision": lazy_gettext("Add a rule to the table in a draft, or correct the case's value."),
    "operation": lazy_gettext("Look at the values that it was given; correct them, then retry."),
    "unit": lazy_gettext("Enter the unit or give somebody the role, then retry."),
    "time": lazy_gettext("Correct the time's expression in a draft, or the case's value."),
    "gateway": lazy_gettext("Give the gateway a default way in a draft, or correct the value."),
    "message": lazy_gettext("Draw an event that catches it, or move the case to where it waits."),
    "limit": lazy_gettext("Look for a loop in the diagram that no person and no timer interrupts."),
    "stuck": lazy_gettext("Look for a branch that leaves a parallel block by the side."),
    "state": lazy_gettext("Move the case to a version that fits, or go back to an earlier step."),
    "refused": lazy_gettext("Mend what the details name, then retry."),
    "busy": lazy_gettext("Do by hand what the details name, then set the incident aside."),
    "unforeseen": lazy_gettext("Retry; if it fails again, tell the developers."),
    "": lazy_gettext("Mend what the details name, then retry."),
}
ACTIONS = {
    "complete": lazy_gettext("a person did a task"),
    "send": lazy_gettext("a person did something that is possible at any time"),
    "wake": lazy_gettext("a time was reached"),
    "deliver": lazy_gettext("a message came from another case"),
    "open": lazy_gettext("another case was to be begun"),
    "submit": lazy_gettext("a case was submitted"),
    "recall": lazy_gettext("a step was taken back"),
    "session_moved": lazy_gettext("a session was moved"),
    "recount": lazy_gettext("a new calendar was applied"),
    "migrate": lazy_gettext("the case was moved to another version"),
}
RETRIES = {
    "wake": lazy_gettext(
        "Retrying lets the time fire again. By itself it is tried every ten minutes."
    ),
    "deliver": lazy_gettext(
        "Retrying hands this message over again. By itself it is tried later and later, at least "
        "every hour."
    ),
    "open": lazy_gettext(
        "Retrying begins the other case. By itself it is tried later and later, at least every "
        "hour."
    ),
    "complete": lazy_gettext(
        "Nothing is retried without the person: the task is open as before, and what was typed is "
        "kept with it. After the fix they send it again."
    ),
    "send": lazy_gettext(
        "Nothing is retried without the person: after the fix they send it again."
    ),
    "submit": lazy_gettext(
        "No case was begun; what was typed is kept as a draft. After the fix it is sent again."
    ),
    "": lazy_gettext("Nothing can be retried here: do it by hand, then set the incident aside."),
}
OUTCOMES = {
    "worked": lazy_gettext("It worked; the incident is closed."),
    "failed": lazy_gettext("It failed again."),
    "person": lazy_gettext("It waits for the person; nothing was retried."),
    "gone": lazy_gettext("Nothing is left to be retried; the incident is closed."),
    "busy": lazy_gettext("Somebody is at work on the case, or it is suspended."),
}
ENDS = {
    "worked": lazy_gettext("it worked"),
    "gone": lazy_gettext("nothing was left to be tried"),
    "settled": lazy_gettext("set aside"),
    "": lazy_gettext("closed"),
}
KINDS = {
    "start": lazy_gettext("Case submitted"),
    "wake": lazy_gettext("A time was reached"),
    "deliver": lazy_gettext("A message came"),
    "recall": lazy_gettext("Taken back"),
    "act": lazy_gettext("An act on the case itself"),
    "migrate": lazy_gettext("Moved to another version"),
}
"""What steps without a task are called where one chooses among them."""
ACTS = {
    "set": lazy_gettext("Change values"),
    "move": lazy_gettext("Move a step"),
    "add": lazy_gettext("Begin one more step"),
    "end": lazy_gettext("End a step"),
    "rearm": lazy_gettext("Set a new time"),
    "restore": lazy_gettext("Go back to an earlier step"),
    "suspend": lazy_gettext("Suspend the case"),
    "resume": lazy_gettext("Let the case go on"),
    "cancel": lazy_gettext("Cancel the case"),
}
ABOUT = {
    "set": lazy_gettext("Corrects what the process and its forms read. Nothing else moves."),
    "move": lazy_gettext("Ends a step here and begins at another one, with the same values."),
    "add": lazy_gettext("Begins a further step beside one that is open."),
    "end": lazy_gettext("Ends a step without its result; one of several is left out of the count."),
    "rearm": lazy_gettext("Gives a due time or timer another moment."),
    "restore": lazy_gettext(
        "The case stands again where it stood after that step. What was sent, issued or begun "
        "since stays."
    ),
    "suspend": lazy_gettext("Nobody can act on it and all its time limits stand still."),
    "resume": lazy_gettext("Its time limits run on with the working days that they had left."),
    "cancel": lazy_gettext("Ends the case for good. The company reads why."),
}


@blueprint.app_template_global()
def cause_name(cause: str) -> str:
    """Return what kind of trouble an incident was, in a few words."""
    return str(CAUSES.get(cause, CAUSES[""]))


@blueprint.app_template_global()
def may_repair() -> bool:
    """Tell whether the reader of this page may repair cases."""
    reader = viewer()
    return reader is not None and PROCESS_ADMIN in reader.roles


@blueprint.app_template_global()
def incident_words(incident: Any) -> str:
    """Return what everybody may read of an incident: no expressions, no names of the software."""
    return gettext(
        "%(cause)s (incident %(id)d). The process admins have been told and see to it.",
        cause=cause_name(incident.cause),
        id=incident.id,
    )


def said_of(error: InvalidEntries) -> str:
    """Return what is wrong with the entries, in the reader's language."""
    return " ".join(gettext(message) for message in error.errors.values())


def element_name(elements: Any, process: str, element: str) -> str:
    """Return the name of an element in the reader's language, its id where it has none."""
    found = elements.get((process, element))
    if found is None:
        found = next((one for key, one in elements.items() if key[1] == element), None)
    if found is None:
        return element
    english = found.properties.get("name_en") if language() == ENGLISH else ""
    return str(english or found.name or element)
