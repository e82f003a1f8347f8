import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import insert, update

from models.database import Database
from models.processes import Process, ProcessFile, ProcessVersion
from tests.definitions.drawing import Drawing, bundle, form, outcome, simple, text_field
from tests.definitions.rules.words import ruled
from workflows.definitions.bundle import Bundle
from workflows.definitions.definition import Definition
from workflows.definitions.library import Library
from workflows.errors import DefinitionRefused, NotFound

NOW = datetime(2024, 1, 25, 1, 0, tzinfo=UTC)


def stored(database: Database, files: dict[str, bytes], number: int = 1) -> int:
    """Put a bundle into the tables as a deployment would; return the version's id."""
    with database.transaction() as session:
        process = session.query(Process).filter_by(key="sample").one_or_none()
        if process is None:
            process = Process(key="sample", title="样例")
            session.add(process)
            session.flush()
        version = ProcessVersion(
            process_id=process.id,
            number=number,
            checksum=Bundle.from_files(files).checksum,
            deployed_at=NOW,
            deployed_by="管理员",
            reason="测试",
        )
        session.add(version)
        session.flush()
        rows = [{"version_id": version.id, "path": p, "content": c} for p, c in files.items()]
        session.execute(insert(ProcessFile), rows)
        session.execute(update(Process).values(version_id=version.id))
        return version.id


def test_a_version_is_compiled_once_and_shared(database: Database) -> None:
    version_id = stored(database, dict(bundle(simple())))
    library = Library(database)
    found = library.version(version_id)
    assert found.bundle.key == "sample"
    assert (found.version_id, found.number) == (version_id, 1)
    assert library.version(version_id) is found


def test_the_current_version_is_the_one_that_the_process_names(database: Database) -> None:
    first = stored(database, dict(bundle(simple())))
    library = Library(database)
    with database.reading() as session:
        assert library.current("sample", session).version_id == first
    second = stored(database, dict(bundle(simple())) | {"texts/new.txt": b"x"}, number=2)
    with database.reading() as session:
        assert library.current("sample", session).version_id == second
        with pytest.raises(NotFound):
            library.current("other", session)
    assert library.version(first).version_id == first


def test_an_unknown_version_is_not_found_and_not_remembered(database: Database) -> None:
    library = Library(database)
    for _ in range(3):
        with pytest.raises(NotFound):
            library.version(4711)
    assert library._compiling == {}


def test_threads_that_ask_at_once_get_the_same_definition(database: Database) -> None:
    version_id = stored(database, dict(bundle(simple())))
    library = Library(database)
    found: list[Definition] = []
    gate = threading.Barrier(6)

    def ask() -> None:
        gate.wait()
        found.append(library.version(version_id))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len({id(one) for one in found}) == 1


def test_only_so_many_versions_are_kept(database: Database) -> None:
    library = Library(database, kept=2)
    ids = [
        stored(database, dict(bundle(simple())) | {"texts/n.txt": str(n).encode()}, number=n)
        for n in range(1, 4)
    ]
    first = library.version(ids[0])
    library.version(ids[1])
    library.version(ids[0])
    library.version(ids[2])
    assert library.version(ids[0]) is first
    assert len(library._definitions) == 2


# ------------------------------------------------------------------------------- definition


def compiled(files: dict[str, bytes]) -> Definition:
    return Definition.compile(Bundle.from_files(files))


def test_only_names_that_some_feel_reads_are_routed() -> None:
    drawing = Drawing().ends()
    drawing.user("task", form="choice", due="workdays(days)", unit="lead_department")
    drawing.xor("decide", "other")
    drawing.user("work", form="choice")
    drawing.xor("merge")
    drawing.line("begin", "task", "decide").line("work", "merge", "finish")
    drawing.flow("decide", "work", 'outcome = "accept"')
    drawing.flow("decide", "merge", id="other")
    fields = (
        outcome("accept", "decline"),
        text_field("story"),
        text_field("detail", conditional={"hide": "=urgent != true"}),
    )
    found = compiled(dict(bundle(drawing, choice=form(*fields))))
    assert {"outcome", "days", "lead_department", "urgent"} <= found.routing_names
    assert "story" not in found.routing_names


def test_names_inside_filters_are_routed_too() -> None:
    drawing = Drawing().ends()
    drawing.user("task", form="choice", unit='(if urgent then "a" else "b")')
    drawing.user("work", form="choice", due="workdays(limits[category = wanted][1].days)")
    drawing.line("begin", "task", "work", "finish")
    hidden = text_field("why", conditional={"hide": "=count(rows[place = here]) = 0"})
    found = compiled(dict(bundle(drawing, choice=form(hidden))))
    assert {"limits", "category", "wanted", "rows", "here"} <= found.routing_names


def test_names_that_decisions_read_are_routed() -> None:
    found = compiled(dict(ruled()))
    assert "amount" in found.routing_names
    assert found.decisions.evaluate("limits", {"amount": Decimal(2)}).value == Decimal(5)


def test_a_definition_knows_its_lanes_stages_forms_and_texts() -> None:
    files = dict(bundle(simple())) | {
        "texts/note.txt": "# 通知\n你好".encode(),
        "texts/note.en.txt": b"# Note\nHello",
        "texts/only.txt": b"x",
    }
    found = compiled(files)
    assert found.role_of_lane("窗口") == "clerk"
    assert found.role_of_lane("nobody") is None
    assert found.stage("work").title == "办理"
    assert found.form("note").keys == {"remark", "amount"}
    assert found.text("note").render({}).subject == "通知"
    assert found.text("note", english=True).render({}).body == "Hello"
    assert found.text("only", english=True).name == "only"
    for missing in (lambda: found.form("x"), lambda: found.text("x"), lambda: found.stage("x")):
        with pytest.raises(NotFound):
            missing()


def test_facts_get_their_types_back() -> None:
    components = (
        {"type": "number", "key": "amount", "label": "金额"},
        {"type": "datetime", "key": "on", "label": "日期", "subtype": "date"},
        text_field("title", properties={"personal": "true"}),
    )
    found = compiled(dict(bundle(simple(), note=form(*components))))
    typed = found.typed({"amount": "1.50", "on": "2024-03-08", "title": "1.50", "other": "x"})
    assert typed == {
        "amount": Decimal("1.50"), "on": date(2024, 3, 8), "title": "1.50", "other": "x",
    }  # fmt: skip
    assert found.personal_keys == {"title"}


def test_diagrams_in_gbk_are_compiled() -> None:
    files = dict(bundle(simple())) | {"main.bpmn": simple().xml("gbk")}
    assert compiled(files).specification.main == "main"


def test_what_cannot_be_compiled_is_refused_by_file() -> None:
    with pytest.raises(DefinitionRefused) as refused:
        compiled(dict(bundle(simple())) | {"forms/note.form": b"{"})
    assert refused.value.place.file == "forms/note.form"
    with pytest.raises(DefinitionRefused) as refused:
        compiled(dict(bundle(simple())) | {"main.bpmn": b"<!DOCTYPE a><a/>"})
    assert refused.value.place.file == "main.bpmn"
