"""Built scripts and styles: found by name through the manifest, sent compressed, kept for good."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory, url_for

from webapp.permissions import FACELESS, may
from workflows.errors import NotFound

BUILT = Path(__file__).parent / "static" / "built"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
FOR_GOOD = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


@dataclass
class Manifest:
    """File names by bundle name; read again when the bundles were built anew."""

    path: Path = BUILT / "manifest.json"
    _read_at: float = -1.0
    _files: dict[str, str] = field(default_factory=dict)

    def file(self, name: str) -> str:
        """Return the built file's name; RuntimeError says how to build when it is absent."""
        try:
            changed_at = self.path.stat().st_mtime
        except FileNotFoundError as error:
            raise RuntimeError(
                "The pages' scripts and styles are not built: run `npm ci --ignore-scripts && "
                "node build.mjs` in webapp/frontend."
            ) from error
        if changed_at != self._read_at:
            self._files = json.loads(self.path.read_text("utf-8"))["files"]
            self._read_at = changed_at
        return self._files[name]


def asset(name: str) -> str:
    """Return the address of a bundle, such as `app.js`, with its content hash in it."""
    manifest: Manifest = current_app.extensions["assets"]
    return url_for("assets.built", name=manifest.file(name))


@blueprint.get("/assets/<name>")
@may(FACELESS)
def built(name: str) -> Response:
    """Send a built file, in the best compression that the browser takes."""
    for encoding, suffix in ENCODINGS:
        if request.accept_encodings[encoding] and (BUILT / f"{name}{suffix}").is_file():
            response = send_from_directory(BUILT, f"{name}{suffix}", mimetype=_media_type(name))
            response.headers["Content-Encoding"] = encoding
            break
    else:
        if not (BUILT / name).is_file():
            raise NotFound
        response = send_from_directory(BUILT, name, mimetype=_media_type(name))
    response.headers["Cache-Control"] = FOR_GOOD
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def use_assets(app: Flask) -> None:
    """Give templates `asset(name)`."""
    app.extensions["assets"] = Manifest()
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(blueprint)
