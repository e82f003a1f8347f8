"""Repair of one case: what an act asks for, what comes of it, and how each kind is made."""

from workflows.repairing.act import KINDS, Act, At
from workflows.repairing.found import Repaired

__all__ = ["KINDS", "Act", "At", "Repaired"]
