"""The demo city: an invented city with its people, companies and cases, for trying things out."""

from workflows.demo.accounts import SignIn, demo_sign_ins
from workflows.demo.cases import play_cases
from workflows.demo.city import is_seeded, seed_city

__all__ = ["SignIn", "demo_sign_ins", "is_seeded", "play_cases", "seed_city"]
