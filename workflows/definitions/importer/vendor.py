"""How vendors' words are read: each attribute and extension goes to its dialect, none is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from workflows.definitions.importer.doorstep import STANDARD
from workflows.definitions.importer.draft import Draft, Notes, owner, plain_name, remove
from workflows.definitions.importer.report import LONGEST, Said, quoted, together
from workflows.definitions.messages import Message, in_english
from workflows.definitions.reading import SPIFF, local, namespace


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One attribute or extension element of a vendor, and where it stands."""

    draft: Draft
    element: etree._Element
    """The BPMN element that bears it, or the extension element itself."""
    name: str
    value: str
    notes: Notes
    """Those of the node, flow or process around it."""
    kind: str
    """Local name of that node, flow or process."""
    id: str

    @property
    def bearer(self) -> etree._Element:
        """The BPMN element that an extension element belongs to."""
        for one in self.element.iterancestors():
            if local(one) == "extensionElements":
                return one.getparent()
        return self.element


Reader = Callable[[Piece], Said]


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What one family of products writes into BPMN."""

    title: str
    namespaces: tuple[str, ...]
    language: str
    attributes: Mapping[str, Reader]
    elements: Mapping[str, Reader]


def kept(sentence: str) -> Said:
    """Return that something is said in another way now."""
    return Said(severity="kept", sentence=sentence)


def dropped(sentence: str, mend: str = "") -> Said:
    """Return that something is not carried over."""
    return Said(severity="dropped", sentence=sentence, mend=mend)


def todo(sentence: str, mend: str) -> Said:
    """Return that something is left for the admin."""
    return Said(severity="todo", sentence=sentence, mend=mend)


def guessed(sentence: str, mend: str) -> Said:
    """Return that something was guessed."""
    return Said(severity="guessed", sentence=sentence, mend=mend)


def ignored(reason: str) -> Reader:
    """Return a reader for what has no meaning here, and why."""

    def read(piece: Piece) -> Said:
        return dropped(
            Message(
                "%(value)s is not carried over: %(reason)s.",
                value=quoted(piece.value),
                reason=reason,
            )
        )

    return read


def read_vendors(draft: Draft, dialects: Mapping[str, Dialect]) -> None:
    """Take every foreign attribute and extension out of the tree, and say what became of it."""
    for element in list(draft.root.iter()):
        if element.getroottree().getroot() is not draft.root:
            continue  # went with something around it
        if not isinstance(element.tag, str):
            remove(element)
        elif _is_extension(element):
            _extension(draft, element, dialects)
        elif namespace(element) in STANDARD:
            _attributes(draft, element, dialects)
    for element in list(draft.root.iter()):
        _strange(draft, element)


def _is_extension(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "extensionElements"


def _attributes(draft: Draft, element: etree._Element, dialects: Mapping[str, Dialect]) -> None:
    for key, value in list(element.attrib.items()):
        space, _, name = str(key).rpartition("}")
        space = space.removeprefix("{")
        if space in STANDARD:
            continue
        dialect = dialects.get(space)
        piece = _piece(draft, element, name, str(value))
        reader = dialect.attributes.get(name) if dialect else None
        del element.attrib[key]
        said = (
            reader(piece)
            if reader
            else _unknown(piece, Message("The attribute %(name)s", name=name))
        )
        draft.say(element, f"{_prefix(element, space)}{name}", _quoting(said, str(value)))


def _extension(draft: Draft, element: etree._Element, dialects: Mapping[str, Dialect]) -> None:
    space, name = namespace(element), local(element)
    dialect = dialects.get(space)
    if dialect and name not in dialect.elements and plain_name(name) in dialect.elements:
        name = plain_name(name)
    if space == SPIFF and dialect is None:
        return
    reader = dialect.elements.get(name) if dialect else None
    piece = _piece(draft, element, name, _text(element))
    bearer = _bearer(draft, element)
    if reader is None and dialect and name in dialect.attributes and _is_plain(element):
        # Some modelers write as an element what the engine reads as an attribute.
        reader = dialect.attributes[name]
        piece = replace(piece, element=bearer, value=(element.text or "").strip())
    said = (
        reader(piece) if reader else _unknown(piece, Message("The extension <%(name)s>", name=name))
    )
    draft.say(bearer, f"{_prefix(element, space)}{name}", _quoting(said, piece.value))
    if space != SPIFF or reader is None:
        remove(element)


def _is_plain(element: etree._Element) -> bool:
    return len(element) == 0 and not element.attrib and bool((element.text or "").strip())


def _quoting(said: Said, value: str) -> Said:
    """Return the line with the words of the file in it: what was written is never lost."""
    if not said.sentence or quoted(value)[1:-1] in in_english(said.sentence):
        return said
    return replace(
        said, sentence=together(said.sentence, Message("Written: %(value)s.", value=quoted(value)))
    )


def _piece(draft: Draft, element: etree._Element, name: str, value: str) -> Piece:
    around = _bearer(draft, element) if _is_extension(element) else element
    id_, _ = owner(around)
    holder = around
    while holder is not None and holder.get("id") != id_:
        holder = holder.getparent()
    return Piece(
        draft=draft,
        element=element,
        name=name,
        value=value,
        notes=draft.of(id_),
        kind=local(holder if holder is not None else around),
        id=id_,
    )


def _bearer(draft: Draft, element: etree._Element) -> etree._Element:
    """Return what bears an extension; the root for one whose bearer went."""
    bearer = element.getparent().getparent()
    return draft.root if bearer is None else bearer


def _unknown(piece: Piece, what: Message) -> Said:
    return dropped(
        Message(
            "%(what)s with %(value)s is not known here and not carried over.",
            what=what,
            value=quoted(piece.value),
        ),
        Message("If it matters, say it with the studio's own properties."),
    )


def _text(element: etree._Element) -> str:
    """Return an extension element as it was written, for the report."""
    for one in element.iter():
        one.tail = None if one is element else one.tail
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    for prefix, space in element.nsmap.items():
        text = text.replace(f' xmlns{":" + prefix if prefix else ""}="{space}"', "")
    return " ".join(text.split())[:LONGEST]


def _prefix(element: etree._Element, space: str) -> str:
    for prefix, one in element.nsmap.items():
        if one == space and prefix:
            return f"{prefix}:"
    return f"{{{space}}}" if space else ""


def _strange(draft: Draft, element: etree._Element) -> None:
    """Take out elements of vendors that stand outside extension elements."""
    if element.getroottree().getroot() is not draft.root or not isinstance(element.tag, str):
        return
    if namespace(element) in STANDARD or namespace(element) == SPIFF:
        return
    parent = element.getparent()
    if parent is None:
        return
    said = dropped(
        Message("%(text)s stands where BPMN has no place for it.", text=quoted(_text(element)))
    )
    draft.say(parent, f"{_prefix(element, namespace(element))}{local(element)}", said)
    parent.remove(element)
