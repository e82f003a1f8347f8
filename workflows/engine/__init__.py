"""The engine room: the one package that knows SpiffWorkflow."""

from workflows.engine.drawing import FEEL_PROPERTIES, Element, Flow, Written
from workflows.engine.run import complete, deliver, look, reopen, start, wake
from workflows.engine.specification import Specification, parse

__all__ = [
    "FEEL_PROPERTIES",
    "Element",
    "Flow",
    "Specification",
    "Written",
    "complete",
    "deliver",
    "look",
    "parse",
    "reopen",
    "start",
    "wake",
]
