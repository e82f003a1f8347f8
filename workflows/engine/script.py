"""FEEL in the place of the library's Python: scripts, conditions and all other expressions.

Every text was compiled when the diagram was read. At run time a text is only looked up; one that
is not known is refused, and nothing here can reach Python's own eval, exec or compile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

from workflows.engine.limits import describe, failed
from workflows.engine.snapshot import DecisionTaken, Due, Host
from workflows.engine.tokens import Token
from workflows.errors import StepFailed, ThroughTrainError
from workflows.feel import Budget, Expression, FeelError, compile_expression

_LINE = re.compile(r"([^\W\d]\w*)\s*=(?!=)\s*(.*)", re.DOTALL)
_OPEN, _CLOSE = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Script:
    """Lines of `name = expression`, run one after the other."""

    lines: tuple[tuple[str, Expression], ...]


class NotAScript(ValueError):
    """A line of a script is not of the form `name = expression`."""


def compile_script(text: str) -> Script:
    """Return the compiled lines; NotAScript or FeelError when one cannot be used.

    A line that is indented more than the first, or that stands inside brackets, continues the
    one before it. Lines that begin with // are remarks.
    """
    return Script(
        tuple((name, compile_expression(expression)) for name, expression in _assignments(text))
    )


def _assignments(text: str) -> list[tuple[str, str]]:
    found: list[list[str]] = []
    margin: int | None = None
    depth = 0
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("//"):
            continue
        indent = len(line) - len(line.lstrip())
        margin = indent if margin is None else margin
        match = _LINE.fullmatch(stripped)
        if depth > 0 or (found and indent > margin):
            found[-1][1] += "\n" + stripped
        elif match is None:
            raise NotAScript(f"the line {stripped!r} is not of the form name = expression")
        else:
            found.append([match.group(1), match.group(2)])
        depth += _balance(stripped)
    return [(name, expression) for name, expression in found]


def _balance(line: str) -> int:
    """Return how many brackets a line opens and leaves open, texts left out."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"', "", line)
    return sum(bare.count(mark) for mark in _OPEN) - sum(bare.count(mark) for mark in _CLOSE)


class ClosedEnvironment(BasePythonScriptEngineEnvironment):
    """What the library calls past the engine, for correlations and the like: always refused."""

    def evaluate(self, expression: Any, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise failed(None, f"the expression {expression!r} is not run here", _NOT_PREPARED)

    def execute(self, script: Any, context: Any, external_context: Any = None) -> Any:
        """Refuse."""
        raise failed(None, f"the script {script!r} is not run here", _NOT_PREPARED)

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise failed(None, "this service is not called here", _NOT_PREPARED)


_NOT_PREPARED = "Deploy the diagram again; tell the developers if it happens once more."
_MEND = "Mend it in the diagram and deploy it again."


class FeelEngine(PythonScriptEngine):
    """Evaluates the texts of one specification for one step, and asks the host on its behalf."""

    def __init__(
        self, expressions: Mapping[str, Expression], scripts: Mapping[str, Script], host: Host
    ) -> None:
        super().__init__(environment=ClosedEnvironment())
        self.expressions = expressions
        self.scripts = scripts
        self.host = host
        self.decisions: list[DecisionTaken] = []

    def validate(self, expression: str) -> None:
        """Texts were compiled when the diagram was read."""

    def evaluate(self, task: Token, expression: str, external_context: Any = None) -> Any:
        """Return an expression's value over a token's values."""
        return self.evaluate_in(task, expression, task.data)

    def evaluate_in(self, token: Token, text: str, scope: Mapping[str, Any]) -> Any:
        """Return an expression's value over the values given."""
        expression = self.expressions.get(text)
        if expression is None:
            raise failed(token, f"the expression {text!r} is not known", _NOT_PREPARED)
        return self._value(token, expression, scope)

    def _value(self, token: Token, expression: Expression, scope: Mapping[str, Any]) -> Any:
        budget = Budget(steps=self.host.limits.expression_steps)
        try:
            return expression(scope, self.host.functions, budget)
        except FeelError as error:
            raise failed(
                token, f"{expression.text}: {error.reason}", _MEND, "expression"
            ) from error
        except ThroughTrainError:
            raise
        except Exception as error:
            raise failed(
                token, f"{expression.text}: {describe(error)}", _MEND, "expression"
            ) from error

    def execute(self, task: Token, script: str, external_context: Any = None) -> bool:
        """Run a script's lines over a token's values."""
        found = self.scripts.get(script)
        if found is None:
            raise failed(task, "its script is not known", _NOT_PREPARED)
        for name, expression in found.lines:
            task.data[name] = self._value(task, expression, task.data)
        return True

    def call_service(self, task: Token, **kwargs: Any) -> Any:
        """Refuse: operations are called through `operate`."""
        raise failed(task, "this service is not called here", _NOT_PREPARED)

    def operate(self, token: Token, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Return the result of an operation of the application."""
        element = token.task_spec.bpmn_id
        advice = "Look at the values it was given, and try again."
        try:
            return self.host.call(operation, parameters, element)
        except StepFailed as error:
            raise failed(token, error.reason, error.advice, error.cause or "operation") from error
        except ThroughTrainError:
            raise
        except Exception as error:
            raise failed(token, f"{operation}: {describe(error)}", advice, "operation") from error

    def decide(self, token: Token, decision: str) -> Any:
        """Return a decision's value and note which rules matched."""
        advice = "Mend the decision table and deploy it again."
        try:
            decided = self.host.decide(decision, token.data)
        except StepFailed as error:
            raise failed(token, error.reason, error.advice, error.cause or "decision") from error
        except Exception as error:
            reason = getattr(error, "reason", None) or describe(error)
            raise failed(token, f"{decision}: {reason}", advice, "decision") from error
        self.decisions.append(
            DecisionTaken(
                element=token.task_spec.bpmn_id,
                decision=decision,
                rules=decided.rules,
                value=decided.value,
            )
        )
        return decided.value

    def due(self, token: Token, value: Any, expression: str) -> Due:
        """Return when a timer is due, as the host computes it."""
        try:
            due = self.host.due(value, expression)
        except StepFailed as error:
            raise failed(token, error.reason, error.advice, error.cause or "time") from error
        except (ThroughTrainError, ArithmeticError, TypeError, ValueError) as error:
            reason = f"the due time {expression}: {describe(error)}"
            raise failed(token, reason, _MEND, "time") from error
        if due.at.tzinfo is None:
            raise failed(token, f"the due time {expression} has no time zone", _MEND, "time")
        return due
