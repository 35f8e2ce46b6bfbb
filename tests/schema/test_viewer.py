"""viewer: whom the credentials stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.tables import Scope, Visibility
from resolvers import accounts
from schema.ids import to_id
from tests.world import made

if TYPE_CHECKING:
    from tests.world import World

VIEWER = """{ viewer {
  member { id name email createdAt } scopes team { id name teamEdition visibility }
} }"""


@pytest.mark.parametrize("team_edition", [True, False])
@pytest.mark.parametrize("visibility", Visibility)
async def test_a_members_key_stands_for_the_member(
    world: World, *, team_edition: bool, visibility: Visibility
) -> None:
    home = await world.team(team_edition=team_edition, visibility=visibility)
    viewer = (await world.ask(home.mate, VIEWER))["viewer"]
    assert viewer["member"]["id"] == home.mate.id
    assert viewer["member"]["name"] == "Max"
    assert viewer["member"]["email"] == f"Max@team{home.team_id}.example"
    assert viewer["member"]["createdAt"].endswith(("Z", "+00:00"))
    assert viewer["scopes"] == ["READ", "WRITE"]
    assert viewer["team"] == {
        "id": to_id("Team", home.team_id),
        "name": "Test",
        "teamEdition": team_edition,
        "visibility": visibility.name,
    }


async def test_a_systems_key_stands_for_nobody(world: World) -> None:
    home = await world.team()
    viewer = (await world.ask(home.system, VIEWER))["viewer"]
    assert viewer["member"] is None
    assert viewer["scopes"] == ["EVENTS"]
    assert viewer["team"]["id"] == to_id("Team", home.team_id)


async def test_a_key_has_the_scopes_it_was_given(world: World) -> None:
    home = await world.team()
    key = made(
        await accounts.create_key(
            world.database, home.team_id, member_id=home.owner.member_id, scopes=[Scope.READ]
        )
    ).key
    answer = (await world.post(VIEWER, key=key)).json()
    assert answer["data"]["viewer"]["scopes"] == ["READ"]
    assert answer["data"]["viewer"]["member"]["id"] == home.owner.id
