"""A PostgreSQL of our own, for trying things out and for tests: the server program comes from a wheel.

Processes share it. Each holds a lock on one file while it uses the server; the last one to let go stops it.
A process that is killed lets go as well, so nothing is left to repair: the next one finds the server running,
or starts it.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import pwd
import shlex
import shutil
import subprocess
from contextlib import contextmanager
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import quote

from server.postgres_home import EmbeddedProblem, find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Self

    from server.postgres_home import Home

__all__ = ["EmbeddedPostgres", "EmbeddedProblem"]

_INITDB: Final = (
    *("--username=postgres", "--auth=trust"),  # the socket is in a folder only its user can enter
    *("--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
_SETTINGS: Final = {"listen_addresses": "", "port": "5432", "timezone": "UTC", "log_timezone": "UTC"}
_FORGETFUL: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """The embedded server of this checkout; a context manager whose value is itself, started."""

    def __init__(
        self,
        home: Home | None = None,
        *,
        durable: bool = True,
        max_connections: int = 100,
        tuned: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Choose the place (`None`: the checkout's own); nothing is touched before `start`.

        `tuned` are settings of PostgreSQL, for a server that this call starts.
        """
        self.home = home or find()
        self.started = False
        """Whether `start` found no server running and started one: then nobody else is using it."""
        self._durable = durable
        self._settings = {
            **_SETTINGS,
            "max_connections": str(max_connections),
            **({} if durable else _FORGETFUL),
            **tuned,
        }
        self._use: IO[bytes] | None = None

    def start(self) -> str:
        """Start the server unless it runs already, and return its URL."""
        if self._use is None:
            with self._alone():
                use = (self.home.folder / "users.lock").open("ab")
                fcntl.flock(use, fcntl.LOCK_SH)
                try:
                    self._ensure_running()
                except BaseException:
                    use.close()
                    raise
                self._use = use
            atexit.register(self.stop)
        return self.url

    def stop(self) -> None:
        """Let go of the server, and stop it if nobody else is using it."""
        if self._use is None:
            return
        atexit.unregister(self.stop)
        if not self.home.folder.exists():  # removed under us: PostgreSQL notices within a minute, and stops
            self._use.close()
            self._use = None
            return
        with self._alone(), self._use as use:
            self._use = None
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self._run("pg_ctl", "stop", "-D", self.home.data, "-m", "fast", "-t", "20").returncode:
                self._run("pg_ctl", "stop", "-D", self.home.data, "-m", "immediate")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The URL of the cluster's own database."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the URL of one of the cluster's databases."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.home.socket_folder()))}&port=5432"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock under which servers are started and stopped."""
        with (self.home.folder / "start.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _ensure_running(self) -> None:
        """Make the cluster if there is none, and start its server if it does not answer."""
        data = self.home.data
        if not (data / "PG_VERSION").exists():
            self._make_cluster()
        if self._run("pg_isready", "-q", "-h", self.home.socket_folder(), "-p", "5432").returncode == 0:
            return
        settings = self._settings | {"unix_socket_directories": str(self.home.socket_folder())}
        options = " ".join(shlex.quote(f"-c{name}={value}") for name, value in settings.items())
        log = data / "server.log"
        done = self._run("pg_ctl", "start", "-w", "-t", "60", "-D", data, "-l", log, "-o", options)
        if done.returncode:
            last = log.read_text(errors="replace").splitlines()[-1:] if log.exists() else []
            reason = " ".join(last) or done.stderr.strip()
            raise EmbeddedProblem(f"The embedded PostgreSQL does not start; its log is {log}: {reason}")
        self.started = True

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there whole, so that no half of one is ever found."""
        unfinished = self.home.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.home.user:
            shutil.chown(unfinished, self.home.user)
        done = self._run("initdb", *_INITDB, *(() if self._durable else ("--no-sync",)), "-D", unfinished)
        if done.returncode:
            raise EmbeddedProblem(
                f"The embedded PostgreSQL cannot be set up in {unfinished}: {done.stderr.strip()}"
            )
        unfinished.rename(self.home.data)

    def _run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as its user, and leave judging the outcome to the caller."""
        user = self.home.user
        settings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        try:
            return subprocess.run(  # noqa: S603 - programs of the wheel, arguments of our own
                [self.home.programs / program, *arguments],
                check=False,
                capture_output=True,
                text=True,
                cwd=self.home.folder,
                env=settings | {"LC_ALL": "C"},
                user=user,
                group=pwd.getpwnam(user).pw_gid if user else None,
                extra_groups=() if user else None,
            )
        except OSError as error:
            raise EmbeddedProblem(
                f"The embedded PostgreSQL cannot be run ({error}): set DATABASE_URL."
            ) from error
