"""The studio's blueprint; its views stand beside, by what people do."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("studio", __name__, url_prefix="/studio", template_folder="templates")

PROCESS_ADMIN = "process_admin"
"""Who may use the studio."""
