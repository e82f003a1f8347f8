"""The blueprint of incidents and repair; its views stand beside, by what people do."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("repair", __name__, template_folder="templates")

PROCESS_ADMIN = "process_admin"
"""Who reads incidents and repairs cases."""
