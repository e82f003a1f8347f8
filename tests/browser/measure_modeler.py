"""How fast the modeler is: `pytest -s tests/browser/measure_modeler.py` prints a table.

Not part of the suite: figures of a machine that does other things say nothing. The table of
docs/benchmarks-studio.md was measured with it.
"""

from __future__ import annotations

import itertools
import statistics
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.company import BUNDLE, Served
from tests.browser.people import at_desk, sign_in
from workflows.actions.bundle_drafts import begin
from workflows.actor import SYSTEM
from workflows.definitions.blank import blank_diagram
from workflows.definitions.bundle import files_of_folder

NODES, ROW = 150, 15
TIMED = """(name) => performance.getEntriesByType('resource')
  .filter((entry) => entry.name.endsWith(name)).map((entry) => entry.duration)"""
FRAMES = """() => {
  window.frames_ = []; let last = performance.now();
  const look = (now) => {
    window.frames_.push(now - last);
    last = now;
    window.looking = requestAnimationFrame(look);
  };
  window.looking = requestAnimationFrame(look);
}"""
MOVED = """() => {
  const { modeler } = document.getElementById('canvas');
  const shape = modeler.get('elementRegistry').get('review');
  modeler.get('modeling').moveShape(shape, { x: 10, y: 0 });
}"""
STOPPED = "() => { cancelAnimationFrame(window.looking); return window.frames_; }"
WORK = """async () => {
  const { modeler } = document.getElementById('canvas');
  const timed = async (work) => {
    const at = performance.now();
    await work();
    return performance.now() - at;
  };
  const shape = modeler.get('elementRegistry').get('t75');
  const { xml } = await modeler.saveXML({ format: true });
  return {
    'a task moved': await timed(() => modeler.get('modeling').moveShape(shape, { x: 9, y: 9 })),
    'the same taken back': await timed(() => modeler.get('commandStack').undo()),
    'written as XML': await timed(() => modeler.saveXML({ format: true })),
    'read and drawn again': await timed(() => modeler.importXML(xml)),
  };
}"""


def large() -> bytes:
    """Return a diagram of 150 user tasks in rows, one after the other."""
    text = blank_diagram(
        "large", title="一百五十个任务", lane="承办人", start="开始", end="结束"
    ).decode()
    ids = ["large_begins", *(f"t{n}" for n in range(NODES - 2)), "large_ends"]
    tasks = "".join(f'<bpmn:userTask id="{one}" name="任务 {one}" />' for one in ids[1:-1])
    pairs = list(itertools.pairwise(ids))
    flows = "".join(
        f'<bpmn:sequenceFlow id="f_{a}" sourceRef="{a}" targetRef="{b}" />' for a, b in pairs
    )
    place = {one: (420 + n % ROW * 160, 400 + n // ROW * 120) for n, one in enumerate(ids[1:-1])}
    place |= {"large_begins": (252, 172), "large_ends": (882, 172)}
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{one}_di" bpmnElement="{one}"><dc:Bounds x="{place[one][0]}"'
        f' y="{place[one][1]}" width="100" height="80" /></bpmndi:BPMNShape>'
        for one in ids[1:-1]
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="f_{a}_di" bpmnElement="f_{a}">'
        + "".join(f'<di:waypoint x="{place[e][0] + 50}" y="{place[e][1] + 40}" />' for e in (a, b))
        + "</bpmndi:BPMNEdge>"
        for a, b in pairs
    )
    begin_, _, rest = text.partition('    <bpmn:sequenceFlow id="large_way"')
    rest = rest.partition("/>")[2]
    head, _, tail = rest.partition('      <bpmndi:BPMNEdge id="large_way_di"')
    tail = tail.partition("</bpmndi:BPMNEdge>")[2]
    return (begin_ + tasks + flows + head + shapes + edges + tail).encode()


def figures(page: Page, place: Served, draft: int) -> Iterator[tuple[str, float, str]]:
    """Yield what was measured, its value in ms, and what is wanted."""
    here = f"{place.address}/studio/through_train/d{draft}/draw"
    ready = [opened(page, f"{here}/acceptance.bpmn") for _ in range(6)]
    yield "a shipped diagram ready, first visit", ready[0], "at most 2,000"
    yield "the same again, median of 5", statistics.median(ready[1:]), "at most 2,000"
    yield "the first answer of the check", settled(page), ""
    for _ in range(10):
        page.evaluate(MOVED)
        expect(page.locator("#editor-state[data-state=saved]")).to_be_visible(timeout=20_000)
        settled(page)
        page.wait_for_timeout(1500)
    yield "a save, there and back, median of 10", median(page, "/save"), "at most 300"
    yield "findings of the whole bundle, median", median(page, "/findings"), "about 1,000 to 2,000"
    yield f"a diagram of {NODES} nodes ready", opened(page, f"{here}/large.bpmn"), "at most 2,000"
    settled(page)
    for name, value in page.evaluate(WORK).items():
        yield f"of {NODES} nodes: {name}", value, ""
    yield from dragged(page)


def opened(page: Page, address: str) -> float:
    page.goto("about:blank")
    page.goto(address)
    page.locator("#canvas[data-ready]").wait_for(timeout=30_000)
    return float(page.evaluate("performance.getEntriesByName('modeler-ready')[0].startTime"))


def settled(page: Page) -> float:
    page.locator("#findings-count:not([data-state=looking])[data-state]").wait_for(timeout=60_000)
    return float(page.evaluate(TIMED, "/findings")[-1])


def median(page: Page, name: str) -> float:
    return statistics.median(page.evaluate(TIMED, name))


def dragged(page: Page) -> Iterator[tuple[str, float, str]]:
    """Drag a task over the canvas and look how evenly it is drawn."""
    page.get_by_role("button", name="显示全图").click()
    box = page.locator("[data-element-id=t75]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y + 5)
    page.evaluate(FRAMES)
    for step in range(120):
        page.mouse.move(x + step, y + step / 2)
    found = sorted(page.evaluate(STOPPED))
    page.mouse.up()
    yield (
        f"of {NODES} nodes: a frame while a task is dragged, median",
        statistics.median(found),
        "16.7 is every frame",
    )
    yield "the same, 95 of 100", found[int(len(found) * 0.95)], ""


@pytest.mark.timeout(300)
def test_measure(place: Served, browser: Browser) -> None:
    files = {**files_of_folder(BUNDLE), "large.bpmn": large()}
    draft = begin(place.city, SYSTEM, files, name="x", now=place.clock())
    page = at_desk(browser)
    sign_in(page, place, "process_admin@service_office")
    sys.stdout.write("\n| what | ms | wanted |\n|---|---:|---|\n")
    for name, value, wanted in figures(page, place, draft):
        sys.stdout.write(f"| {name} | {value:,.0f} | {wanted} |\n")
