"""Every query about sequences and their steps."""

from collections.abc import Collection

from sqlalchemy import all_, func, select, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import among
from models.tables import Enrolment, Sequence, Step


async def locked(
    session: AsyncSession, team_id: int, sequence_id: int, *, to_enroll: bool = False
) -> Sequence | None:
    """Lock a sequence and return it.

    A change of the sequence or of its steps locks it alone; enrolments share theirs (`to_enroll`), so that no
    contact enters between the reading of the templates and the recomputation of what is missing. Neither
    lock is on the key: a line of the log refers to the sequence, and whoever writes one holds a contact that
    we may be about to wait for.
    """
    query = select(Sequence).where(col(Sequence.team_id) == team_id, col(Sequence.id) == sequence_id)
    lock = query.with_for_update(read=to_enroll, key_share=not to_enroll)
    return (await session.execute(lock)).scalar_one_or_none()


async def there_is(session: AsyncSession, team_id: int, sequence_id: int) -> bool:
    """Say whether the team has this sequence."""
    query = select(col(Sequence.id)).where(col(Sequence.team_id) == team_id, col(Sequence.id) == sequence_id)
    return (await session.execute(query)).first() is not None


async def steps_of(session: AsyncSession, team_id: int, ids: Collection[int]) -> dict[int, list[Step]]:
    """Return the steps of each of these sequences, in order."""
    query = select(Step).where(col(Step.team_id) == team_id, among(Step.sequence_id, ids))
    steps: dict[int, list[Step]] = {sequence_id: [] for sequence_id in ids}
    for step in (await session.execute(query.order_by(col(Step.position)))).scalars():
        steps[step.sequence_id].append(step)
    return steps


async def steps_by_ids(session: AsyncSession, team_id: int, ids: Collection[int]) -> dict[int, Step]:
    """Return the steps with these ids, by id."""
    query = select(Step).where(col(Step.team_id) == team_id, among(Step.id, ids))
    return {step.id: step for step in (await session.execute(query)).scalars()}


async def make_room(session: AsyncSession, team_id: int, sequence_id: int, position: int, by: int) -> None:
    """Move the steps from `position` on by so many places; positions are compared at commit."""
    await session.execute(
        update(Step)
        .where(
            col(Step.team_id) == team_id,
            col(Step.sequence_id) == sequence_id,
            col(Step.position) >= position,
        )
        .values(position=Step.position + by)
        .execution_options(synchronize_session=False)
    )


async def recount_steps(session: AsyncSession, team_id: int, sequence_id: int) -> None:
    """Recompute the steps left of everyone in the sequence, after its steps changed."""
    left = (
        select(func.count())
        .select_from(Step)
        .where(
            col(Step.team_id) == Enrolment.team_id,
            col(Step.sequence_id) == Enrolment.sequence_id,
            col(Step.id) != all_(col(Enrolment.completed)),
        )
        .scalar_subquery()
    )
    await session.execute(
        update(Enrolment)
        .where(
            col(Enrolment.team_id) == team_id,
            col(Enrolment.sequence_id) == sequence_id,
            col(Enrolment.ended_at).is_(None),
        )
        .values(steps_left=left)
        .execution_options(synchronize_session=False)
    )
