"""Load: wrk over 16 connections on the loopback, so that the generator is not what is measured."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import orjson

from bench.contenders import Server
from bench.operations import Operation

SCRIPT: Final = Path(__file__).with_name("bodies.lua")
CONNECTIONS: Final = 16
FEW: Final = 3 * CONNECTIONS


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run: times in seconds, latencies in milliseconds."""

    requests: int
    seconds: float
    bytes: int
    failed: int
    how: str
    """How many failed by what: connecting, reading, writing, the status, in time, or what was answered."""
    p50: float
    p99: float
    cpu: float = 0.0
    """Milliseconds of the server's own processor time for each request, PostgreSQL's not counted."""

    @property
    def rate(self) -> float:
        """Return requests a second."""
        return self.requests / self.seconds


def install() -> None:
    """Make sure wrk is there, from the system's own packages; it is not something pip has."""
    if shutil.which("wrk"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-qq", "-y", "wrk"], check=False, capture_output=True)  # noqa: S607
    if not shutil.which("wrk"):
        raise SystemExit(
            "The bench needs wrk: install it with the system's package manager (apt install wrk)."
        )


def saturate(server: Server, operation: Operation, seconds: int) -> Run:
    """Send an operation's requests as fast as they are answered; an answer other than 200 ends the bench.

    A run in which hardly anything was answered says little: it is done once more, and longer.
    """
    run = _saturate(server, operation, seconds)
    return run if run.requests >= FEW else _saturate(server, operation, 5 * seconds)


def warm(server: Server, operation: Operation, seconds: int) -> None:
    """Do the same, but look at every answer: one with errors, or of another kind, ends the bench."""
    _saturate(server, operation, seconds, operation.word)


def _saturate(server: Server, operation: Operation, seconds: int, *words: str) -> Run:
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(b"\n".join(server.bodies(operation)))
        file.flush()
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "--timeout",
            "30s",
            "-s",
            str(SCRIPT),
            server.url,
        ]
        before = server.cpu()
        command += ["--", file.name, server.key, *words]
        done = subprocess.run(command, check=True, capture_output=True, text=True, errors="replace")
    run = Run(**orjson.loads(done.stdout.splitlines()[-1]))
    run = replace(run, cpu=(server.cpu() - before) * 1000 / max(run.requests, 1))
    if run.failed:
        raise RuntimeError(
            f"{server.kind.title} failed {run.failed} of {run.requests} requests of {operation.name}:"
            f" {run.how} {done.stdout.splitlines()[-2]}"
        )
    return run
