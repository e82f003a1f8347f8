"""The diagram while it is being turned: its tree, what was noted of each element, the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from workflows.definitions.diagram import Diagram, Flow, Node, Scope
from workflows.definitions.importer.expressions import Untranslatable, translate
from workflows.definitions.importer.report import LONGEST, Report, Said, quoted
from workflows.definitions.importer.tokens import string
from workflows.definitions.messages import Message
from workflows.definitions.reading import bpmn, local, spiff
from workflows.feel import FeelError, compile_expression

_WRAPPED = re.compile(r"^\s*[$#]\{(.*)\}\s*$", re.DOTALL)
_PIECE = re.compile(r"[$#]\{([^{}]*)\}")


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Code that another engine runs beside an element; `when` is `before`, `after` or empty."""

    when: str
    operation: str


@dataclass
class Notes:
    """What the dialects read about one element, in words of no product."""

    assignee: str = ""
    """FEEL, or empty."""
    initiator: bool = False
    users: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    """What people call the groups, where `groups` holds another product's keys."""
    chosen: str = ""
    """What `called` names there: `USERS`, `ROLES`, `DEPTS`, or empty."""
    form: str = ""
    components: list[dict[str, Any]] = field(default_factory=list)
    due: str = ""
    operation: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    result: str = ""
    decision: str = ""
    script: list[str] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    collection: str = ""
    item: str = ""
    output: str = ""
    output_item: str = ""


@dataclass
class Draft:
    """One diagram on its way in."""

    root: etree._Element
    report: Report
    language: str = "juel"
    """Language of expressions that say none: `juel`, `feel`, `python` or `plain`."""
    notes: dict[str, Notes] = field(default_factory=dict)
    components: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Form name -> components, of forms that are made by this import."""
    lanes: dict[str, str] = field(default_factory=dict)
    """Lane name -> role key."""
    initiators: set[str] = field(
        default_factory=lambda: {"initiator", "applyUserId", "startUserId"}
    )
    """Variables that hold who started a case."""
    embedded: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Forms that a process carries inside itself, or that lie beside it, by name."""
    beside: dict[str, str] = field(default_factory=dict)
    """Name of a form -> the file beside the diagram that it comes from."""
    labels: dict[str, str] = field(default_factory=dict)
    """Variable -> what people read beside it, for those that stand for something else."""
    wishes: dict[str, list[str]] = field(default_factory=dict)
    """Variable -> texts that it may have, where the ways out of a gateway say so."""
    taken: set[str] = field(default_factory=set)
    """Ids that elements have, in all trees of one import."""
    units: frozenset[str] | None = None
    """Keys of the city's units, None where there is no city to ask."""
    settled: bool = False
    """Whether the file lies in a bundle of ours already."""

    def of(self, id_: str) -> Notes:
        """Return the notes of an element, new ones if there are none."""
        return self.notes.setdefault(id_, Notes())

    def diagram(self) -> Diagram:
        """Return the tree as scopes, nodes and flows, as it stands now."""
        return Diagram.of("", self.root)

    def nodes(self) -> Iterator[Node]:
        """Return all nodes as they stand now."""
        return iter(list(self.diagram().nodes()))

    def say(self, what: Node | Flow | Scope | etree._Element, subject: str, said: Said) -> None:
        """Write a line about a node, flow, process or any element; nothing for no sentence."""
        if not said.sentence:
            return
        if isinstance(what, (Node, Flow, Scope)):
            self.report.add(what.id, what.name, subject, said)
        else:
            id_, name = owner(what)
            self.report.add(id_, name, subject, said)

    def fresh(self, wish: str) -> str:
        """Return an id that nothing in the tree has yet."""
        wish = wish[:90]
        number, id_ = 1, wish
        while id_ in self.taken:
            number += 1
            id_ = f"{wish}_{number}"
        self.taken.add(id_)
        return id_

    def feel(
        self, text: str, *, language: str = "", condition: bool = False
    ) -> tuple[str, tuple[Message, ...]]:
        """Return FEEL for an expression and what was guessed; raise Untranslatable."""
        language = language or self.language
        if language == "feel":
            plain = text.strip().removeprefix("=").strip()
            try:
                compile_expression(plain)
            except FeelError as error:
                raise Untranslatable(Message(error.reason)) from error
            return plain, ()
        wrapped = _WRAPPED.match(text)
        if wrapped and not _PIECE.fullmatch(text.strip()) and "}" in wrapped.group(1):
            raise Untranslatable(Message("several expressions in one text"))
        found = translate(wrapped.group(1) if wrapped else text, condition=condition)
        return found.text, found.guesses

    def value(self, text: str) -> tuple[str, tuple[Message, ...]]:
        """Return FEEL for an attribute: an expression, a text, or a text with expressions in it."""
        text = text.strip()
        if self.language == "feel":
            return self.feel(text) if text.startswith("=") else (string(text), ())
        if self.language == "python":
            return self.feel(text)
        if _WRAPPED.match(text) and len(_PIECE.findall(text)) < 2:
            return self.feel(text)
        if not _PIECE.search(text):
            return string(text), ()
        parts, at = [], 0
        for piece in _PIECE.finditer(text):
            if piece.start() > at:
                parts.append(string(text[at : piece.start()]))
            parts.append(f"string({translate(piece.group(1)).text})")
            at = piece.end()
        if at < len(text):
            parts.append(string(text[at:]))
        return " + ".join(parts), ()

    def is_literal(self, text: str) -> bool:
        """Return whether an attribute holds no expression."""
        if self.language == "feel":
            return not text.strip().startswith("=")
        if self.language == "python":
            return bool(re.fullmatch(r"\s*([\"'])[^\"']*\1\s*", text))
        return not _PIECE.search(text)


