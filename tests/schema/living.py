"""A team whose contacts are changed over HTTP only, in short words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.world import Home, Person, World

OLD = "2026-01-05T09:00:00Z"
"""Before whatever a person decides while a test runs."""

WHY = "reasons { code message }"
CREATE = f"""mutation ($input: CreateSequenceInput!) {{ createSequence(input: $input) {{
  ... on CreateSequenceSuccess {{ sequence {{ id }} }} ... on CreateSequenceFailure {{ {WHY} }} }} }}"""
UPDATE = f"""mutation ($input: UpdateSequenceInput!) {{ updateSequence(input: $input) {{
  ... on UpdateSequenceSuccess {{ sequence {{ id }} }} ... on UpdateSequenceFailure {{ {WHY} }} }} }}"""
ADD_STEP = f"""mutation ($input: AddStepInput!) {{ addStep(input: $input) {{
  ... on AddStepSuccess {{ step {{ id }} }} ... on AddStepFailure {{ {WHY} }} }} }}"""
UPDATE_STEP = f"""mutation ($input: UpdateStepInput!) {{ updateStep(input: $input) {{
  ... on UpdateStepSuccess {{ step {{ id }} }} ... on UpdateStepFailure {{ {WHY} }} }} }}"""
REMOVE_STEP = f"""mutation ($input: RemoveStepInput!) {{ removeStep(input: $input) {{
  ... on RemoveStepSuccess {{ stepId }} ... on RemoveStepFailure {{ {WHY} }} }} }}"""
UPSERT = f"""mutation ($input: UpsertContactsInput!) {{ upsertContacts(input: $input) {{
  ... on UpsertContactsSuccess {{ results {{ ... on ContactUpserted {{ contact {{ id }} created changed }}
    ... on ContactRefused {{ {WHY} }} }} }} ... on UpsertContactsFailure {{ {WHY} }} }} }}"""
CHANGED = f"""results {{ ... on ContactChanged {{ before after contact {{ id }} }}
  ... on ContactRefused {{ {WHY} }} }}"""
ENROLL = f"""mutation ($input: EnrollContactsInput!) {{ enrollContacts(input: $input) {{
  ... on EnrollContactsSuccess {{ {CHANGED} }} ... on EnrollContactsFailure {{ {WHY} }} }} }}"""
MOVE = f"""mutation ($input: MoveContactsInput!) {{ moveContacts(input: $input) {{
  ... on MoveContactsSuccess {{ {CHANGED} }} ... on MoveContactsFailure {{ {WHY} }} }} }}"""
LEAVE = f"""mutation ($input: RemoveContactsInput!) {{ removeContacts(input: $input) {{
  ... on RemoveContactsSuccess {{ {CHANGED} }} ... on RemoveContactsFailure {{ {WHY} }} }} }}"""
SET = f"""mutation ($input: SetStatusInput!) {{ setStatus(input: $input) {{
  ... on SetStatusSuccess {{ before after activity {{ rules }} }} ... on SetStatusFailure {{ {WHY} }} }} }}"""
RECORD = f"""mutation ($input: RecordEventsInput!) {{ recordEvents(input: $input) {{
  ... on RecordEventsFailure {{ {WHY} }}
  ... on RecordEventsSuccess {{ results {{ __typename
    ... on EventApplied {{ before after activity {{ id rules }} }}
    ... on EventIgnored {{ {WHY} activity {{ id ignoredBecause }} }}
    ... on EventDuplicate {{ activity {{ id }} }}
    ... on EventRejected {{ index {WHY} }} }} }} }} }}"""
CATEGORIZE = f"""mutation ($input: CategorizeReplyInput!) {{ categorizeReply(input: $input) {{
  ... on CategorizeReplySuccess {{ before after }} ... on CategorizeReplyFailure {{ {WHY} }} }} }}"""
READ = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact {
  id email statuses version canReceiveEmail repliesTracked sequence { id }
  enrolment { emailsReceived smsSent stepsCompleted stepsLeft missingVariables returnsOn }
  statusDetails { status channel }
  activity(first: 100) { nodes {
    kind cause channel before after version ignoredBecause rules sourceId by { __typename } } } } } }"""

