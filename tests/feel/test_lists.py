"""Lists: literals, filters, loops, functions."""

from __future__ import annotations

from tests.feel.speaking import check, examples


@examples("""
[1, 2, 3][1] => 1
[1, 2, 3][-1] => 3
[1, 2, 3][4] => null
[1, 2, 3][item > 1] => [2, 3]
[{a: 1}, {a: 2}][a > 1].a => [2]
[{item: 1}, {item: 2}][item.item = 2] => [{item: 2}]
[{item: 1}, {item: 2}][item >= 2] => [{item: 2}]
[{item: {a: 1}}][item.a = 1] => [{item: {a: 1}}]
[{x: 1}, {x: 2}][item.x = 2] => [{x: 2}]
[1, 2, 3][item > limit] => [3]
5[1] => 5
5[item > 4] => [5]
null[1] => null
[][1] => null
["a", "b"][place] => "b"
{people: [{n: "x"}, {n: "y"}]}.people.n => ["x", "y"]
[[1, 2], [3]][count(item) > 1] => [[1, 2]]
""")
def test_filters(text: str, expected: str) -> None:
    check(text, expected, limit=2, place=2)


@examples("""
for i in [1, 2] return i * 2 => [2, 4]
for i in 1..3 return i => [1, 2, 3]
for i in 3..1 return i => [3, 2, 1]
for i in [1..3) return i => [1, 2]
for i in 1..2, j in [i..2] return i * 10 + j => [11, 12, 22]
for i in 0..4 return if i = 0 then 1 else i * partial[-1] => [1, 1, 2, 6, 24]
for d in @"2026-02-27"..@"2026-03-01" return d.day => [27, 28, 1]
for i in 1..2 return partial => [[], [[]]]
for x in 5 return x => [5]
for x in null return x => null
for i in 1..1.5 return i => null
some x in [1, 2] satisfies x > 1 => true
some x in [] satisfies x > 1 => false
some x in [1, null] satisfies x > 1 => null
every x in [1, 2] satisfies x > 0 => true
every x in [1, "a"] satisfies x > 0 => null
every x in [0, "a"] satisfies x > 0 => false
some x in [1, 2], y in [2, 3] satisfies x = y => true
""")
def test_loops(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
list contains([1, 2, null], null) => true
count([1, [2, 3]]) => 2
count([]) => 0
min([3, 1, 2]) => 1
min("b", "a") => "a"
max([]) => null
max([1, "a"]) => null
sum([1, 2, 3]) => 6
sum(1, 2) => 3
sum([]) => null
mean([1, 2, 3]) => 2
all([false, null, true]) => false
all([]) => true
all(0) => null
any([false, null, true]) => true
any([]) => false
sublist([4, 5, 6], 1, 2) => [4, 5]
sublist([4, 5, 6], -2) => [5, 6]
append([1], 2, 3) => [1, 2, 3]
concatenate([1, 2], [3]) => [1, 2, 3]
insert before([1, 3], 1, 2) => [2, 1, 3]
insert before([1, 3], -1, 2) => [1, 2, 3]
remove([1, 2, 3], 2) => [1, 3]
remove([1], 2) => null
list replace([2, 4, 7, 8], 3, 6) => [2, 4, 6, 8]
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) => [5, 5, 7, 8]
reverse([1, 2, 3]) => [3, 2, 1]
index of([1, 2, 3, 2], 2) => [2, 4]
union([1, 2], [2, 3]) => [1, 2, 3]
distinct values([1, 2, 3, 2, "a", "a"]) => [1, 2, 3, "a"]
flatten([[1, 2], [[3]], 4]) => [1, 2, 3, 4]
product([2, 3, 4]) => 24
median(8, 2, 5, 3, 4) => 4
median([6, 1, 2, 3]) => 2.5
median([]) => null
decimal(stddev(2, 4, 7, 5), 12) => 2.081665999466
stddev([47]) => null
mode(6, 3, 9, 6, 6) => [6]
mode([6, 1, 9, 6, 1]) => [1, 6]
mode([]) => []
sort(list: [3, 1, 4], precedes: function(x, y) x < y) => [1, 3, 4]
sort([{a: 2}, {a: 1}], function(x, y) x.a < y.a).a => [1, 2]
sort(["b", "a"]) => ["a", "b"]
sum([@"PT1H", @"PT2H"]) => @"PT3H"
""")
def test_functions(text: str, expected: str) -> None:
    check(text, expected)


def test_what_does_not_compare_two_cannot_sort() -> None:
    check("sort([3, 1, 2], function(a) a)", "null")
