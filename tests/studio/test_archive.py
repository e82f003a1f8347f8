"""Archives come from anywhere: nothing of them is believed."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from workflows.definitions.archive import ArchiveRefused, pack, unpack


def zipped(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return target.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("bundle.toml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def with_flag() -> bytes:
    data = bytearray(zipped(("bundle.toml", b"x")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def lying() -> bytes:
    """An entry whose headers say that it is small."""
    data = bytearray(zipped(("bundle.toml", b"0" * 900_000)))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive at all",
        zipped(),
        zipped(("../bundle.toml", b"x")),
        zipped(("a/../../bundle.toml", b"x")),
        zipped(("/etc/bundle.toml", b"x")),
        zipped(("C:\\bundle.toml", b"x")),
        zipped(("a\\b.toml", b"x")),
        zipped(("a\nb.toml", b"x")),
        zipped(("x" * 300, b"x")),
        zipped((link(), b"/etc/passwd")),
        zipped(("bundle.toml", b"0" * 2_000_000)),
        zipped(*((f"forms/{n}.form", b"x") for n in range(700))),
        zipped(*((f"{n}.bpmn", bytes(range(256)) * 3000) for n in range(20))),
        with_flag(),
        lying(),
        pack({"bundle.toml": b"x"})[:-30],
    ],
    ids=lambda data: f"{len(data)} bytes",  # archives carry the time, names of tests must not
)
def test_hostile_archives_are_refused(data: bytes) -> None:
    with pytest.raises(ArchiveRefused):
        unpack(data)


def test_the_same_name_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("bundle.toml", b"x"), ("bundle.toml", b"y"))
    with pytest.raises(ArchiveRefused):
        unpack(data)


def test_a_folder_around_everything_and_what_desktops_add_is_taken_off() -> None:
    data = zipped(
        ("seal/bundle.toml", b"x"),
        ("seal/forms/a.form", b"{}"),
        ("seal/README.md", b"-"),
        ("seal/.DS_Store", b"-"),
        ("__MACOSX/seal/._a", b"-"),
    )
    assert unpack(data) == {"bundle.toml": b"x", "forms/a.form": b"{}"}


def test_the_same_files_give_the_same_archive() -> None:
    files = {"b.bpmn": b"2", "bundle.toml": b"1"}
    assert pack(files) == pack(dict(reversed(files.items())))
    assert unpack(pack(files)) == files
