"""Tables, forms and texts of a draft: begun from nothing, and called otherwise everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from workflows.actions.bundle_drafts import Files, rework
from workflows.actor import Actor
from workflows.city import City
from workflows.definitions.bundle import SETTINGS, Bundle
from workflows.definitions.contents import kind_of
from workflows.definitions.forms import OUTCOME, Form
from workflows.definitions.messages import Message
from workflows.definitions.reading import Unreadable, decode
from workflows.definitions.texts import ENGLISH
from workflows.errors import DefinitionRefused, InvalidEntries, NotFound

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
PLACES = {"table": ("", ".dmn"), "form": ("forms/", ".form"), "text": ("texts/", ".txt")}
"""Kind -> folder and ending of its files."""

_UNREAD = (OUTCOME,)
"""Fields that routing reads by itself."""
_DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{name}_definitions" name={title} namespace="http://throughtrain.example/dmn/{name}">
  <decision id="{name}" name={title}>
    <decisionTable id="{name}_table" hitPolicy="UNIQUE">
      <input id="{name}_input_1" label={input}>
        <inputExpression id="{name}_input_1_expression" typeRef="string">
          <text>{asked}</text>
        </inputExpression>
      </input>
      <output id="{name}_output_1" label={output} name="{name}_result" typeRef="string" />
      <annotation name={source} />
      <annotation name={owner} />
      <rule id="{name}_01">
        <inputEntry id="{name}_01_in_1">
          <text></text>
        </inputEntry>
        <outputEntry id="{name}_01_out_1">
          <text>""</text>
        </outputEntry>
        <annotationEntry>
          <text></text>
        </annotationEntry>
        <annotationEntry>
          <text></text>
        </annotationEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
"""  # noqa: E501


def add_file(
    city: City,
    actor: Actor,
    draft_id: int,
    kind: str,
    name: str,
    *,
    title: str,
    words: Mapping[str, str],
    now: datetime,
) -> str:
    """Put an empty table, form or text into a draft and return its path; raises InvalidEntries.

    `words` name the columns of a table: `input`, `output`, `source`, `owner`. Its input is a field
    that the draft's forms ask for. The English version of a text is named with `.en` behind its
    name.
    """
    path = _place(kind, name)

    def work(files: Files) -> Files:
        _free(files, kind, name)
        return {**files, path: _blank(kind, name, title.strip() or name, words, files)}

    rework(city, actor, draft_id, work, now=now)
    return path


def rename_file(
    city: City, actor: Actor, draft_id: int, path: str, *, name: str, now: datetime
) -> str:
    """Call a table, form or text otherwise, also where diagrams and settings name it.

    Returns its new path; raises InvalidEntries and NotFound. Both language versions of a text
    go together.
    """
    kind = kind_of(path)

    def work(files: Files) -> Files:
        if kind not in PLACES or path not in files:
            raise NotFound
        folder, ending = PLACES[kind]
        old = path.removeprefix(folder).removesuffix(ending).removesuffix(ENGLISH)
        ends = (ending, ENGLISH + ending) if kind == "text" else (ending,)
        _free(files, kind, name)
        moved = {f"{folder}{old}{end}": f"{folder}{name}{end}" for end in ends}
        if any(target in files for target in moved.values()):
            raise InvalidEntries({"name": Message("There is a file of this name already.")})
        return {
            moved.get(one, one): _renamed(data, one, kind, old, name, own=one in moved)
            for one, data in files.items()
        }

    rework(city, actor, draft_id, work, now=now)
    folder, ending = PLACES[kind]
    english = ENGLISH if kind == "text" and path.endswith(ENGLISH + ending) else ""
    return f"{folder}{name}{english}{ending}"


def _place(kind: str, name: str) -> str:
    folder, ending = PLACES.get(kind, ("", ""))
    if not ending:
        raise NotFound
    return f"{folder}{name}{ending}"


