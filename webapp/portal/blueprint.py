"""The portal's blueprint: all pages of the company's side hang on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("portal", __name__, template_folder="templates")
