"""Invented names, codes and telephone numbers for demo people and companies."""

from __future__ import annotations

import random
from collections.abc import Iterator

SURNAMES = (
    "陈林黄张李王吴刘蔡杨许郑谢洪郭邱曾廖赖徐周叶苏庄吕江何萧罗高潘简朱钟游彭詹胡施沈"
    "余卢梁赵颜柯翁魏孙戴范方宋邓杜傅侯曹薛丁"
)
GIVEN = (
    "建华志明晓燕国强丽萍俊杰雅婷伟东秋月文博海燕少峰思远慧玲永健佳怡振宇淑贞景行若兰"
    "启航美琪春晖嘉树静仪明轩晓彤志远芳菲宏图碧云子涵世杰婉清立群耀东雪梅柏松巧玲学文"
    "素芬浩然秀兰天成玉珍一鸣凤仪新民翠屏"
)
"""Given names of two characters each."""

_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = tuple(3**place % 31 for place in range(17))
_DIVISION = "449900"
"""A division code that is given to no place."""


def invented_names(count: int) -> Iterator[str]:
    """Yield `count` different names, always the same ones."""
    given = [GIVEN[place : place + 2] for place in range(0, len(GIVEN), 2)]
    pairs = [surname + name for surname in SURNAMES for name in given]
    random.Random(2019).shuffle(pairs)
    return iter(pairs[:count])


def credit_code(serial: int) -> str:
    """Return a unified social credit code with a right check character (GB 32100-2015)."""
    body = f"91{_DIVISION}MA{serial:07d}"
    total = sum(
        weight * _CODE_ALPHABET.index(character)
        for weight, character in zip(_CODE_WEIGHTS, body, strict=True)
    )
    return body + _CODE_ALPHABET[-total % 31]


def mobile(serial: int) -> str:
    """Return a mobile number of a series that is given to nobody."""
    return f"1990000{serial:04d}"


def telephone(serial: int) -> str:
    """Return an office number of an invented area code."""
    return f"0799-8{serial:06d}"
