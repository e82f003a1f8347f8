"""Option lists: the nearest units first, sessions with a free slot, people of one's own unit."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from models.tables import Case, Person, Position, Unit
from tests.operations.conftest import Bench
from workflows import options
from workflows.actor import Actor, Post
from workflows.definitions.fields import Option
from workflows.definitions.forms import Form
from workflows.operations import registry

NOBODY = Actor(name="")


def listed(
    bench: Bench, name: str, *, case_id: int | None = None, actor: Actor = NOBODY
) -> list[Option]:
    """Return an option list as a form with one choice gets it."""
    source = f'{{"components": [{{"type": "select", "key": "one", "valuesKey": "{name}"}}]}}'
    form = Form.parse(source.encode())
    with bench.city.database.reading() as session:
        case = session.get_one(Case, case_id) if case_id else None
        found = options.for_form(bench.city, session, form, case=case, actor=actor)
    return list(found[name])


def test_departments_of_the_case_s_county_come_first(bench: Bench) -> None:
    keys = [option.value for option in listed(bench, "departments", case_id=bench.case())]
    assert keys[0].startswith("huidong_")
    assert keys.index("huidong_transport") < keys.index("transport")
    assert "power_supply" in keys
    assert not any(key.startswith("boluo_") for key in keys)


def test_places_are_the_city_and_its_counties(bench: Bench) -> None:
    places = listed(bench, "places")
    assert len(places) == 8
    assert all(place.label_en for place in places)


def test_sessions_name_their_free_slots_and_full_ones_are_not_offered(bench: Bench) -> None:
    case_id = bench.case()
    soon = bench.session(date(2026, 3, 13), slots=2)
    full = bench.session(date(2026, 4, 3), slots=1)
    elsewhere = bench.session(date(2026, 3, 20), place="boluo")
    city_wide = bench.session(date(2026, 3, 27), place="city")
    for session in (soon, full):
        with bench.step(case_id) as context:
            registry["place_on_agenda"].run(context, {"session": session})
    found = {option.value: option for option in listed(bench, "sessions", case_id=case_id)}
    assert set(found) == {soon, city_wide}
    assert "余 1 席" in found[soon].label
    assert "1 slots free" in found[soon].label_en
    assert elsewhere not in found


def test_leaders_are_those_of_the_county_and_of_the_city(bench: Bench) -> None:
    labels = " ".join(option.label for option in listed(bench, "leaders", case_id=bench.case()))
    names = {key: bench.city.unit(key) for key in ("city", "huidong", "boluo")}
    assert all(unit is not None for unit in names.values())
    assert f"（{names['huidong'].name}）" in labels  # type: ignore[union-attr]
    assert f"（{names['city'].name}）" in labels  # type: ignore[union-attr]
    assert f"（{names['boluo'].name}）" not in labels  # type: ignore[union-attr]


def test_people_are_the_handlers_of_one_s_own_units(bench: Bench) -> None:
    unit_id = bench.place_id("huidong_transport")
    actor = replace(
        NOBODY, posts=(Post(unit_id=unit_id, role="registry", county_id=bench.place_id()),)
    )
    found = {option.value for option in listed(bench, "people", actor=actor)}
    expected = bench.read(
        lambda s: set(
            s.scalars(
                select(Person.login)
                .join(Position, Position.person_id == Person.id)
                .where(Position.unit_id == unit_id, Position.role == "handler")
            )
        )
    )
    assert found == expected != set()


def test_an_abolished_unit_is_not_offered(bench: Bench) -> None:
    with bench.city.database.transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.key == "water_supply")).one()
        unit.active = False
        session.flush()
    bench.city.forget()
    assert "water_supply" not in [option.value for option in listed(bench, "departments")]


def test_nothing_is_read_for_a_form_without_lists(bench: Bench) -> None:
    form = Form.parse(b'{"components": []}')
    with bench.city.database.reading() as session:
        assert options.for_form(bench.city, session, form, case=None, actor=NOBODY) == {}
    assert {"departments", "places", "sessions", "leaders", "people"} == options.names()
