"""A case that stood still goes on where it was let go: no step of it is written before another."""

import pytest
from sqlalchemy import select

from models.tables import Step
from tests.bundle.drawing import FOLDER
from tests.bundle.test_course import shipped
from workflows.city import City
from workflows.play.cast import Cast
from workflows.play.player import Player
from workflows.play.scenario import Scenario
from workflows.simulate.scratch import scene

__all__ = ["shipped"]

SCENARIOS = FOLDER / "scenarios"


@pytest.mark.parametrize("name", ["suspension_litigation", "tolerant_kept"])
def test_reminders_held_over_a_pause_come_when_it_ends(shipped: City, name: str) -> None:
    scenario = Scenario.parse(name, (SCENARIOS / f"{name}.toml").read_bytes())
    with scene(shipped, scenario) as sessions:
        player = Player(shipped, "through_train", scenario, Cast(shipped), sessions=sessions)
        for step in (scenario.start, *scenario.steps):
            player.play(step)
        with shipped.database.reading() as session:
            written = select(Step.at).where(Step.case_id == player.case_id).order_by(Step.number)
            times = list(session.scalars(written))
    assert times == sorted(times)
