"""A client that reads each page with a careful eye: H1, title, ids, labels, no inline code."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.test import TestResponse

from tests.pages.town import PASSWORD

INPUTS = "//input[not(@type='hidden')]|//select|//textarea"
INLINE = re.compile(r"\son[a-z]+=|\sstyle=|javascript:", re.IGNORECASE)


class Reader:
    """A browser of one person; every page that it gets is checked."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def sign_in(self, login: str, password: str = PASSWORD) -> Reader:
        """Sign in through the page."""
        answer = self.post("/sign-in", {"login": login, "password": password}, frm="/sign-in")
        assert answer.status_code == 303, answer.text
        return self

    def get(self, address: str, status: int = 200, **options: Any) -> Page:
        """Return a page, checked."""
        answer = self.client.get(address, **options)
        assert answer.status_code == status, (address, answer.status_code, answer.text[-2000:])
        page = Page(answer)
        page.check()
        return page

    def token(self, address: str) -> str:
        """Return the token of a form on a page."""
        return str(Page(self.client.get(address)).one("//input[@name='csrf_token']/@value"))

    def post(
        self,
        address: str,
        data: dict[str, Any] | None = None,
        *,
        frm: str = "/account",
        **options: Any,
    ) -> TestResponse:
        """Send a form as the page at `frm` would."""
        sent = {"csrf_token": self.token(frm), **(data or {})}
        answer = self.client.post(address, data=sent, **options)
        if "<html" in answer.text and answer.status_code != 303:
            Page(answer).check()
        return answer


class Page:
    """An answer as a tree."""

    def __init__(self, answer: TestResponse) -> None:
        self.answer = answer
        self.text = answer.text
        self.tree = html.fromstring(answer.text)

    def all(self, path: str) -> list[Any]:
        """Return what an XPath finds."""
        return list(self.tree.xpath(path))

    def one(self, path: str) -> Any:
        """Return the first thing that an XPath finds; it must find one."""
        found = self.all(path)
        assert found, f"{path} finds nothing in {self.text[:3000]}"
        return found[0]

    @property
    def heading(self) -> str:
        """The text of the H1."""
        return " ".join(self.one("//h1").text_content().split())

    @property
    def words(self) -> str:
        """The text of the main part."""
        return " ".join(self.one("//main").text_content().split())

    def check(self) -> None:
        """Hold the page against what every page has to be."""
        assert len(self.all("//h1")) == 1
        title = self.one("//title").text_content().strip()
        assert title
        assert not title.startswith("·")
        assert self.tree.get("lang") in ("zh-CN", "en")
        ids = Counter(self.all("//@id"))
        assert not [name for name, count in ids.items() if count > 1]
        self._check_labels(set(ids))
        self._check_tables()
        assert not INLINE.search(re.sub(r">[^<]*<", "><", self.text))
        assert not self.all("//script[not(@src) and not(@type='application/json')]|//style")
        assert "Content-Security-Policy" in self.answer.headers

    def _check_labels(self, ids: set[str]) -> None:
        labelled = set(self.all("//label/@for"))
        for field in self.all(INPUTS):
            if field.get("aria-hidden") == "true" or field.get("hidden") is not None:
                continue
            assert field.get("id") in labelled or field.get("aria-label"), html.tostring(field)
        for name in ("aria-describedby", "aria-labelledby"):
            for value in self.all(f"//@{name}"):
                assert set(value.split()) <= ids, (name, value)
        for link in self.all("//a|//button"):
            named = "".join(link.text_content().split()) or link.get("aria-label")
            assert named, html.tostring(link)

    def _check_tables(self) -> None:
        for table in self.all("//table"):
            caption = table.find("caption")
            assert caption is not None
            assert caption.text_content().strip()
