"""Methods and functions of other languages that FEEL has under another name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflows.definitions.importer.names import variable
from workflows.definitions.importer.tokens import Untranslatable
from workflows.definitions.messages import Message

_ATOM, _COMPARISON, _SUM = 8, 4, 5


@dataclass(frozen=True)
class Feel:
    """A piece of FEEL while it is put together; `rank` says how tightly it holds."""

    text: str
    rank: int
    literal: bool = False
    boolean: bool = False
    path: bool = False
    """A name, or a name with members."""
    bean: bool = False
    """An object of the other engine, of no value by itself."""
    guess: Message | None = None

    def within(self, rank: int) -> str:
        """Return the text, in brackets where it would come apart otherwise."""
        return self.text if self.rank >= rank else f"({self.text})"


Method = Callable[[Feel, list[Feel]], Feel]
Function = Callable[[list[Feel]], Feel]


def _equal(left: Feel, right: list[Feel]) -> Feel:
    one, other = (right[0], left) if left.literal else (left, right[0])
    text = f"{one.within(_COMPARISON + 1)} = {other.within(_COMPARISON + 1)}"
    return Feel(text, _COMPARISON, boolean=True)


def _calls(name: str, *, boolean: bool = False, guess: Message | None = None) -> Method:
    def made(left: Feel, right: list[Feel]) -> Feel:
        inner = ", ".join([left.text, *(one.text for one in right)])
        said = Message("%(text)s: %(guess)s", text=left.text, guess=guess) if guess else None
        return Feel(f"{name}({inner})", _ATOM, boolean=boolean, guess=said)

    return made


def _itself(left: Feel, right: list[Feel]) -> Feel:
    return left


def _empty(left: Feel, right: list[Feel]) -> Feel:
    inner = left.within(_COMPARISON + 1)
    return Feel(
        f'({inner} = null or {inner} = "" or {inner} = [])',
        _ATOM,
        boolean=True,
        guess=Message("%(text)s: taken as a text or a list", text=left.text),
    )


def _same_letters(left: Feel, right: list[Feel]) -> Feel:
    text = f"lower case({left.text}) = lower case({right[0].text})"
    return Feel(text, _COMPARISON, boolean=True)


def _entry(left: Feel, right: list[Feel]) -> Feel:
    if not (left.path and right[0].literal and right[0].text.startswith('"')):
        raise Untranslatable(Message("get() with a computed key"))
    return Feel(f"{left.text}.{variable(right[0].text[1:-1])}", _ATOM, path=True)


def _later(unit: str) -> Method:
    def made(left: Feel, right: list[Feel]) -> Feel:
        if not (right[0].literal and right[0].text.isdigit()):
            raise Untranslatable(Message("a time span that is computed"))
        span = f"P{right[0].text}D" if unit == "D" else f"PT{right[0].text}{unit}"
        return Feel(f'{left.within(_SUM)} + duration("{span}")', _SUM)

    return made


_AS_TEXT = Message("taken as a text, not as a list")

METHODS: dict[tuple[str, int], Method] = {
    ("equals", 1): _equal,
    ("equalsIgnoreCase", 1): _same_letters,
    ("contains", 1): _calls("contains", boolean=True, guess=_AS_TEXT),
    ("includes", 1): _calls("contains", boolean=True, guess=_AS_TEXT),
    ("startsWith", 1): _calls("starts with", boolean=True),
    ("startswith", 1): _calls("starts with", boolean=True),
    ("endsWith", 1): _calls("ends with", boolean=True),
    ("endswith", 1): _calls("ends with", boolean=True),
    ("size", 0): _calls("count"),
    ("length", 0): _calls("string length"),
    ("isEmpty", 0): _empty,
    ("toUpperCase", 0): _calls("upper case"),
    ("upper", 0): _calls("upper case"),
    ("toLowerCase", 0): _calls("lower case"),
    ("lower", 0): _calls("lower case"),
    ("get", 1): _entry,
    ("plusDays", 1): _later("D"),
    ("plusHours", 1): _later("H"),
    ("plusMinutes", 1): _later("M"),
    **dict.fromkeys(
        (
            (name, 0)
            for name in (
                "toString",
                "toDate",
                "intValue",
                "longValue",
                "doubleValue",
                "booleanValue",
                "trim",
                "strip",
                "prop",
                "value",
                "stringValue",
                "numberValue",
                "boolValue",
            )
        ),
        _itself,
    ),
}


def getter(method: str, arguments: list[Feel]) -> Method | None:
    """Return a Java getter as the member that it reads, None if it is none."""
    for prefix in ("get", "is"):
        rest = method.removeprefix(prefix)
        if not arguments and rest != method and rest[:1].isupper():
            member = variable(rest[0].lower() + rest[1:])

            def made(left: Feel, right: list[Feel], member: str = member) -> Feel:
                if not left.path:
                    raise Untranslatable(Message("a getter of something computed"))
                text = f"{left.text}.{member}"
                return Feel(
                    text, _ATOM, path=True, guess=Message("%(text)s: taken as a member", text=text)
                )

            return made
    return None


def _named(name: str, count: int) -> Function:
    def made(arguments: list[Feel]) -> Feel:
        if len(arguments) != count:
            raise Untranslatable(
                Message(
                    "%(name)s() with %(count)s values",
                    name=name,
                    count=len(arguments),
                )
            )
        return Feel(f"{name}({', '.join(one.text for one in arguments)})", _ATOM)

    return made


def _variable(arguments: list[Feel]) -> Feel:
    if len(arguments) == 1 and arguments[0].path:
        return arguments[0]
    if arguments and arguments[0].literal and arguments[0].text.startswith('"'):
        return Feel(variable(arguments[0].text[1:-1]), _ATOM, path=True)
    raise Untranslatable(Message("a variable whose name is computed"))


def _compared(sign: str) -> Function:
    def made(arguments: list[Feel]) -> Feel:
        if len(arguments) != 2:
            raise Untranslatable(Message("a comparison of other than two values"))
        left = _variable(arguments[:1])
        right = arguments[1].within(_COMPARISON + 1)
        return Feel(f"{left.text} {sign} {right}", _COMPARISON, boolean=True)

    return made


_SIGNS = {
    "equals": "=",
    "eq": "=",
    "notEquals": "!=",
    "ne": "!=",
    "lowerThan": "<",
    "lt": "<",
    "lessThan": "<",
    "greaterThan": ">",
    "gt": ">",
    "lessThanOrEquals": "<=",
    "lte": "<=",
    "lowerThanOrEquals": "<=",
    "greaterThanOrEquals": ">=",
    "gte": ">=",
}


def _in_list(joined: str) -> Function:
    def made(arguments: list[Feel]) -> Feel:
        if len(arguments) < 2:
            raise Untranslatable(Message("a comparison of other than two values"))
        held = _variable(arguments[:1]).text
        asked = [f"list contains({held}, {one.text})" for one in arguments[1:]]
        text = asked[0] if len(asked) == 1 else f"({joined.join(asked)})"
        return Feel(text, _ATOM, boolean=True)

    return made


def _or_else(arguments: list[Feel]) -> Feel:
    if len(arguments) != 2:
        raise Untranslatable(Message("a comparison of other than two values"))
    held = _variable(arguments[:1]).text
    return Feel(f"(if {held} = null then {arguments[1].text} else {held})", _ATOM)


def _is_empty(arguments: list[Feel]) -> Feel:
    return _empty(_variable(arguments), [])


def _is_there(arguments: list[Feel]) -> Feel:
    return Feel(f"not({_is_empty(arguments).text})", _ATOM, boolean=True)


def _method(name: str, number: int) -> Function:
    """Return a method as a function whose first argument is what it belongs to."""

    def made(arguments: list[Feel]) -> Feel:
        if len(arguments) != number + 1:
            raise Untranslatable(
                Message("the function %(name)s() is not known here", name=f"fn:{name}")
            )
        return METHODS[(name, number)](arguments[0], arguments[1:])

    return made


_OF_VARIABLES: dict[str, Function] = {
    **{name: _compared(sign) for name, sign in _SIGNS.items()},
    **dict.fromkeys(("empty", "isEmpty"), _is_empty),
    **dict.fromkeys(("notEmpty", "isNotEmpty"), _is_there),
    "contains": _in_list(" and "),
    "containsAny": _in_list(" or "),
    "exists": lambda arguments: Feel(
        f"{_variable(arguments).text} != null", _COMPARISON, boolean=True
    ),
    "get": _variable,
    "getOrDefault": _or_else,
}

FUNCTIONS: dict[str, Function] = {
    "len": _named("count", 1),
    "str": _named("string", 1),
    "int": _named("number", 1),
    "float": _named("number", 1),
    "Decimal": _named("number", 1),
    "abs": _named("abs", 1),
    "sum": _named("sum", 1),
    "min": _named("min", 2),
    "max": _named("max", 2),
    "now": _named("now", 0),
    "dateTime": _named("now", 0),
    **{
        f"{prefix}:{name}": made
        for prefix in ("variables", "vars", "var")
        for name, made in _OF_VARIABLES.items()
    },
    **{
        f"fn:{name}": _method(name, number)
        for name, number in METHODS
        if name in ("length", "contains", "startsWith", "endsWith", "toUpperCase", "toLowerCase")
    },
}
