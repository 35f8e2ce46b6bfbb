"""What must never be is refused by the database itself, whoever asks for it."""

from __future__ import annotations

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.columns import STAGE_BITS, to_bits
from rules.statuses import STAGES, Status
from tests.resolvers.making import a_sequence, enrolled, the_contacts
from tests.world import Home, World


@pytest_asyncio.fixture
async def home(world: World) -> Home:
    """A team with a contact in a sequence and one in none."""
    made = await world.team()
    await enrolled(made.owner.context, await a_sequence(made.owner.context, "A", "B"))
    await the_contacts(made.owner.context, 1, "out")
    return made


async def refuses(world: World, home: Home, statement: str, named: str) -> None:
    """Run a statement that PostgreSQL must refuse, naming what it breaks."""
    async with world.database.write(home.team_id) as session:
        with pytest.raises(DBAPIError, match=named):
            await session.execute(text(statement))


INSIDE, OUTSIDE = (
    "update contact set {} where sequence_id notnull",
    "update contact set {} where sequence_id isnull",
)

TAKE_ANOTHERS = """
    update contact set statuses = 1, (enrolment_id, sequence_id) = (select id, sequence_id from enrolment)
    where sequence_id isnull
"""
ENTER_TWICE = """
    insert into enrolment (team_id, contact_id, sequence_id, emails_received, sms_sent, completed, steps_left,
                           missing_variables)
    select team_id, contact_id, sequence_id, 0, 0, '{}', 1, '{}' from enrolment
"""
BROKEN = (
    (INSIDE.format("statuses = 0"), "contact_one_stage"),
    (INSIDE.format("statuses = 1 + 2"), "contact_one_stage"),
    (INSIDE.format(f"statuses = {to_bits(frozenset({Status.CONTACTED}))}"), "contact_one_stage"),
    (INSIDE.format("statuses = 1 + 16384"), "contact_one_stage"),
    (INSIDE.format("statuses = -32767"), "contact_one_stage"),
    (OUTSIDE.format("statuses = 1"), "contact_one_stage"),
    (
        OUTSIDE.format(f"statuses = {to_bits(frozenset({Status.OPTED_OUT, Status.CALLED}))}"),
        "contact_one_stage",
    ),
    (INSIDE.format("sequence_id = null"), "contact_(enrolled_whole|one_stage)"),
    (INSIDE.format("sequence_id = null, statuses = 0"), "contact_enrolled_whole"),
    (INSIDE.format("enrolment_id = null"), "contact_enrolled_whole"),
    (INSIDE.format("enrolment_id = enrolment_id + 1"), "contact_enrolment"),
    (INSIDE.format("sequence_id = sequence_id + 1"), "contact_enrolment"),
    (TAKE_ANOTHERS, "contact_enrolment"),
    (INSIDE.format("replied_by = 'EMAIL'"), "contact_replied_by"),
    (INSIDE.format("replied_by = 'PIGEON', statuses = 1 + 1024"), "channel"),
    (INSIDE.format("owner_id = 0"), "contact_team_id_owner_id_fkey"),
    ("update contact set email = 'Same@example.com'", "contact_email"),
    ("update member set email = 'Same@example.com'", "member_email"),
    ("update enrolment set emails_received = -1", "enrolment_counts"),
    ("update enrolment set sms_sent = -1", "enrolment_counts"),
    ("update enrolment set steps_left = -1", "enrolment_counts"),
    ("update enrolment set ended_at = now()", "enrolment_final"),
    ("update enrolment set final_statuses = 1", "enrolment_final"),
    (ENTER_TWICE, "enrolment_current"),
    ("update step set position = 0", "step_position"),
    ("update step set kind = 'PIGEON'", "step_kind"),
    ("update sequence set replies_handling = 'SHRUG'", "replies_handling"),
    ("update sequence set out_of_office = 'SHRUG'", "out_of_office_processing"),
    ("update team set visibility = 'SHRUG'", "visibility"),
    ("delete from sequence", "violates foreign key"),
    ("delete from contact", "violates foreign key"),
    ("delete from enrolment", "contact_enrolment"),
    ("delete from team", "violates foreign key"),
)


@pytest.mark.parametrize(("statement", "named"), BROKEN)
async def test_it_is_refused(world: World, home: Home, statement: str, named: str) -> None:
    await refuses(world, home, statement, named)


@pytest.mark.parametrize(
    ("column", "table"), [("kind", "activity"), ("cause", "activity"), ("channel", "activity")]
)
async def test_the_log_knows_no_other_words(world: World, home: Home, column: str, table: str) -> None:
    values = {"kind": "'CREATED'", "cause": "null", "channel": "null"} | {column: "'SHRUG'"}
    given = f"select team_id, id, 0, 0, '{{}}', {', '.join(values.values())} from contact"
    insert = f"insert into {table} (team_id, contact_id, before, after, rules, {', '.join(values)}) {given}"
    named = {"kind": "activity_kind", "cause": "event", "channel": "channel"}[column]
    await refuses(world, home, insert, named)


async def test_two_steps_have_no_position_in_common_at_the_end_of_a_transaction(
    world: World, home: Home
) -> None:
    swap = "update step set position = 3 - position"
    async with world.database.write(home.team_id) as session:
        await session.execute(text(swap))  # compared at commit, so that steps can change places
    with pytest.raises(IntegrityError, match="position"):
        await _same_position(world, home)


async def _same_position(world: World, home: Home) -> None:
    async with world.database.write(home.team_id) as session:
        await session.execute(text("update step set position = 1"))


@pytest.mark.parametrize("stage", sorted(STAGES))
async def test_every_stage_alone_and_with_every_mark_is_stored(
    world: World, home: Home, stage: Status
) -> None:
    bit, marks = to_bits(frozenset({stage})), (1 << len(Status)) - 1 - STAGE_BITS
    for statuses in (bit, bit | marks):
        async with world.database.write(home.team_id) as session:
            await session.execute(text(INSIDE.format(f"statuses = {statuses}")))
