"""The opt-out link: whose it is, and what comes of following it (S32)."""

from dataclasses import dataclass

from inbound import optout
from models import accounts, contacts
from models.contacts import View
from models.engine import Database
from models.tables import Team
from resolvers import events
from rules.events import Event

SOURCE = "link"
_NOBODYS = "the secret of a team that is not there"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that one of our teams sent to one of its contacts."""

    team: Team
    contact_id: int


async def find(database: Database, token: str) -> Link | None:
    """Return whose link it is; None for a token that none of our teams signed.

    The token says which team's secret to read; a team that is not there takes as long as a wrong signature.
    """
    team_id = optout.team_of(token)
    async with database.read(team_id) as session:
        team = await accounts.team(session, team_id or 0)
    known = optout.read([team.link_secret if team else _NOBODYS], token)
    return Link(team, known[1]) if team and known else None


async def opt_out(database: Database, link: Link) -> None:
    """Record that the contact clicked the link; in the same state of the contact it is recorded once.

    The event's id is the contact's version: repeats, also at the same moment, add nothing, and whoever was
    taken off Opted out since can opt out again by the same link.
    """
    async with database.write(link.team.id) as session:
        found = await contacts.locked(session, View(link.team.id), [link.contact_id])
        if record := found.get(link.contact_id):
            named = f"{link.contact_id}:{record.contact.version}"
            click = events.Happened(Event.OPT_OUT_CLICKED, link.contact_id, source=SOURCE, id=named)
            await events.record_in(session, link.team.id, [click])
