"""Teams, members, and who is signed in."""

from datetime import datetime

import strawberry

from models import tables
from models.tables import Scope, Visibility
from schema.context import Info
from schema.ids import to_id
from schema.node import Node
from schema.shapes import TIME, Columns, global_id


@strawberry.type(description="A person of the team.")
class Member(Node):
    """A person of the team."""

    name: str = strawberry.field(description="The member's name.")
    email: str = strawberry.field(description="The member's address.")
    created_at: datetime = strawberry.field(description="When the member joined.")

    @classmethod
    def of(cls, row: tables.Member) -> "Member":
        """Return a stored member as the API shows it."""
        return cls(
            id=strawberry.ID(to_id("Member", row.id)),
            name=row.name,
            email=row.email,
            created_at=row.created_at,
        )


MEMBER: Columns = {
    "id": ("id", global_id("Member")),
    "name": ("name", None),
    "email": ("email", None),
    "created_at": ("created_at", TIME),
}


async def member(info: Info, member_id: int) -> Member:
    """Return a member of the team that is known to exist."""
    row = await info.context.loaders.members.load(member_id)
    if row is None:
        raise LookupError(f"member {member_id} is referred to but not there")
    return Member.of(row)


@strawberry.type(description="A team: everything belongs to exactly one.")
class Team(Node):
    """A team."""

    name: str = strawberry.field(description="The team's name.")
    team_edition: bool = strawberry.field(
        description="Whether only the owner of a sequence changes statuses in it (S1)."
    )
    visibility: Visibility = strawberry.field(description="What teammates see, with Team Edition on.")

    @classmethod
    def of(cls, row: tables.Team) -> "Team":
        """Return a stored team as the API shows it."""
        return cls(
            id=strawberry.ID(to_id("Team", row.id)),
            name=row.name,
            team_edition=row.team_edition,
            visibility=row.visibility,
        )


@strawberry.type(description="Whom the credentials stand for.")
class Viewer:
    """Whom the credentials stand for."""

    member: Member | None = strawberry.field(description="The member; none for a key of the team's system.")
    team: Team = strawberry.field(description="The team.")
    scopes: list[Scope] = strawberry.field(description="What the key may do.")


@strawberry.type(description="The system: what acts when no person does.")
class System:
    """The system."""

    name: str = strawberry.field(description="Always “System”.", default="System")
