"""Simulation: the scenarios of a bundle, played through the real actions with a moved clock."""

from workflows.simulate.report import Failed, Report
from workflows.simulate.run import play_all, run, run_command
from workflows.simulate.scenario import Scenario

__all__ = ["Failed", "Report", "Scenario", "play_all", "run", "run_command"]
