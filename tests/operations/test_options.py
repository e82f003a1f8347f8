"""Option lists: the nearest units first, sessions with a free slot, people of one's own unit."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from models.tables import Case, Person, Position, Unit
from tests.actions import errand
from tests.operations.conftest import NOW, Bench
from workflows import options
from workflows.actions.cases import submit
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM, Actor, Post
from workflows.city import City
from workflows.definitions.fields import Option
from workflows.definitions.forms import Form
from workflows.demo.city import seed_units
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


def test_where_a_case_is_started_the_departments_are_those_of_the_person_s_county(
    bench: Bench,
) -> None:
    unit = bench.place_id("boluo_service_office")
    clerk = Actor(name="gu", posts=(Post(unit_id=unit, role="dispatcher"),))
    keys = [option.value for option in listed(bench, "departments", actor=clerk)]
    assert keys[0].startswith("boluo_")
    assert "transport" in keys
    assert not any(key.startswith("huidong_") for key in keys)


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
    assert f"（{names['huidong'].name}）" in labels
    assert f"（{names['city'].name}）" in labels
    assert f"（{names['boluo'].name}）" not in labels


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
    assert {"departments", "places", "sessions", "leaders", "people"} < options.names()


def town_case(bench: Bench, number: str = "T9") -> int:
    """Make a case that was handed down to a town."""
    case_id = bench.case(number)
    with bench.city.database.transaction() as session:
        session.get_one(Case, case_id).place_id = bench.place_id("huidong_pingshan")
    return case_id


def keys(bench: Bench, name: str, **given: object) -> list[str]:
    """Return the values that a list offers."""
    return [option.value for option in listed(bench, name, **given)]


def test_a_town_s_case_has_the_lists_of_its_county(bench: Bench) -> None:
    county, town = bench.case(), town_case(bench)
    assert keys(bench, "departments", case_id=town) == keys(bench, "departments", case_id=county)
    assert keys(bench, "towns", case_id=town) == ["huidong_pingshan", "huidong_jilong"]
    assert "huidong_jilong" in keys(bench, "departments", case_id=county)
    soon = bench.session(date(2026, 3, 13))
    assert soon in keys(bench, "sessions", case_id=town)


def test_departments_of_one_level_alone(bench: Bench) -> None:
    case_id = bench.case()
    city, county = (
        keys(bench, f"departments_{level}", case_id=case_id) for level in ("city", "county")
    )
    assert "transport" in city
    assert "huidong_transport" in county
    assert not any(key.startswith("huidong") for key in city)
    assert all(key.startswith("huidong") for key in county)
    everywhere = keys(bench, "units_all", case_id=case_id)
    assert {"transport", "huidong_transport", "boluo_transport", "boluo_luoyang"} <= set(everywhere)


def test_sections_are_the_actor_s_own_or_the_lead_unit_s(bench: Bench) -> None:
    case_id = bench.case()
    unit_id = bench.place_id("huidong_transport")
    registry_of = replace(NOBODY, posts=(Post(unit_id=unit_id, role="registry"),))
    own = ["huidong_transport_roads", "huidong_transport_transit"]
    assert keys(bench, "sections", case_id=case_id, actor=registry_of) == own
    assert keys(bench, "sections", case_id=case_id) == []
    with bench.city.database.transaction() as session:
        session.get_one(Case, case_id).lead_unit_id = bench.place_id("huidong_natural_resources")
    assert keys(bench, "sections", case_id=case_id) == [
        "huidong_natural_resources_use",
        "huidong_natural_resources_title",
    ]
    people = listed(bench, "section_people", case_id=case_id, actor=registry_of)
    assert people[0].value == "huidong_transport_roads.handler"
    assert "公路管理科" in people[0].label
    in_sections = [one.value for one in people if one.value.startswith(tuple(own))]
    assert len(in_sections) == 4
    assert people[-1].value.startswith("huidong_transport.handler")


def test_a_case_is_handed_down_to_counties_by_the_city_and_to_towns_by_a_county(
    bench: Bench,
) -> None:
    case_id = bench.case()
    assert keys(bench, "places_below", case_id=case_id) == ["huidong_pingshan", "huidong_jilong"]
    with bench.city.database.transaction() as session:
        session.get_one(Case, case_id).place_id = bench.place_id("city")
    below = keys(bench, "places_below", case_id=case_id)
    assert len(below) == 7
    assert "huidong" in below


def test_open_cases_of_the_county_are_offered_to_those_who_see_them(bench: Bench) -> None:
    case_id, _, _ = bench.case("T1"), bench.case("T2"), town_case(bench)
    elsewhere, closed = bench.case("T3"), bench.case("T4")
    with bench.city.database.transaction() as session:
        session.get_one(Case, elsewhere).place_id = bench.place_id("boluo")
        session.get_one(Case, closed).state = "closed"
    everyone = replace(NOBODY, is_system=True)
    assert set(keys(bench, "open_cases_of_place", case_id=case_id, actor=everyone)) == {"T2", "T9"}
    assert keys(bench, "open_cases_of_place", case_id=case_id) == []
    label = listed(bench, "open_cases_of_place", case_id=case_id, actor=everyone)[0].label
    assert "公司" in label


def test_themes_are_open_cases_of_processes_that_offer_them(city: City) -> None:
    with city.database.transaction() as session:
        seed_units(session, NOW)
    for key, more in (("theme", 'offers = "themes"'), ("plain", "")):
        deploy(city, SYSTEM, renamed(key, more), now=NOW, reason="test")
        case = submit(
            city, SYSTEM, key, {"title": [f"{key}一类"], "company": ["晨星公司"]}, now=NOW
        )
        assert case.number
    form = Form.parse(b'{"components": [{"type": "select", "key": "one", "valuesKey": "themes"}]}')
    with city.database.reading() as session:
        found = options.for_form(city, session, form, case=None, actor=NOBODY)["themes"]
    assert [option.label for option in found] == [f"{case_number('theme')} theme一类（晨星公司）"]


def case_number(key: str) -> str:
    """The number of the first case of a renamed process."""
    return f"{key}20260001"


def renamed(key: str, more: str) -> dict[str, bytes]:
    """Return the made-up process under another key, with a further setting."""
    files = errand.files()
    settings = errand.SETTINGS.replace('key = "errand"', f'{more}\nkey = "{key}"', 1)
    settings = settings.replace('number = "E', f'number = "{key}')
    return {**files, "bundle.toml": settings.encode()}
