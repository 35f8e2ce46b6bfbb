"""A set of statuses is stored as bits: every set there can be comes back as it went."""

from __future__ import annotations

from itertools import combinations

from sqlalchemy import select, type_coerce
from sqlalchemy.engine.default import DefaultDialect

from models.columns import BIT, STAGE_BITS, Statuses, to_bits, to_set
from models.engine import Database
from models.tables import Contact
from rules.statuses import STAGES, Status


def test_every_set_has_its_own_bits() -> None:
    for bits in range(1 << len(Status)):
        statuses = to_set(bits)
        assert to_bits(statuses) == bits
        assert to_set(bits) is statuses
    assert len({to_set(bits) for bits in range(1 << len(Status))}) == 1 << len(Status)


def test_the_bits_are_those_stored_since_the_first_migration() -> None:
    """A status put into the middle of the enum would change what every stored set means."""
    names = (
        "ACTIVE PAUSED MISSING_DATA OUT_OF_OFFICE BOUNCED FINISHED OPTED_OUT "
        "CONTACTED OPENED CLICKED REPLIED AUTO_REPLIED TO_CALL CALLED"
    )
    assert {status.name: bit for status, bit in BIT.items()} == {
        name: 1 << place for place, name in enumerate(names.split())
    }
    assert to_set(STAGE_BITS) == STAGES


async def test_sets_come_back_from_postgresql_as_they_went(database: Database) -> None:
    column = Statuses()
    sets = [frozenset(pair) for pair in combinations(Status, 2)] + [frozenset(), frozenset(Status)]
    async with database.read(None) as session:
        for statuses in sets:
            found = (await session.execute(select(type_coerce(statuses, column)))).scalar_one()
            assert found == statuses
        assert (await session.execute(select(type_coerce(None, column)))).scalar_one() is None


def test_a_set_compares_with_a_column_as_a_number() -> None:
    condition = Contact.__table__.c.statuses == frozenset({Status.PAUSED})  # type: ignore[attr-defined]
    [bound] = condition.compile().params.values()
    for value in (bound, 2):
        assert Statuses().process_bind_param(value, DefaultDialect()) == 2
