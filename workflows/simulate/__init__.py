"""Simulation: the scenarios of a bundle, played through the real actions with a moved clock."""

from workflows.play.scenario import Scenario
from workflows.simulate.report import Failed, Report
from workflows.simulate.run import play_all, run, run_command

__all__ = ["Failed", "Report", "Scenario", "play_all", "run", "run_command"]
