"""The person (or the system) on whose behalf something is read or done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from models.queries.accounts import HeldPost
from models.queries.visibility import Scope
from workflows.errors import NotAllowed

PROCESS_ADMIN = "process_admin"
"""The role that changes processes, moves and repairs cases, and sees to incidents."""
READS_EVERYTHING = frozenset({"auditor", "inspector", "system_admin", PROCESS_ADMIN})
"""Roles that read all cases whatever unit they sit in."""


@dataclass(frozen=True, kw_only=True)
class Post:
    """A role held in a unit. `county_id` is the unit's county or zone, None at the city level.

    For a town's people it is the town; `towns` are those of a county, whose people see them too.
    `outside`: the unit is no authority (a utility, a temporary team) and sees its own cases only.
    """

    unit_id: int
    role: str
    county_id: int | None = None
    outside: bool = False
    towns: tuple[int, ...] = ()

    @classmethod
    def of(cls, held: HeldPost) -> Post:
        """Return a post as it was read with an account."""
        return cls(
            unit_id=held.unit_id,
            role=held.role,
            county_id=held.county_id,
            outside=held.outside,
            towns=held.towns,
        )


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts. `case_id` is set for the holder of a case's lookup code."""

    name: str
    person_id: int | None = None
    login: str = ""
    posts: tuple[Post, ...] = ()
    enterprise_id: int | None = None
    case_id: int | None = None
    is_system: bool = False

    @cached_property
    def roles(self) -> frozenset[str]:
        """All roles held in any unit; `enterprise` for companies and holders of a code."""
        roles = {post.role for post in self.posts}
        if self.enterprise_id is not None or self.case_id is not None:
            roles.add("enterprise")
        return frozenset(roles)

    @cached_property
    def is_staff(self) -> bool:
        """True for people who hold a position in a unit."""
        return bool(self.posts)

    @cached_property
    def scope(self) -> Scope:
        """What this actor may see, for the visibility predicate.

        The city level sees all; a county's people see their county and its towns; a unit sees
        where it is party, which is all that a utility or a temporary team sees; a company sees
        its own cases; the holder of a code sees that case.
        """
        overseeing = [post for post in self.posts if not post.outside]
        everything = (
            self.is_system
            or any(post.county_id is None for post in overseeing)
            or not READS_EVERYTHING.isdisjoint(post.role for post in self.posts)
        )
        places = {post.county_id for post in overseeing if post.county_id is not None}
        places.update(town for post in overseeing for town in post.towns)
        return Scope(
            everything=everything,
            places=tuple(sorted(places)),
            posts=tuple((post.unit_id, post.role) for post in self.posts),
            person=self.person_id,
            enterprise=self.enterprise_id,
            case=self.case_id,
        )


SYSTEM = Actor(name="系统", is_system=True)
"""The clock and other automatic acts."""


def require_process_admin(actor: Actor) -> None:
    """Raise NotAllowed for whoever is neither a process admin nor the system."""
    if not (actor.is_system or PROCESS_ADMIN in actor.roles):
        raise NotAllowed