def _free(files: Files, kind: str, name: str) -> None:
    bare = name.removesuffix(ENGLISH) if kind == "text" else name
    if not NAME.fullmatch(bare):
        said = Message("Use small letters, digits and underscores, and begin with a letter.")
        raise InvalidEntries({"name": said})
    if _place(kind, name) in files:
        raise InvalidEntries({"name": Message("There is a file of this name already.")})


def _blank(kind: str, name: str, title: str, words: Mapping[str, str], files: Files) -> bytes:
    if kind == "form":
        empty = {"components": [], "type": "default", "id": name, "schemaVersion": 18}
        return (json.dumps(empty, indent=2) + "\n").encode()
    if kind == "table":
        key, label = _asked(files)
        said = {part: quoteattr(text) for part, text in {**words, "input": label}.items()}
        return _DMN.format(
            name=escape(name), title=quoteattr(title), asked=escape(key or "null"), **said
        ).encode()
    return f"# {title}\n".encode()


def _asked(files: Files) -> tuple[str, str]:
    """Return key and label of a field that a table may begin with, ('', '') where there is none.

    A field with options is what tables read most; those of the start form come first.
    """
    fields = [one for form in _forms(files) for one in form.fields if one.key not in _UNREAD]
    found = sorted(fields, key=lambda one: not one.options)
    return (found[0].key, found[0].label or found[0].key) if found else ("", "")


def _forms(files: Files) -> Iterator[Form]:
    """Yield the draft's forms that can be read, the start form first."""
    try:
        first = f"forms/{Bundle.from_files(files).start_form}.form"
    except DefinitionRefused:
        first = ""
    for path in sorted(files, key=lambda one: (one != first, one)):
        if kind_of(path) != "form":
            continue
        try:
            yield Form.parse(files[path], file=path)
        except DefinitionRefused:
            continue  # the check tells it, where the form is looked at


def _renamed(data: bytes, path: str, kind: str, old: str, name: str, *, own: bool) -> bytes:
    """Return a file in which a table, form or text bears another name."""
    if kind_of(path) == "diagram":
        patterns = _IN_DIAGRAMS[kind]
    elif path == SETTINGS:
        patterns = _IN_SETTINGS.get(kind, ())
    else:
        patterns = _IN_ITSELF.get(kind, ()) if own else ()
    try:
        text = decode(data) if patterns else ""
    except Unreadable:
        return data
    changed = text
    for pattern in patterns:
        wanted = re.compile(pattern.replace("NAME", re.escape(old)), re.MULTILINE)
        changed = wanted.sub(lambda found: f"{found[1]}{name}{found[2]}", changed)
    return changed.encode() if changed != text else data


_IN_DIAGRAMS = {
    "form": (
        r"""(name=["']form["']\s+value=["'])NAME(["'])""",
        r"""(value=["'])NAME(["']\s+name=["']form["'])""",
    ),
    "table": (
        r"(calledDecisionId>\s*)NAME(\s*</)",
        r"""(\sdecisionRef=["'])NAME(["'])""",
    ),
    "text": (
        r"""(name=["']notify["']\s+value=["'])NAME(["'])""",
        r"""(value=["'])NAME(["']\s+name=["']notify["'])""",
        r"""(<[\w:]*parameter\s[^>]*\bvalue=["']&quot;)NAME(&quot;["'])""",
    ),
}
"""What names a file in a diagram: properties of tasks, parameters of operations, decisions."""
_IN_SETTINGS = {
    "form": (r"""^(start_form\s*=\s*["'])NAME(["'])""",),
    "table": (r"""^(public_tables\s*=\s*\[[^\]]*["'])NAME(["'])""",),
}
_IN_ITSELF = {
    "form": (r"""^(\s*"id"\s*:\s*")NAME(")""",),
    "table": (r"""(<[\w:]*decision\s[^>]*\bid=["'])NAME(["'])""",
              r"""(dmnElementRef=["'])NAME(["'])""", r"""(\shref=["']#)NAME(["'])"""),
}  # fmt: skip
