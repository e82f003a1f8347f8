"""The blueprint of the tasks' pages, apart so that each file of them can add its views."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("tasks", __name__, template_folder="templates", url_prefix="/tasks")
