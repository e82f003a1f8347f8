"""Plain BPMN of drawing programs: no engine behind it, ways out named in words."""

from __future__ import annotations

from workflows.definitions.importer.vendor import Dialect, ignored
from workflows.definitions.messages import Message

_PICTURE = ignored(Message("it belongs to the drawing program"))

DIALECT = Dialect(
    title="plain BPMN",
    namespaces=(
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://schemas.microsoft.com/visio/2003/SVGExtensions/",
        "http://www.signavio.com",
        "http://www.bizagi.com/bpmn20",
        "http://www.yaoqiang.org",
        "http://bpmn.sourceforge.net",
        "http://www.trisotech.com/2014/triso/modeling",
    ),
    language="plain",
    attributes=dict.fromkeys(
        ("stroke", "fill", "background-color", "border-color", "color"), _PICTURE
    ),
    elements=dict.fromkeys(("signavioMetaData", "BizagiExtensions", "signavioLabel"), _PICTURE),
)
