"""Statements that are written with SQLModel once, and run as text from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects.postgresql.asyncpg import dialect

from models.pool import Plans

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from sqlalchemy import Executable

    from models.pool import Pool, Row

KEPT: Final = 1_000
"""How many statements of one kind are kept as text: one for each selection, filter and order."""

_DIALECT: Final = dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """The text of a statement, the names of its parameters in their order, and how it is planned."""

    text: str
    names: tuple[str, ...]
    plans: Plans = Plans.ONE

    @classmethod
    def of(cls, query: Executable, *, plans: Plans = Plans.ONE) -> Statement:
        """Compile a statement; its parameters are `bindparam`s, given by name when it runs."""
        compiled: Any = query.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        return cls(compiled.string, tuple(compiled.positiontup or ()), plans)

    def read(self, pool: Pool, team_id: int, given: Mapping[str, Any]) -> Awaitable[list[Row]]:
        """Run it for a team, which is the parameter `team_id`."""
        return pool.read(team_id, self.text, *self._values(team_id, given), plans=self.plans)

    def write(self, pool: Pool, team_id: int, given: Mapping[str, Any]) -> Awaitable[list[Row]]:
        """Run one that may change rows of a team, which is the parameter `team_id`."""
        return pool.write(team_id, self.text, *self._values(team_id, given))

    def _values(self, team_id: int, given: Mapping[str, Any]) -> list[Any]:
        return [team_id if name == "team_id" else given[name] for name in self.names]
