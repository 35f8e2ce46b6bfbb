"""kill -9 of the worker of a bulk change, twice, and of its undo: each contact is changed exactly once."""

from __future__ import annotations

import pytest

from models.engine import Database
from resolvers import contacts, enrolments
from rules.statuses import Status
from tests.resolvers.bulk import asked
from tests.resolvers.making import a_sequence, statuses_of
from tests.server import bulk_storm
from tests.world import Home, made

NUMBER = 2_000


@pytest.mark.timeout(120)
async def test_a_bulk_change_whose_worker_is_killed_twice(
    home: Home, empty_database: Database, empty_database_url: str
) -> None:
    context = home.owner.context
    sequence_id = await a_sequence(context, "A", "B")
    ids: list[int] = []
    for start in range(0, NUMBER, 1_000):
        profiles = [contacts.Profile(f"c{start + each}@example.com", {}) for each in range(1_000)]
        new = [each.record.contact.id for each in made(await contacts.upsert(context, profiles))]
        made(await enrolments.enroll(context, sequence_id, new))
        ids += new
    what = asked(add=[Status.PAUSED], sequence_id=sequence_id)
    await bulk_storm.storm(empty_database, empty_database_url, context, what)
    assert set(await statuses_of(context, ids)) == {frozenset({Status.ACTIVE})}