def owner(element: etree._Element) -> tuple[str, str]:
    """Return id and name of the nearest element with an id that is a node, flow or the like."""
    around: etree._Element | None = element
    while around is not None:
        parent = around.getparent()
        nameless = local(around).endswith("EventDefinition") or local(around).startswith("multi")
        if around.get("id") and not nameless and (parent is None or not _hidden(around)):
            return str(around.get("id")), str(around.get("name", ""))
        around = parent
    return "", ""


def _hidden(element: etree._Element) -> bool:
    """Return whether an element stands inside extension elements."""
    return any(local(one) == "extensionElements" for one in element.iterancestors())


def extensions(element: etree._Element) -> etree._Element:
    """Return the extension elements of an element, made where they are missing."""
    found = element.find(bpmn("extensionElements"))
    if found is None:
        found = etree.Element(bpmn("extensionElements"))
        at = sum(1 for one in element.iterchildren(bpmn("documentation")))
        element.insert(at, found)
    return found


def set_property(element: etree._Element, name: str, value: str) -> None:
    """Give an element an extension property, unless it has it already."""
    block = extensions(element)
    held = block.find(spiff("properties"))
    if held is None:
        held = etree.SubElement(block, spiff("properties"))
    for one in held.iterchildren(spiff("property")):
        if one.get("name") == name:
            return
    etree.SubElement(held, spiff("property"), name=name, value=value)


def remove(element: etree._Element) -> None:
    """Take an element out of the tree."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def untranslated(subject: str, text: str, reason: Untranslatable | Message, instead: str) -> Said:
    """Return the line about an expression that has no FEEL."""
    if isinstance(reason, Untranslatable):
        reason = reason.reason
    return Said(
        severity="todo",
        sentence=Message(
            "%(subject)s %(text)s cannot be translated: %(reason)s. %(instead)s",
            subject=subject,
            text=quoted(text),
            reason=reason,
            instead=instead,
        ),
        mend=Message(
            "Write it in FEEL in the studio, or let a decision or an operation compute it."
        ),
    )


def translated(subject: str, text: str, feel: str, guesses: tuple[Message, ...]) -> Said:
    """Return the line about an expression that has become FEEL."""
    sentence = Message(
        "%(subject)s %(text)s is %(feel)s in FEEL.",
        subject=subject,
        text=quoted(text),
        feel=quoted(feel),
    )
    if guesses:
        return Said(
            severity="guessed",
            sentence=Message(
                "%(sentence)s Guessed: %(guesses)s.", sentence=sentence, guesses=guesses
            ),
            mend=Message("Look whether the expression means the same."),
        )
    return Said(severity="kept", sentence=sentence)


def written(element: etree._Element) -> str:
    """Return an element as text, without namespaces."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", " ".join(text.split()))[:LONGEST]


def is_feel(text: str) -> bool:
    """Return whether a text can be read as an expression in FEEL."""
    try:
        compile_expression(text)
    except FeelError:
        return False
    return True


def plain_name(name: str) -> str:
    """Return the name of an element as products document it: some editors write it capital."""
    return name[:1].lower() + name[1:]


def merged(parts: list[Draft], changed: Mapping[str, str]) -> Draft:
    """Return one draft with the processes of several files; calls follow changed ids."""
    draft = parts[0]
    for part in parts[1:]:
        for child in list(part.root):
            draft.root.append(child)
    known = {one.get("id") for one in draft.root.iterchildren(bpmn("process"))}
    for call in draft.root.iter(bpmn("callActivity")):
        called = call.get("calledElement", "")
        if called not in known and changed.get(called) in known:
            call.set("calledElement", changed[called])
    draft.settled = all(part.settled for part in parts)
    return draft
