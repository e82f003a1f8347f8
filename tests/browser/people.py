"""People of the city at their browsers: they sign in, find their task, fill in its form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from models.people import Person, Position
from models.queries.booking import current_processes
from models.units import Unit
from tests.browser.company import Served
from workflows.definitions.fields import Field
from workflows.definitions.forms import OUTCOME, Form
from workflows.demo.accounts import password

DESK = {"width": 1360, "height": 900}


def at_desk(browser: Browser) -> Page:
    """Return a page of a new browser on a desk; any script error fails the story."""
    page = browser.new_context(viewport=DESK, locale="zh-CN").new_page()
    page.on("pageerror", _refuse)
    return page


def sign_in(page: Page, place: Served, who: str) -> None:
    """Sign in as `role@unit`, as whom the page then goes on.

    The form is sent without being shown, which takes a tenth of the time; `types_in` shows it.
    """
    page.context.clear_cookies()
    shown = page.request.get(f"{place.address}/sign-in").text()
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token, "the sign-in page has no token"
    entries = {"login": login_of(place, who), "password": password(), "csrf_token": token[1]}
    answer = page.request.post(f"{place.address}/sign-in", form=entries)
    assert answer.ok, answer.status
    page.goto(place.address)
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()


def types_in(page: Page, place: Served, who: str) -> None:
    """Sign in as `role@unit` at the form."""
    page.context.clear_cookies()
    page.goto(f"{place.address}/sign-in")
    page.get_by_label("账号").fill(login_of(place, who))
    page.get_by_label("密码").fill(password())
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("navigation", name="主导航")).to_be_visible()


def login_of(place: Served, who: str) -> str:
    """Return the login of somebody who holds `role@unit`."""
    role, _, unit = who.partition("@")
    with place.city.database.reading() as session:
        found = session.scalar(
            select(Person.login)
            .join(Position, Position.person_id == Person.id)
            .join(Unit, Unit.id == Position.unit_id)
            .where(Unit.key == unit, Position.role == role)
            .order_by(Person.id)
            .limit(1)
        )
    assert found, f"nobody is {who}"
    return found


def form_of(place: Served, name: str) -> Form:
    """Return a form of the deployed process."""
    with place.city.database.reading() as session:
        process = current_processes(session)[0]
    return place.city.library.version(process.version_id).form(name)


def fill_in(page: Page, form: Form, values: Mapping[str, Any]) -> None:
    """Enter the values whose fields show now, by their labels.

    A field that always shows is waited for, since the page may still be on its way.
    """
    of_outcomes = {key for option in form.outcomes for key in option.own_fields}
    for key, value in values.items():
        if key == OUTCOME:
            continue
        field = form.by_key[key]
        label = re.compile(rf"^\s*{re.escape(field.label)}\s*(（选填）)?\s*$")
        if field.kind == "radio":
            found = page.get_by_role("radio", name=_option(field, str(value)), exact=True)
        else:
            found = page.get_by_label(label)
        if field.hide is None and key not in of_outcomes:
            expect(found).to_be_attached()
        elif found.count() == 0:
            continue  # it shows with the outcome that it belongs to
        if field.kind == "radio":
            found.check()
        elif field.kind == "select":
            found.select_option(str(value))
        else:
            found.fill(str(value))


def end_task(page: Page, form: Form, outcome: str, values: Mapping[str, Any]) -> None:
    """Press the outcome; where it asks for more, enter that too and confirm."""
    if not outcome:
        page.get_by_role("button", name=re.compile("^(提交|确认完成)：")).click()
        return
    option = next(one for one in form.outcomes if one.value == outcome)
    page.get_by_role("button", name=option.label, exact=True).click()
    if option.own_fields:
        confirm = page.get_by_role("button", name=f"确认：{option.label}")
        expect(confirm).to_be_visible()
        fill_in(page, form, {k: v for k, v in values.items() if k in option.own_fields})
        confirm.click()


def _option(field: Field, value: str) -> str:
    return next(one.label for one in field.options if one.value == value)


def _refuse(error: object) -> None:
    raise AssertionError(f"a script of the page failed: {error}")
