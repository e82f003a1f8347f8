"""Numbers: arithmetic in decimals and the functions of numbers."""

from __future__ import annotations

from decimal import Decimal

from tests.feel.speaking import check, examples, value


@examples("""
1 + 2 * 3 => 7
(1 + 2) * 3 => 9
2 ** 3 ** 2 => 64
-2 ** 2 => 4
10 - 3 - 2 => 5
0.1 + 0.2 => 0.3
1 / 4 => 0.25
.5 + 1.5e1 => 15.5
1 / 0 => null
10 ** 7000 => null
(-8) ** 0.5 => null
1 + "a" => null
1 - null => null
-(3) => -3
--3 => 3
""")
def test_arithmetic(text: str, expected: str) -> None:
    check(text, expected)


@examples("""
decimal(1/3, 2) => 0.33
decimal(1.5, 0) => 2
decimal(2.5, 0) => 2
decimal(1234, -2) => 1200
floor(1.5) => 1
floor(-1.56, 1) => -1.6
ceiling(1.5) => 2
ceiling(-1.56, 1) => -1.5
round up(5.5, 0) => 6
round up(-5.5, 0) => -6
round up(1.121, 2) => 1.13
round down(-5.5, 0) => -5
round down(1.126, 2) => 1.12
round half up(5.5, 0) => 6
round half up(-5.5, 0) => -6
round half up(1.126, 2) => 1.13
round half down(5.5, 0) => 5
round half down(-5.5, 0) => -5
round half down(1.126, 2) => 1.13
round up(1, 7000) => null
floor(1.5, 0.5) => null
abs(-10) => 10
abs(@"-PT5H") => @"PT5H"
abs("a") => null
modulo(12, 5) => 2
modulo(-12, 5) => 3
modulo(12, -5) => -3
modulo(-12, -5) => -2
modulo(10.1, 4.5) => 1.1
modulo(-10.1, 4.5) => 3.4
modulo(1, 0) => null
sqrt(16) => 4
sqrt(-1) => null
decimal(log(4), 10) => 1.3862943611
log(0) => null
decimal(exp(5), 8) => 148.41315910
exp(1000000) => null
odd(5) => true
odd(2) => false
even(2) => true
even(2.5) => false
number("1 000,5", " ", ",") => 1000.5
number("1,000.5", ",", ".") => 1000.5
number("12a") => null
number(from: "-.5") => -0.5
abs([-1]) => 1
abs([-1, 2]) => null
abs(m: 1) => null
abs(1, 2) => null
""")
def test_functions(text: str, expected: str) -> None:
    check(text, expected)


def test_thirty_four_digits_rounded_half_even() -> None:
    assert value("1/3") == Decimal("0." + "3" * 34)
    assert value("2/3") == Decimal("0." + "6" * 33 + "7")


def test_python_numbers_of_a_scope_become_decimals() -> None:
    assert value("days + 1", days=4) == Decimal(5)
    assert value("share * 2", share=0.1) == Decimal("0.2")
    assert value("flag", flag=True) is True
    assert value("amounts[1] + amounts[2]", amounts=[1, 2.5]) == Decimal("3.5")
