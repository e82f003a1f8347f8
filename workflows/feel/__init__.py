"""FEEL, the expression language of the diagrams, decisions and forms."""

from workflows.feel.budget import Budget
from workflows.feel.errors import (
    BudgetExceeded,
    FeelError,
    FeelSyntaxError,
    UnknownName,
    nearest,
)
from workflows.feel.expression import (
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from workflows.feel.values import Function, Range, YearsMonths

__all__ = [
    "Budget",
    "BudgetExceeded",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "Function",
    "Range",
    "UnaryTests",
    "UnknownName",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "nearest",
]
