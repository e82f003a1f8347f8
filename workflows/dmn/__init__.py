"""DMN decisions: parsed from files, evaluated with FEEL."""

from workflows.dmn.compiled import Problem
from workflows.dmn.decisions import Decisions, parse_decisions
from workflows.dmn.table import Input, Output, Rule, Table

__all__ = ["Decisions", "Input", "Output", "Problem", "Rule", "Table", "parse_decisions"]
