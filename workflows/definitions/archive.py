"""Bundles as one file: packed, and unpacked with care: an archive comes from anywhere."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from workflows.definitions.bundle import BUNDLE_BYTES, BUNDLE_FILES
from workflows.definitions.messages import Message
from workflows.definitions.reading import FILE_BYTES
from workflows.errors import ThroughTrainError

ARCHIVE_BYTES = 8_000_000
ENTRIES = 2 * BUNDLE_FILES
"""Most entries of an archive, folders included."""
RATIO = 200
"""Most that a file may grow when it is unpacked; texts of a bundle grow five- to twentyfold."""
NAME_LENGTH = 200
STAMP = (2020, 1, 1, 0, 0, 0)
"""Date of every packed file, so that the same files give the same archive."""
LEFT_OUT = ("__MACOSX",)

_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError)


class ArchiveRefused(ThroughTrainError):
    """An archive that is none, is too large, or holds names that point elsewhere."""

    sentence = "The archive was not accepted: {reason}."
    mend = "Send a .zip of the bundle's files, as the studio exports one."

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason=reason)


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return files as a .zip; the same files give the same bytes.

    ArchiveRefused for names that `unpack` would refuse: nobody could open what was packed.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            _require_harmless(path)
            entry = zipfile.ZipInfo(path, STAMP)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return target.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Return path -> bytes of a .zip; raise ArchiveRefused for anything that is no plain bundle.

    One folder around everything is taken off; hidden files and README.md are left out. Nothing
    is written to a disk, and no more is unpacked than a bundle may hold.
    """
    if len(data) > ARCHIVE_BYTES:
        raise ArchiveRefused(Message("it has more than %(bytes)d bytes", bytes=ARCHIVE_BYTES))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _plain(dict(_read(archive)))
    except _BROKEN as error:
        raise ArchiveRefused(Message("it is no .zip that can be read")) from error


def _read(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise ArchiveRefused(Message("it has more than %(count)d entries", count=ENTRIES))
    seen: set[str] = set()
    left = BUNDLE_BYTES
    for entry in entries:
        name = _name(entry)
        if entry.is_dir() or _is_left_out(name):
            continue
        if name in seen:
            raise ArchiveRefused(Message("it holds “%(name)s” twice", name=name))
        seen.add(name)
        content = _content(archive, entry, min(left, FILE_BYTES))
        left -= len(content)
        yield name, content


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; refused where it points out of the folder or is no plain file."""
    name = _decoded(entry)
    _require_harmless(name)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRefused(Message("“%(name)s” is a link or a device, not a file", name=name))
    if entry.flag_bits & 1:
        raise ArchiveRefused(Message("it is protected by a password"))
    return name


def _require_harmless(name: str) -> None:
    parts = PurePosixPath(name).parts
    harmless = (
        0 < len(name) <= NAME_LENGTH
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
        and not name.startswith("/")
        and ".." not in parts
    )
    if not harmless:
        raise ArchiveRefused(Message("a name in it points outside of it or cannot be used"))


def _decoded(entry: zipfile.ZipInfo) -> str:
    """Return the name as it was written: Chinese desktops write GBK and do not say so."""
    if entry.flag_bits & 0x800:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.orig_filename


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Return an entry's bytes, reading no more than may be, whatever its header says."""
    too_large = Message("it unpacks to more than a bundle may hold")
    if entry.file_size > most or entry.file_size > RATIO * max(entry.compress_size, 64):
        raise ArchiveRefused(too_large)
    with archive.open(entry) as opened:
        content = opened.read(most + 1)
    if len(content) > most:
        raise ArchiveRefused(too_large)
    return content


def _is_left_out(name: str) -> bool:
    parts = name.split("/")
    return (
        parts[-1] == "README.md"
        or parts[0] in LEFT_OUT
        or any(part.startswith(".") for part in parts)
    )


def _plain(files: dict[str, bytes]) -> dict[str, bytes]:
    """Take off the one folder around everything, which desktops add when they pack one."""
    if not files:
        raise ArchiveRefused(Message("it is empty"))
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and all("/" in path for path in files) and "bundle.toml" not in files:
        top = tops.pop()
        if f"{top}/bundle.toml" in files:
            return {path.removeprefix(f"{top}/"): data for path, data in files.items()}
    if len(files) > BUNDLE_FILES:
        raise ArchiveRefused(Message("it has more than %(count)d files", count=BUNDLE_FILES))
    return files
