"""A process whose names nobody has seen is deployed to a running server and worked to its end."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.actions.drawing import Drawing, form, outcome, text
from tests.browser.company import Served, examine
from tests.browser.people import at_desk, sign_in

OFFICE = "dispatcher@service_office"
WORKERS = "handler@transport"


class Unseen:
    """A bundle whose every name is made up at the moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = secrets.token_hex(3)
        self.title = f"未见过的流程{self.mark}"
        self.first, self.second = f"甲事{self.mark}", f"乙事{self.mark}"
        self.subject, self.note = f"题目{self.mark}", f"说明{self.mark}"
        self.agreed = f"同意{self.mark}"

    def name(self, word: str) -> str:
        """Return a name that stands nowhere in the house."""
        return f"{word}{self.mark}"

    def write(self) -> None:
        """Write the bundle's folder."""
        n = self.name
        (self.folder / "forms").mkdir(parents=True)
        lanes = (f"甲道{self.mark}", f"乙道{self.mark}")
        d = Drawing(n("p"))
        d.node("startEvent", n("a"))
        first = {"form": n("f"), "due": "workdays(3)", "stage": n("s"), "sentence": "正在看"}
        second = {"form": n("g"), "unit": '"transport"', "stage": n("s"), "sentence": "正在办"}
        d.user(n("b"), lanes[0], **first)
        d.node("exclusiveGateway", n("c"), default=n("no"))
        d.user(n("d"), lanes[1], **second)
        d.service(n("e"), "close_case", result='"solved"')
        d.node("endEvent", n("z"))
        d.chain(n("a"), n("b"), n("c"))
        d.flow(n("c"), n("d"), f'outcome = "{n("o")}"')
        d.flow(n("c"), n("b"), name=n("no"))
        d.chain(n("d"), n("e"), n("z"))
        named = d.xml().decode()
        for key, name in ((n("b"), self.first), (n("d"), self.second)):
            named = named.replace(f'id="{key}" name="{key}"', f'id="{key}" name="{name}"')
        (self.folder / f"{n('p')}.bpmn").write_text(named, "utf-8")
        asked = text(n("t"), required=True, label=self.subject)
        said = text(n("m"), required=True, label=self.note)
        decided = outcome(**{n("o"): self.agreed, n("x"): f"再看{self.mark}"})
        for name, fields in ((n("h"), (asked,)), (n("f"), (said, decided)), (n("g"), (said,))):
            (self.folder / "forms" / f"{name}.form").write_bytes(form(name, *fields))
        (self.folder / "bundle.toml").write_text(
            f'key = "{n("p")}"\ntitle = "{self.title}"\ntitle_en = "{self.title}"\nowner = "x"\n'
            f'main = "{n("p")}"\nnumber = "U{{year}}{{serial:04d}}"\nstart_form = "{n("h")}"\n'
            'started_by = ["enterprise"]\n'
            f'[case]\ntitle = "{n("t")}"\nenterprise = "{n("t")}"\n'
            f'[lanes]\n"{lanes[0]}" = "dispatcher"\n"{lanes[1]}" = "handler"\n'
            f'[[stages]]\nkey = "{n("s")}"\ntitle = "只有一段"\n',
            "utf-8",
        )


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_process_nobody_has_seen_runs_without_a_restart(
    place: Served, browser: Browser, database_url: str, tmp_path: Path
) -> None:
    visitor = at_desk(browser)
    visitor.goto(place.address)  # the server has been serving before the process exists
    unseen = Unseen(tmp_path / "unseen")
    unseen.write()
    deployed = subprocess.run(
        [
            str(Path(sys.executable).with_name("throughtrain")),
            "deploy",
            str(unseen.folder),
            "--reason",
            "new",
        ],
        env={**os.environ, "DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr

    visitor.goto(f"{place.address}/book/{unseen.name('p')}")
    visitor.get_by_label(unseen.subject).fill("门口的路灯不亮")
    visitor.get_by_role("button", name="下一步：核对内容").click()
    visitor.get_by_role("button", name="确认提交").click()
    expect(visitor.get_by_role("heading", name="您的诉求已提交")).to_be_visible()
    found = re.search(r"U\d{8}", visitor.content())
    assert found
    number = found.group()

    for who, task, ends in (
        (OFFICE, unseen.first, unseen.agreed),
        (WORKERS, unseen.second, f"提交：{unseen.second}"),
    ):
        page = at_desk(browser)
        sign_in(page, place, who)
        page.goto(f"{place.address}/inbox")
        row = page.get_by_role("row").filter(has_text=number).filter(has_text=task)
        row.get_by_role("button", name=re.compile("^领取办理")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(task)
        examine(page)
        page.get_by_label(unseen.note).fill("看过了")
        page.get_by_role("button", name=ends, exact=True).click()
        expect(page.get_by_role("status").filter(has_text=f"“{task}”已办结")).to_be_visible()
        page.context.close()

    visitor.get_by_role("link", name="查看当前进展").click()
    expect(visitor.get_by_text("已办结").first).to_be_visible()
