"""The built-in functions of FEEL, a subject per file."""

from workflows.feel.library import (  # noqa: F401  (importing registers the functions)
    contexts,
    conversions,
    dates,
    lists,
    numbers,
    ranges,
    statistics,
    strings,
)
from workflows.feel.library.signature import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin"]
