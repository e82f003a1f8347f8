"""What can go wrong, in words for the person who can mend it."""

from __future__ import annotations

from dataclasses import dataclass, field

from workflows.definitions.messages import Message


class ThroughTrainError(Exception):
    """Every error that the product raises on purpose.

    `sentence` says what went wrong and `mend` what to do about it; both are
    message ids that the pages translate, filled in with `values`.
    """

    sentence = "Something went wrong."
    mend = "Please try again."

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.text())

    def text(self) -> str:
        """Return sentence and mend in English, for logs and commands."""
        values = {key: _in_english(value) for key, value in self.values.items()}
        return f"{self.sentence} {self.mend}".format_map(_Blank(values))


def _in_english(value: object) -> object:
    return value.text() if isinstance(value, Message) else value


class _Blank(dict[str, object]):
    """Values for a message; a name that is absent stays visible as a name."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class NotFound(ThroughTrainError):
    """The thing does not exist, or this person may not see that it does."""

    sentence = "This page or case does not exist, or you may not see it."
    mend = "Check the address, or ask the office that sent it to you."


class NotAllowed(ThroughTrainError):
    """This person sees the thing but may not do this with it."""

    sentence = "You may see this but not do this with it."
    mend = "Ask the person or unit named on the page."


class AlreadyDone(ThroughTrainError):
    """Somebody else was faster, or the task is no longer open."""

    sentence = "This task has already been done by {person}."
    mend = "Your entries are kept below so that you can copy them."


class MessageOver(AlreadyDone):
    """What could be done with a case at any time can no longer be done: it has moved on."""

    sentence = "“{name}” is no longer possible: the case has moved on."
    mend = "Your entries are kept below so that you can copy them."


class Busy(ThroughTrainError):
    """Another step of the same case holds its lock for longer than two seconds."""

    sentence = "Somebody is working on this case right now."
    mend = "Please send it again in a moment; your entries are kept."


class InvalidEntries(ThroughTrainError):
    """The form has errors; `errors` maps a field's key to a message id."""

    sentence = "Some entries are missing or not valid."
    mend = "The fields are marked below."

    def __init__(self, errors: dict[str, str], **values: object) -> None:
        self.errors = errors
        super().__init__(**values)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a definition something happened."""

    file: str = ""
    process: str = ""
    element: str = ""
    name: str = ""
    detail: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [part for part in (self.file, self.process, self.element) if part]
        return "/".join(parts) + (f" ({self.name})" if self.name else "")


class StepFailed(ThroughTrainError):
    """A step could not be run to its end; all of it was rolled back.

    `reason` is plain words; `advice` says what a process admin can do.
    The actions turn it into an incident that names `place`; `cause` is the kind of trouble in
    one word (`workflows.incidents.CAUSES`), `incident` the number of the incident, once there is
    one.
    """

    sentence = "The process could not go on at {place}: {reason}"
    mend = "Nothing was changed. The process admins have been told. {advice}"
    incident = 0

    def __init__(self, *, place: Place, reason: str, advice: str, cause: str = "") -> None:
        self.place = place
        self.reason = reason
        self.advice = advice
        self.cause = cause
        super().__init__(place=place, reason=reason, advice=advice)


class DefinitionRefused(ThroughTrainError):
    """A bundle, diagram, form or decision cannot be used."""

    sentence = "The definition cannot be used at {place}: {reason}"
    mend = "{advice}"

    def __init__(self, *, place: Place, reason: str, advice: str) -> None:
        self.place = place
        self.reason = reason
        self.advice = advice
        super().__init__(place=place, reason=reason, advice=advice)


class CannotRecall(ThroughTrainError):
    """A step cannot be taken back any more."""

    sentence = "This step cannot be taken back: {reason}."
    mend = "Ask the person who holds the case now to return it."


class CannotRepair(ThroughTrainError):
    """A repair would leave the case standing still, or the case is not where the admin saw it."""

    sentence = "This repair cannot be made: {reason}."
    mend = "{advice}"

    def __init__(self, *, reason: str, advice: str) -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(reason=reason, advice=advice)


class CaseSuspended(ThroughTrainError):
    """Nobody may act on a case as long as a process admin has suspended it."""

    sentence = "This case is suspended: {reason}"
    mend = "Nothing can be done with it until the process admins let it go on."


class FileRefused(ThroughTrainError):
    """An upload is too large, empty, or not what its name says."""

    sentence = "The file {name} was not accepted: {reason}."
    mend = "Choose a PDF, picture, text, Office or OFD file of at most 20 MB."


class DeploymentRefused(ThroughTrainError):
    """The check found errors in a bundle; `findings` lists them."""

    sentence = "The bundle was not deployed: the check found {count} errors."
    mend = "Mend what the findings say and deploy it again."

    def __init__(self, *, findings: tuple[object, ...]) -> None:
        self.findings = findings
        super().__init__(count=len(findings))


class OperationRefused(ThroughTrainError):
    """An operation says no for a reason that the person at the form can mend."""

    sentence = "This cannot be done: {reason}."
    mend = "{advice}"

    def __init__(self, *, reason: str, advice: str) -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(reason=reason, advice=advice)
