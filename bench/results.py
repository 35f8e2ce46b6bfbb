"""What a run found, kept as JSON with the machine it ran on; committed when it is published."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import orjson
import psutil  # type: ignore[import-untyped]

from bench import nodejs

ROOT: Final = Path(__file__).parent.parent
PUBLISHED: Final = Path(__file__).parent / "results"
LATEST: Final = ROOT / ".data" / "bench-results"


def save(part: str, found: Any, *, publish: bool) -> Path:
    """Write what a part of the bench found; return the file."""
    folder = PUBLISHED if publish else LATEST
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{part}.json"
    whole = {"part": part, "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    file.write_bytes(orjson.dumps(whole | {"found": found}, option=orjson.OPT_INDENT_2) + b"\n")
    return file


def read(part: str) -> dict[str, Any] | None:
    """Return what was published about a part; None if nothing was."""
    file = PUBLISHED / f"{part}.json"
    if not file.exists():
        return None
    whole: dict[str, Any] = orjson.loads(file.read_bytes())
    return whole


def machine() -> dict[str, str]:
    """Describe the machine and the versions of what ran on it."""
    node = subprocess.run([nodejs.NODE, "--version"], check=True, capture_output=True, text=True).stdout
    locked = orjson.loads((nodejs.FOLDER / "package.json").read_bytes())["dependencies"]
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "load average": f"{os.getloadavg()[1]:.1f}",
        "commit": _commit(),
        "python": platform.python_version(),
        "node": node.strip(),
        **{name: version(name) for name in ("strawberry-graphql", "starlette", "uvicorn", "asyncpg")},
        **{name: locked[name] for name in ("mercurius", "graphql-jit", "postgraphile", "@apollo/server")},
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [
        line.partition(":")[2].strip()
        for line in (info.read_text(encoding="utf-8").splitlines() if info.exists() else ())
        if line.startswith("model name")
    ]
    return names[0] if names else platform.processor() or "unknown"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
