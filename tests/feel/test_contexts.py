"""Contexts, paths, functions defined in FEEL."""

from __future__ import annotations

from tests.feel.speaking import check, examples


@examples("""
{a: 1, b: a + 1}.b => 2
{"any key!": 1} => {"any key!": 1}
{monthly income: 3, yearly-income: monthly income * 12}.yearly-income => 36
{a: {b: {c: 1}}}.a.b.c => 1
{a: 1}.b => null
null.a => null
{a: 1, a: 2} => null
get value({a: 1}, "a") => 1
get value(null, "a") => null
get entries({a: 1}) => [{key: "a", value: 1}]
context([{key: "a", value: 1}, {key: "b", value: 2}]) => {a: 1, b: 2}
context([{key: "a"}]) => null
context({key: "a", value: 1}) => {a: 1}
context put({x: 1}, "y", 2) => {x: 1, y: 2}
context put({x: 1, y: {a: 0}}, ["y", "a"], 2) => {x: 1, y: {a: 2}}
context put({x: 1}, [], 2) => null
context put({x: 1}, ["y", "z"], 2) => null
context merge([{x: 1, y: 0}, {y: 2}]) => {x: 1, y: 2}
""")
def test_contexts(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
(function(a: number, b) a + b)(1, 2) => 3
(function(a: number) a)("x") => null
(function(a) a)(1, 2) => null
(function(a, b) a - b)(b: 1, a: 3) => 2
{twice: function(n) n * 2, x: twice(4)}.x => 8
{f: function(n) if n < 2 then 1 else n * f(n - 1), x: f(5)}.x => 120
{outer: 2, f: function(n) n * outer, x: f(3)}.x => 6
(for i in 1..3 return function(x) x * i)[2](10) => 20
{use: function(g, x) g(x), x: use(function(n) n + 1, 1)}.x => 2
{total: sum, x: total([1, 2])}.x => 3
(function(a) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}) => null
5(1) => null
""")
def test_defined_functions(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
(function(x: number) x) instance of function<string> -> Any => false
(function(x: number) x) instance of function<number> -> Any => true
(function(x) x) instance of function<string> -> Any => true
(function(x: list<number>) x) instance of function<list<string>> -> Any => false
(function(x: context<a: number>) x) instance of function<context<a: number>> -> Any => true
(function(x: context<a: number, b: list<string>>, y: number) y)({a: 1, b: []}, 2) => 2
(function(f: function<number> -> number) f(2))(abs) => 2
(function(x: context<a: number>) x) instance of function<context<b: string>> -> Any => false
""")
def test_a_function_has_a_type_when_it_takes_what_the_type_hands_it(
    text: str, expected: str
) -> None:
    check(text, expected)


@examples("""
{"x-y": 1}.x-y => 1
{"单价+运费": 2, 合计: 单价+运费 * 3}.合计 => 6
{"a": 5, "b": a-1}.b => 4
""")
def test_keys_written_as_texts_are_names_too(text: str, expected: str) -> None:
    check(text, expected)
