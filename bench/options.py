"""How long and how often the parts of the bench measure."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from rich.console import Console


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    contacts: int = 100_000
    rounds: int = 5
    seconds: int = 2
    full: bool = False
    servers: frozenset[str] = frozenset()
    console: Console = field(default_factory=lambda: Console(width=None if sys.stdout.isatty() else 130))
