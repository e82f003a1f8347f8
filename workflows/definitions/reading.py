"""The doorstep of definitions: bytes of any Chinese encoding become an XML tree, or are refused."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from lxml import etree

from workflows.definitions.messages import Message
from workflows.errors import DefinitionRefused, Place
from workflows.foreign_xml import parser

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

FILE_BYTES = 1_000_000
"""Largest single file of a bundle."""
ELEMENTS = 20_000
"""Most XML elements in one file."""
ATTRIBUTES = 300
"""Most attributes of one element, names of namespaces among them."""
_TAG = re.compile(r"<[^\s<>/!?][^\s<>/]*(?=\s)")
_ATTRIBUTE = re.compile(r"""\s+[^\s<>="']+\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
NESTING = 60
"""Deepest XML nesting; expressions nest inside texts, not inside elements."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1"), "latin-1"),
    "windows-1252": "cp1252",
}


@dataclass(eq=False)
class Unreadable(Exception):
    """Bytes that cannot be taken; `kind` is one of `text`, `xml`, `dtd`, `size`."""

    kind: str
    reason: str
    advice: str

    def refused(self, file: str) -> DefinitionRefused:
        """Return the error for callers that take all or nothing."""
        return DefinitionRefused(place=Place(file=file), reason=self.reason, advice=self.advice)


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16, GBK or GB18030; raise `Unreadable` otherwise.

    A byte order mark wins over the XML declaration, and both over the guess:
    UTF-8 if the bytes are valid UTF-8, else GB18030, which contains GBK.
    """
    if len(data) > FILE_BYTES:
        raise Unreadable(
            "size",
            f"the file has {len(data):,} bytes, more than {FILE_BYTES:,}",
            Message("Split the process into called processes."),
        )
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(
        "text",
        "the bytes are not text in UTF-8, UTF-16, GBK or GB18030",
        Message("Save the file again as UTF-8."),
    )


def _encodings(data: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [encoding]
    if data[:4] == b"<\x00?\x00":
        return ["utf-16-le"]
    if data[:4] == b"\x00<\x00?":
        return ["utf-16-be"]
    declared = _DECLARED.match(data[:200].decode("latin-1"))
    if declared is None:
        return ["utf-8", "gb18030"]
    name = declared.group(1).lower()
    if name not in _ENCODINGS:
        raise Unreadable(
            "text",
            f"the encoding {name} is not read",
            Message("Save the file again as UTF-8."),
        )
    if _ENCODINGS[name] == "gb18030" and _is_chinese_utf8(data):
        # Editors on Chinese desktops re-save a file without changing its declaration.
        return ["utf-8"]
    if _ENCODINGS[name] in ("latin-1", "cp1252"):
        # Older Western tools declare these whatever they write; any bytes would do for them.
        return ["utf-8", _ENCODINGS[name]]
    return [_ENCODINGS[name], "utf-8", "gb18030"]


def _is_chinese_utf8(data: bytes) -> bool:
    """Return whether bytes are valid UTF-8 with Chinese characters, which GBK hardly ever is."""
    try:
        return any("\u4e00" <= one <= "\u9fff" for one in data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def read_xml(data: bytes) -> etree._Element:
    """Return the root of an XML file without DTD, entities or network; raise `Unreadable`."""
    text = _DECLARATION.sub("", decode(data).lstrip("\ufeff"), count=1)
    bare = _without_comments(text)
    if "<!DOCTYPE" in bare or "<!ENTITY" in bare:
        raise Unreadable(
            "dtd",
            "the file carries a document type definition (DTD)",
            Message("Delete the <!DOCTYPE ...> part; a process needs none."),
        )
    _few_attributes(text)
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "strict"), parser())
    except (etree.XMLSyntaxError, UnicodeEncodeError, ValueError) as error:
        raise Unreadable(
            "xml",
            f"the file is not well-formed XML ({_first_line(error)})",
            Message("Open it in the studio or in another BPMN editor and save it again."),
        ) from error
    _measure(root)
    return root


def _without_comments(text: str) -> str:
    parts = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join(parts) + text[at:]


def _few_attributes(text: str) -> None:
    """Refuse an element with very many attributes: reading them takes their number squared."""
    for tag in _TAG.finditer(text):
        at, count = tag.end(), 0
        while (found := _ATTRIBUTE.match(text, at)) is not None:
            at, count = found.end(), count + 1
        if count > ATTRIBUTES:
            raise Unreadable(
                "size",
                f"an element has more than {ATTRIBUTES} attributes",
                Message("Split the process into called processes."),
            )


def canonical(data: bytes) -> bytes:
    """Return the same XML as UTF-8 bytes with its declaration, for readers that expect that."""
    return bytes(etree.tostring(read_xml(data), encoding="UTF-8", xml_declaration=True))


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def _measure(root: etree._Element) -> None:
    count = 0
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        count += 1
        depth += 1
        if depth > NESTING or count > ELEMENTS:
            raise Unreadable(
                "size",
                f"the file has more than {ELEMENTS:,} elements or nests deeper than {NESTING}",
                Message("Split the process into called processes."),
            )


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Return an element's namespace; empty if it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def bpmn(name: str) -> str:
    """Return the qualified tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def spiff(name: str) -> str:
    """Return the qualified tag of an extension element."""
    return f"{{{SPIFF}}}{name}"
