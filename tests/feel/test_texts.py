"""Texts: escapes, functions, regular expressions."""

from __future__ import annotations

import pytest

from tests.feel.speaking import check, examples, value
from workflows.feel import Budget, BudgetExceeded, compile_expression


@examples(r"""
"直通" + "车" => "直通车"
"a\tb\u0041" => "a	bA"
"\U01F40E" => "🐎"
"\"quoted\" \\" => "\"quoted\" \\"
substring("foobar", 3) => "obar"
substring("foobar", 3, 3) => "oba"
substring("foobar", -2, 1) => "a"
substring("🐎ab", 2) => "ab"
substring("foobar", 0) => null
substring(string: "foobar", start position: 3) => "obar"
string length("🐎ab") => 3
upper case("aBc4") => "ABC4"
lower case("aBc4") => "abc4"
substring before("foobar", "bar") => "foo"
substring before("foobar", "x") => ""
substring after("foobar", "ob") => "ar"
substring after("", "a") => ""
contains("foobar", "of") => false
starts with("foobar", "fo") => true
ends with("foobar", "r") => true
split("John Doe", "\\s") => ["John", "Doe"]
split("a;b;c;;", ";") => ["a", "b", "c", "", ""]
string join(["a", "b"], "_and_") => "a_and_b"
string join(["a", null, "b"]) => "ab"
string join([1]) => null
string(1.10) => "1.10"
string(null) => null
string([1..@"P1D"]) => null
string([@"P1D"..@"P2D")) => "[@\"P1D\"..@\"P2D\")"
string((>= 5)) => "(>= 5)"
string([1, "a", {b: @"2026-01-02"}]) => "[1, \"a\", {b: 2026-01-02}]"
string(@"P14M") => "P1Y2M"
string(@"PT25H30M") => "P1DT1H30M"
string(@"10:00:00+08:00") => "10:00:00+08:00"
string(@"2026-01-02T03:04:05@Asia/Shanghai") => "2026-01-02T03:04:05@Asia/Shanghai"
""")
def test_functions(text: str, expected: str) -> None:
    check(text, expected)


@examples(r"""
matches("foobar", "^fo*b") => true
matches("foobar", "FO", "i") => true
matches("foo bar", "foo\sbar") => true
matches("foobar", "f o o", "x") => true
matches("f.o", "f.o", "q") => true
matches("fxo", "f.o", "q") => false
matches("a\nb", "a.b") => false
matches("a\nb", "a.b", "s") => true
matches("a\nb", "^b$", "m") => true
matches("abab", "^(ab)\\1$") => true
matches("直通车", "^\\p{L}+$") => true
matches("直通车", "^\\p{IsCJKUnifiedIdeographs}{3}$") => true
matches("x-1", "^[a-z-[aeiou]]-\\d$") => true
matches("e-1", "^[a-z-[aeiou]]-\\d$") => false
matches("aaa", "^a{2,3}?$") => true
matches("foo", "[") => null
matches("foo", "(?k)") => null
matches("foo", "o", "z") => null
matches("foo", null) => null
replace("abracadabra", "bra", "*") => "a*cada*"
replace("abracadabra", "a(.)", "a$1$1") => "abbraccaddabbra"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") => "[1=ab][2=]cd"
replace("a.b", "\\.", "\\$") => "a$b"
replace("abc", "x*", "-") => null
replace("abc", "b", "$") => null
replace("aXbx", "x", "_", "i") => "a_b_"
""")
def test_patterns(text: str, expected: str) -> None:
    check(text, expected)


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|aa)+$", "^(a?){60}a{60}$", "(.*)(.*)(.*)(.*)x"])
def test_a_pattern_that_explodes_is_stopped(pattern: str) -> None:
    matches = compile_expression(f'matches(text, "{pattern}")')
    with pytest.raises(BudgetExceeded, match="pattern takes too long"):
        matches({"text": "a" * 200 + "!"}, budget=Budget(pattern_steps=20_000))


def test_an_empty_text_is_a_text() -> None:
    assert value('""') == ""
    assert value('"" = null') is False
