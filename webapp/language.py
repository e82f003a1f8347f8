"""The interface's languages: Simplified Chinese unless somebody chooses English."""

from __future__ import annotations

from typing import cast

from flask import Flask, g, has_request_context, session
from flask_babel import Babel
from flask_babel import gettext as translate

from workflows.definitions.check.sentences import words_in_chinese
from workflows.definitions.messages import Message, spoken
from workflows.errors import ThroughTrainError

CHINESE = "zh_Hans_CN"
ENGLISH = "en"
LANGUAGES = {CHINESE: "简体中文", ENGLISH: "English"}
HTML_LANGUAGES = {CHINESE: "zh-CN", ENGLISH: "en"}


def gettext(message: str, **values: object) -> str:
    """Return a message in the reader's language, filled in with `values`."""
    return str(translate(message, **values))


def use_languages(app: Flask) -> None:
    """Choose a language for each request and give templates what they need of it."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", CHINESE)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    Babel(app, locale_selector=chosen)
    app.jinja_env.globals.update(
        languages=LANGUAGES, language=language, html_language=html_language
    )
    app.jinja_env.policies["ext.i18n.trimmed"] = True


def chosen() -> str:
    """Return the language of this request: what the session says, else Chinese."""
    if not has_request_context():
        return CHINESE
    if "language" not in g:
        wanted = session.get("language")
        g.language = wanted if wanted in LANGUAGES else CHINESE
    return cast("str", g.language)


def choose(language: str) -> None:
    """Keep the visitor's choice for this session."""
    if language in LANGUAGES:
        session["language"] = language
        g.language = language


def language() -> str:
    """Return the language's key, one of `LANGUAGES`."""
    return chosen()


def html_language() -> str:
    """Return the language as the page's `lang` says it."""
    return HTML_LANGUAGES[language()]


def say(error: ThroughTrainError) -> tuple[str, str]:
    """Return an error's sentence and what to do about it, in the reader's language."""
    return _fill(error.sentence, error.values), _fill(error.mend, error.values)


_SPOKEN = ("reason", "advice")


def _said(value: object) -> object:
    """Return words of an error in the reader's language, with what they are filled in with."""
    if isinstance(value, Message):
        return spoken(value, said_here)
    return said_here(value) if isinstance(value, str) and value else value


def said_here(text: str) -> str:
    """Return a message id's translation; that of the check's sentences where there is none."""
    said = str(translate(text)) if text else ""
    return words_in_chinese(text) if said == text and language() == CHINESE else said


def _fill(message: str, values: dict[str, object]) -> str:
    """Fill a translated message in; reasons and advice that are messages are translated too."""
    said = {key: _said(value) if key in _SPOKEN else value for key, value in values.items()}
    try:
        return gettext(message).format(**said)
    except (KeyError, IndexError):
        return gettext(message)
