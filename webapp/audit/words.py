"""What the audit trail's kinds of act, and the details of each, are called."""

from __future__ import annotations

from flask_babel import lazy_gettext

CASES = {
    "submit": lazy_gettext("Case submitted"),
    "complete": lazy_gettext("Task done"),
    "handed_on": lazy_gettext("Task handed on"),
    "send": lazy_gettext("Asked for at any time"),
    "deliver": lazy_gettext("Message received"),
    "wake": lazy_gettext("Time reached"),
    "recall": lazy_gettext("Step taken back"),
    "extended": lazy_gettext("Time limit extended"),
    "paused": lazy_gettext("Clock stopped"),
    "resumed": lazy_gettext("Clock running again"),
    "recounted": lazy_gettext("Time limits counted again"),
    "session_moved": lazy_gettext("Followed a moved session"),
    "repair": lazy_gettext("Case repaired"),
    "migrate": lazy_gettext("Case moved to another version"),
}
PROCESSES = {
    "draft_begun": lazy_gettext("Draft begun"),
    "draft_changed": lazy_gettext("Draft changed"),
    "draft_discarded": lazy_gettext("Draft discarded"),
    "trial_begun": lazy_gettext("Scenarios of a draft played"),
    "import_line_dealt_with": lazy_gettext("Point of an import dealt with"),
    "import_line_opened_again": lazy_gettext("Point of an import opened again"),
    "case_recorded": lazy_gettext("Case taken as an example"),
    "approval_asked": lazy_gettext("Approval asked for"),
    "approval_given": lazy_gettext("Version approved"),
    "approval_refused": lazy_gettext("Version sent back"),
    "second_person": lazy_gettext("Second person switched"),
    "deployed": lazy_gettext("Version deployed"),
    "took_effect": lazy_gettext("Version came into force"),
    "called_off": lazy_gettext("Version called off"),
    "cases_moved": lazy_gettext("Running cases moved"),
    "cases_moved_back": lazy_gettext("Running cases moved back"),
    "repair_of_many": lazy_gettext("Many cases repaired"),
    "incident_settled": lazy_gettext("Incident set aside"),
}
SESSIONS = {
    "sessions_planned": lazy_gettext("Sessions planned"),
    "session_changed": lazy_gettext("Session changed"),
    "session_cancelled": lazy_gettext("Session cancelled"),
    "session_rule": lazy_gettext("Rule for session days laid down"),
}
ACCOUNTS = {
    "signed_in": lazy_gettext("Signed in"),
    "sign_in_failed": lazy_gettext("Sign-in failed"),
    "signed_out": lazy_gettext("Signed out"),
    "password_changed": lazy_gettext("Password changed"),
    "directory": lazy_gettext("Units and people entered"),
}
GROUPS = {
    "all_cases": (lazy_gettext("All of cases"), CASES),
    "all_processes": (lazy_gettext("All of processes"), PROCESSES),
    "all_sessions": (lazy_gettext("All of sessions"), SESSIONS),
    "all_accounts": (lazy_gettext("All of accounts"), ACCOUNTS),
}
"""Kinds of act by what they are about: the key that chooses all of them, its words, the kinds."""
ACTIONS = CASES | PROCESSES | SESSIONS | ACCOUNTS

LABELS = {
    "instead_of": lazy_gettext("Instead of version"),
    "instead_of_id": lazy_gettext("Instead of version"),
    "takes_effect_at": lazy_gettext("Takes effect on"),
    "approved_by": lazy_gettext("Approved by"),
    "asked_by": lazy_gettext("Asked for by"),
    "put": lazy_gettext("Files written"),
    "removed": lazy_gettext("Files removed"),
    "checksum": lazy_gettext("Checksum"),
    "source": lazy_gettext("Played on"),
    "case": lazy_gettext("Case"),
    "cases": lazy_gettext("Number of cases"),
    "kind": lazy_gettext("Kind of repair"),
    "line": lazy_gettext("Point"),
    "of": lazy_gettext("Element"),
    "receptions": lazy_gettext("Number of sessions"),
    "on": lazy_gettext("Day"),
    "nth": lazy_gettext("Week of the month"),
    "weekday": lazy_gettext("Day of the week"),
    "login": lazy_gettext("Sign-in name"),
    "address": lazy_gettext("Network address"),
    "locked": lazy_gettext("Locked for a while"),
    "units": lazy_gettext("Units"),
    "people": lazy_gettext("People"),
    "duties": lazy_gettext("Duties"),
    "operations": lazy_gettext("Automatic acts"),
    "recalled": lazy_gettext("Step taken back"),
    "deadlines": lazy_gettext("Number of time limits"),
    "from": lazy_gettext("From"),
    "to": lazy_gettext("To"),
    "at": lazy_gettext("Place"),
    "sender": lazy_gettext("From the case"),
    "opened": lazy_gettext("Tasks opened"),
    "closed": lazy_gettext("Tasks ended"),
    "values": lazy_gettext("Values changed"),
    "due_at": lazy_gettext("New time"),
    "public": lazy_gettext("What the company reads"),
    "step": lazy_gettext("Step"),
}
"""What a detail is called. What an entry is about stands beside them (`telling.py`); ids of the
engine are shown to nobody."""
BY_ACTION = {
    ("migrate", "from"): lazy_gettext("From version"),
    ("migrate", "to"): lazy_gettext("To version"),
    ("second_person", "on"): lazy_gettext("A second person approves"),
    ("session_rule", "source"): lazy_gettext("By which paper"),
    ("repair", "step"): lazy_gettext("Back to step"),
}
"""The same where one act means something else by the name."""