Answer = dict[str, Any]


def later(hours: int = 1) -> str:
    """Return a time after whatever a person decides while a test runs: clocks may differ by a day."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


@dataclass
class Life:
    """What one does to the contacts of a team, each a request; answers are those of the API."""

    world: World
    home: Home
    count: int = 0
    address_of: dict[str, str] = field(default_factory=dict)

    async def ask(self, query: str, *, by: Person | None = None, **given: Any) -> Answer:
        """Send a mutation with this input, and return what its one field answers."""
        [answer] = (await self.world.ask(by or self.home.owner, query, input=given)).values()
        return dict(answer)

    async def sequence(self, **settings: Any) -> str:
        """Make a sequence; return its id."""
        return str((await self.ask(CREATE, name="Launch", settings=settings))["sequence"]["id"])

    async def step(self, sequence_id: str, kind: str = "EMAIL", body: str = "Hi") -> str:
        """Add a step at the end; return its id."""
        subject = {"subject": "Hi"} if kind == "EMAIL" else {}
        given: Answer = {"sequenceId": sequence_id, "kind": kind, "body": body} | subject
        return str((await self.ask(ADD_STEP, **given))["step"]["id"])

    async def contact(self, **fields: Any) -> str:
        """Make a contact; return its id."""
        return (await self.contacts(1, **fields))[0]

    async def contacts(self, number: int, **fields: Any) -> list[str]:
        """Make contacts; return their ids."""
        first, self.count = self.count, self.count + number
        emails = [f"c{first + each}@team{self.home.team_id}.example" for each in range(number)]
        given = [{"email": email} | fields for email in emails]
        emails = [each["email"] for each in given]
        results = (await self.ask(UPSERT, contacts=given))["results"]
        ids = [str(result["contact"]["id"]) for result in results]
        self.address_of |= dict(zip(ids, emails, strict=True))
        return ids

    async def enrolled(self, *kinds: str, body: str = "Hi", **settings: Any) -> str:
        """Make a contact in a sequence of its own with such steps; return its id."""
        sequence_id = await self.sequence(**settings)
        for kind in kinds or ("EMAIL", "EMAIL"):
            await self.step(sequence_id, kind, body)
        contact_id = await self.contact(firstName="Ada")
        await self.ask(ENROLL, sequenceId=sequence_id, contactIds=[contact_id])
        return contact_id

    async def record(self, events: Sequence[Answer], **more: Any) -> list[Answer]:
        """Report events as the team's system; return their results."""
        return list((await self.ask(RECORD, by=self.home.system, events=list(events), **more))["results"])

    def event(self, kind: str, contact_id: str, **more: Any) -> Answer:
        """Return a new event, as a caller writes it; it happened after whatever a person decided."""
        self.count += 1
        return {
            "source": "life",
            "id": f"{self.count}",
            "kind": kind,
            "contactId": contact_id,
            "occurredAt": later(),
        } | more

    async def happens(self, contact_id: str, *kinds: str, **more: Any) -> Answer:
        """Report one event after the other; return what came of the last."""
        return (await self.record([self.event(kind, contact_id, **more) for kind in kinds]))[-1]

    async def by_hand(
        self,
        contact_id: str,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        *,
        mate: bool = False,
        **more: Any,
    ) -> Answer:
        """Change statuses by hand."""
        person = self.home.mate if mate else self.home.owner
        given = {"contactId": contact_id, "add": list(add), "remove": list(remove)}
        return await self.ask(SET, by=person, **given, **more)

    async def read(self, *ids: str) -> list[Answer]:
        """Return contacts as the API shows them, with their logs, the newest line first."""
        data = await self.world.ask(self.home.owner, READ, ids=list(ids))
        return list(data["nodes"])

    async def statuses(self, contact_id: str) -> set[str]:
        """Return the set of a contact."""
        return set((await self.read(contact_id))[0]["statuses"])
