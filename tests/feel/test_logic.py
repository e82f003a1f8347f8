"""Three-valued logic, comparison, `in`, `between`, `if`."""

from __future__ import annotations

from tests.feel.speaking import check, examples


@examples("""
true and true => true
true and null => null
false and null => false
null and false => false
true or null => true
false or null => null
false or 1 => null
true and "yes" => null
not(true) => false
not(null) => null
not("a") => null
true or false and false => true
""")
def test_three_values(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
1 < 2 => true
2 <= 2.0 => true
"a" < "b" => true
1 < "b" => null
1 = "1" => null
null = null => true
null = 1 => false
1 != null => true
null < 1 => null
1.0 = 1 => true
[1, [2]] = [1, [2]] => true
[1, 2] = [2, 1] => false
{a: 1, b: 2} = {b: 2, a: 1} => true
{a: 1} = {a: 2} => false
[1..3] = [1..3] => true
[1..3] = [1..3) => false
(< 5) = (< 5) => true
(= 5) = [5..5] => false
count = count => true
@"2026-11-22" < @"2026-11-23" => true
@"2026-11-22" = @"2026-11-22T00:00:00" => null
@"P1Y" > @"P11M" => true
@"P1Y" = @"P365D" => null
""")
def test_comparison(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
5 between 1 and 10 and true => true
0 between 1 and 10 => false
5 between null and 10 => null
"b" between "a" and "c" => true
5 in (1, 5) => true
5 in (> 10, < 6) => true
5 in > 4 => true
5 in [1..5) => false
5 in ]4..5] => true
5 in (4..6[ => true
5 in [1, [4..6]] => true
5 in (null..6) => null
"land" in ("land", "works") => true
null in (1, null) => true
null in (1, 2) => false
1 in ["a", "b"] => false
"a" in 1 => null
[1, 2] in ([1, 2], 3) => true
if 1 < 2 then "a" else "b" => "a"
if null then "a" else "b" => "b"
if false then 1 else if true then 2 else 3 => 2
1 + if true then 2 else 3 => 3
""")
def test_choices(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
1 instance of number => true
"a" instance of string => true
null instance of Null => true
null instance of number => false
null instance of Any => false
[1, 2] instance of list<number> => true
[1, "a"] instance of list<number> => false
{a: 1, b: "x"} instance of context<a: number> => true
{a: "x"} instance of context<a: number> => false
[1..2] instance of range<number> => true
@"P1D" instance of days and time duration => true
@"P1Y" instance of years and months duration => true
@"2026-01-01T00:00:00" instance of date and time => true
@"2026-01-01T00:00:00" instance of date => false
(function(a) a) instance of function<Any> -> Any => true
1 instance of nothing => null
[1] instance of list<list<number>> => false
""")
def test_instance_of(text: str, expected: str) -> None:
    check(text, expected)
