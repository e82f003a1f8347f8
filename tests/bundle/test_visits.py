"""A county's month of visits is counted from its visits, and a city's from all of them."""

from datetime import UTC, datetime

from sqlalchemy import select

from models.tables import Case, Step
from tests.bundle.drawing import SHIPPED
from workflows.actions.deployment import deploy
from workflows.actor import SYSTEM
from workflows.city import City
from workflows.definitions.bundle import Bundle
from workflows.demo.city import seed_units
from workflows.play.cast import Cast
from workflows.play.player import Player
from workflows.play.scenario import Scenario
from workflows.simulate.scratch import scene
from workflows.verify import verify

NOW = datetime(2026, 1, 1, 1, tzinfo=UTC)
MONTHS = (SHIPPED / "visit_month" / "scenarios" / "two_months.toml").read_bytes()


def figures(city: City, played: bytes) -> list[dict[str, int]]:
    """Play the months and return what each month's table said."""
    with city.database.transaction() as session:
        seed_units(session, NOW)
    for name in ("company_visit", "visit_month"):
        files = Bundle.from_folder(SHIPPED / name).files
        deploy(city, SYSTEM, files, now=NOW, reason="test")
    scenario = Scenario.parse("two_months", played)
    with scene(city, scenario) as sessions:
        player = Player(city, "visit_month", scenario, Cast(city), sessions=sessions)
        for step in (scenario.start, *scenario.steps):
            player.play(step)
    assert verify(city).broken == ()
    with city.database.reading() as session:
        assert session.get_one(Case, player.case_id).enterprise_id is None
        steps = session.scalars(
            select(Step.effects["decided"])
            .where(Step.case_id == player.case_id, Step.kind == "wake")
            .order_by(Step.number)
        )
        return [{name: int(found) for name, found in (step or {}).items()} for step in steps]


def test_a_month_counts_its_visits_and_their_items(city: City) -> None:
    january, february = figures(city, MONTHS)
    assert january["visits"] == 1
    assert january["visits_closed"] == 0
    assert (january["items_listed"], january["items_spot"], january["items_city"]) == (2, 1, 1)
    assert february["visits"] == february["items_listed"] == 0


def test_the_city_s_month_counts_all_counties(city: City) -> None:
    head, _, rest = MONTHS.decode().partition("[[steps]]")
    head = head.replace('place = "huidong"', 'place = "city"')
    head = head.replace("dispatcher@huidong_service_office", "dispatcher@service_office")
    visit = rest.split("\n[[steps]]\nat = 2026-02-01", 1)[0].split("[steps.expect]")[0]
    month = '\n[[steps]]\nat = 2026-02-01T00:00:05\naction = "advance"\n'
    (january,) = figures(city, (head + "[[steps]]" + visit + month).encode())
    assert january["visits"] == 1
