"""Replay: recorded years played again, case by case and act by act, and the figures they give."""
