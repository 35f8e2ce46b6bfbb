"""Whom and what the rows of a file may name: the team's members and its sequences."""

from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models import sequences
from models.tables import Member, Sequence, Step
from resolvers.context import Context
from resolvers.imports.rows import Rows, Target
from resolvers.imports.settled import Steps
from resolvers.upkeep import used_variables
from rules.facts import Who


async def directory(
    context: Context, owner_id: int | None, sequence: str | None, name_of: Callable[[int], str]
) -> Rows | str:
    """Return what checks rows for this caller; a sentence if there is no such sequence.

    `name_of` gives a sequence's id as callers know it.
    """
    async with context.read() as session:
        members = (await session.execute(select(Member))).scalars().all()
        targets = await _targets(session, context, name_of)
    chosen = targets.get(sequence) if sequence else None
    if sequence and chosen is None:
        return f"No sequence of the team is called “{sequence}”, or has this id."
    return Rows(
        owners={member.email.lower(): member.id for member in members},
        sequences=targets,
        owner_id=owner_id,
        sequence=chosen,
        may_own=lambda id_: context.caller.who(id_) is Who.OWNER,
    )


async def _targets(
    session: AsyncSession, context: Context, name_of: Callable[[int], str]
) -> dict[str, Target]:
    query = select(Sequence).where(col(Sequence.team_id) == context.team_id).order_by(col(Sequence.id))
    found = (await session.execute(query)).scalars().all()
    steps = await sequences.steps_of(session, context.team_id, [each.id for each in found])
    targets: dict[str, Target] = {}
    for each in found:
        target = _target(context, each, steps[each.id])
        targets[name_of(each.id)] = target
        if each.name in targets:
            why = f"Several sequences are called “{each.name}”: give the id of one."
            target = Target(target.id, target.owner_id, target.steps, target.used, why)
        targets[each.name] = target
    return targets


def _target(context: Context, sequence: Sequence, steps: list[Step]) -> Target:
    refusal = ""
    if context.caller.who(sequence.owner_id) is not Who.OWNER:
        refusal = "With Team Edition on, only the owner may put contacts into this sequence."
    elif sequence.archived:
        refusal = f"“{sequence.name}” is archived: take it out of the archive first."
    elif not steps:
        refusal = f"“{sequence.name}” has no steps: add one before contacts enter it."
    kinds = tuple(step.kind for step in steps)
    asked = Steps(tuple(step.id for step in steps), kinds, sequence.replies_handling)
    return Target(sequence.id, sequence.owner_id, asked, used_variables(steps), refusal)
