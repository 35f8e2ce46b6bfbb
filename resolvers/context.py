"""On whose behalf a use case runs, and through which database."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from models.contact_lists import ContactRecord
from models.contacts import View
from models.engine import Database
from models.tables import Scope, Team, Visibility
from outbound.addresses import PUBLIC, Outgoing
from rules.facts import Channel, Facts, Settings, Who


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a member of a team or, with no member, the team's system."""

    team_id: int
    team_edition: bool
    visibility: Visibility
    member_id: int | None
    scopes: frozenset[Scope]
    view: View = field(init=False, compare=False, repr=False)
    """Which contacts exist for the caller: in private mode a member's own."""

    def __post_init__(self) -> None:
        private = self.team_edition and self.visibility is Visibility.PRIVATE
        object.__setattr__(self, "view", View(self.team_id, self.member_id if private else None))

    def who(self, owner_id: int) -> Who:
        """Return as whom the caller acts on what `owner_id` owns (S1, S52)."""
        if self.member_id is None or not self.team_edition or owner_id == self.member_id:
            return Who.OWNER
        return Who.TEAMMATE

    @classmethod
    def system(cls, team: Team) -> "Caller":
        """Return the team's system, for what comes in without a key of ours."""
        return cls(team.id, team.team_edition, team.visibility, None, frozenset())


@dataclass(frozen=True, slots=True)
class Context:
    """What every use case takes: the caller, and transactions that see the caller's team only.

    With a `session` it is part of that session's transaction: what it writes is stored when that commits.
    `outgoing` is where webhooks may send to.
    """

    database: Database
    caller: Caller
    outgoing: Outgoing = PUBLIC
    session: AsyncSession | None = None

    @property
    def team_id(self) -> int:
        """Return the caller's team."""
        return self.caller.team_id

    def read(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a read-only transaction."""
        return nullcontext(self.session) if self.session else self.database.read(self.caller.team_id)

    def write(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a transaction that commits at its end; as part of another, one that can fail by itself."""
        return _part_of(self.session) if self.session else self.database.write(self.caller.team_id)

    @asynccontextmanager
    async def whole(self) -> AsyncIterator[tuple["Context", AsyncSession]]:
        """Open a transaction that everything done with the given context is part of."""
        async with self.database.write(self.team_id) as session:
            yield replace(self, session=session), session

    @asynccontextmanager
    async def rehearsal(self) -> AsyncIterator["Context"]:
        """Open a transaction of which nothing is stored, whatever is done with the given context."""
        async with self.whole() as (context, session):
            yield context
            session.expunge_all()  # what was read stays readable
            await session.rollback()
            session.info.clear()  # nobody is told of lines that are not there


@asynccontextmanager
async def _part_of(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    async with session.begin_nested():
        yield session


class Stay(Protocol):
    """A contact's stay in a sequence, whoever holds its facts."""

    emails_received: int
    sms_sent: int
    steps_left: int
    missing_variables: list[str]


def facts(stay: Stay | None, settings: Settings, who: Who, channel: Channel = Channel.EMAIL) -> Facts:
    """Return the facts a decision depends on; with no stay, those of a contact in no sequence."""
    if stay is None:
        return Facts(who=who, in_sequence=False, steps_left=0, settings=Settings(), channel=channel)
    return Facts(
        who=who,
        in_sequence=True,
        emails_received=stay.emails_received,
        sms_sent=stay.sms_sent,
        steps_left=stay.steps_left,
        missing_variables=tuple(stay.missing_variables),
        settings=settings,
        channel=channel,
    )


def facts_of(record: ContactRecord, who: Who, channel: Channel = Channel.EMAIL) -> Facts:
    """Return the facts a decision about this contact depends on."""
    settings = record.sequence.settings() if record.sequence else Settings()
    return facts(record.enrolment, settings, who, channel)
