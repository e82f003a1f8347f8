"""Both catalogues are complete and current."""

from __future__ import annotations

import re

from webapp import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def test_no_message_is_missing_stale_or_untranslated() -> None:
    assert catalogues.findings() == []


def test_translations_keep_the_placeholders() -> None:
    for locale in catalogues.LOCALES:
        for message in catalogues.read(locale):
            if not message.id:
                continue
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            wanted = {name for text in ids for name in PLACEHOLDER.findall(text)}
            for text in texts:
                assert set(PLACEHOLDER.findall(text)) <= wanted, (locale, message.id)


def test_texts_of_errors_are_collected() -> None:
    source = (
        "class A(E):\n    sentence = 'one'\n    mend = 'two'\n"
        "raise InvalidEntries({'key': 'three'})\n"
        "raise FileRefused(name=n, reason='four')\n"
    )
    assert {text for _, text, _, _ in catalogues.error_texts(source)} == {
        "one",
        "two",
        "three",
        "four",
    }
