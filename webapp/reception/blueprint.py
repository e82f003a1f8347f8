"""The blueprint that all pages about sessions hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reception", __name__, template_folder="templates", url_prefix="/reception")
