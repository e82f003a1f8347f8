"""A task's English name stands wherever its name stands, for those who read English."""

from __future__ import annotations

from collections.abc import Callable

from tests.pages.reader import Reader
from tests.pages.town import BUNDLE, MONDAY, Town
from workflows.actions.deployment import deploy
from workflows.actions.tasks import complete
from workflows.actor import SYSTEM
from workflows.definitions.bundle import files_of_folder

As = Callable[[str], Reader]
PROPERTY = b'<s:property name="form" value="review"/>'
ENGLISH = b'<s:property name="name_en" value="Look at it first"/>'
NAME = "Look at it first"


def test_every_page_names_a_task_in_the_reader_s_language(town: Town, as_: As) -> None:
    files = dict(files_of_folder(BUNDLE))
    assert PROPERTY in files["errand.bpmn"]
    files["errand.bpmn"] = files["errand.bpmn"].replace(PROPERTY, PROPERTY + ENGLISH, 1)
    deploy(town.city, SYSTEM, files, now=MONDAY, reason="test")
    case = town.submit()
    item = town.open_item(case.case_id)
    staff, company = as_("dispatcher"), as_("company")
    pages = {
        "/inbox": staff,
        f"/tasks/{item.id}": staff,
        f"/cases/{case.case_id}": staff,
        f"/supervision/units/{town.office_id}": staff,
    }
    for address, reader in pages.items():
        assert item.name in reader.get(address).words, address
        assert NAME not in reader.get(address).words, address
    for reader in (staff, company):
        reader.post("/language", {"language": "en"})
    for address, reader in pages.items():
        assert NAME in reader.get(address).words, address
    raw = {"outcome": ["accept"], "level": ["city"], "urgency": ["normal"]}
    complete(town.city, SYSTEM, item.id, {**raw, "measures-0-what": ["现场勘察"]}, now=town.clock())
    assert NAME in staff.get(f"/cases/{case.case_id}").words
    assert NAME in company.get(f"/my/cases/{case.number}").words
