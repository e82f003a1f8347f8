"""Templates are compiled once per language, with their words translated."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from tests.pages.town import Town
from webapp.language import CHINESE, ENGLISH, choose
from webapp.rendering.templates import PageTemplates


@pytest.fixture
def app(town: Town) -> Flask:
    """The application."""
    return town.app


def _said(app: Flask, template: str, language: str, **values: object) -> str:
    with app.test_request_context():
        choose(language)
        return render_template_string(template, **values)


def test_words_stand_in_each_readers_language(app: Flask) -> None:
    page = "{{ _('Inbox') }}"
    assert _said(app, page, CHINESE) == "待办"
    assert _said(app, page, ENGLISH) == "Inbox"
    assert _said(app, page, CHINESE) == "待办"


def test_what_is_filled_in_is_escaped_and_a_percent_sign_stays(app: Flask) -> None:
    page = "{{ _('draft “%(name)s”', name=name) }}"
    assert _said(app, page, ENGLISH, name="<b>") == "draft “&lt;b&gt;”"
    assert _said(app, "{{ _('100%%') }}", ENGLISH) == "100%"


def test_marked_words_are_not_looked_up_while_a_page_is_rendered(app: Flask) -> None:
    assert isinstance(app.jinja_env, PageTemplates)
    with app.test_request_context():
        compiled = app.jinja_env.compile("{{ _('Inbox') }}{{ _(word) }}", raw=True)
    assert "待办" in compiled
    assert "Inbox" not in compiled
