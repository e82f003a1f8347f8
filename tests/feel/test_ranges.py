"""Ranges and how they lie to each other."""

from __future__ import annotations

from tests.feel.speaking import check, examples


@examples("""
[3..1] => null
["a"..1] => null
range("[1..3]") => [1..3]
range("(\\"a\\"..\\"b\\"]") => ("a".."b"]
range("[1..x]") => null
before(1, 10) => true
before(10, 1) => false
before([1..5), 5) => true
before([1..5], [5..9]) => false
before([1..5], (5..9]) => true
after(12, [2..5]) => true
meets([1..5], [5..10]) => true
meets([1..5), [5..10]) => false
met by([5..10], [1..5]) => true
overlaps([1..5], [3..8]) => true
overlaps([1..5], [6..8]) => false
overlaps before([1..5], [3..8]) => true
overlaps after([3..8], [1..5]) => true
overlaps after((1..5], [1..5)) => true
finishes(5, [1..5]) => true
finishes([3..5], [1..5]) => true
finished by([1..5], [3..5]) => true
includes([1..10], 5) => true
includes([1..10], [4..6]) => true
includes((1..10], 1) => false
during(5, [1..10]) => true
starts(1, [1..5]) => true
starts([1..3], [1..5]) => true
started by([1..5], [1..3]) => true
coincides([1..5], [1..5]) => true
coincides(3, 4) => false
includes([1..10], "a") => null
before(null, 1) => null
""")
def test_relations(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
range("(..2)") = (<2) => true
range("(..2]") = (<=2) => true
range("[2..)") = (>=2) => true
range("]2..[") = (>2) => true
3 in range("[2..)") => true
range("(..)") => null
range("[..2]") => null
range("[2..]") => null
range("(..)..2)") => null
""")
def test_ranges_with_one_end(text: str, expected: str) -> None:
    check(text, expected)
