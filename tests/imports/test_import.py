"""Rows become contacts with their statuses, whole and sound; nothing is stored while a row is bad."""

from __future__ import annotations

from rules.statuses import Status
from tests.imports.importing import bad, contacts_of, imported, mapped, summary
from tests.resolvers.making import a_sequence, log_of
from tests.resolvers.soundness import assert_sound
from tests.world import World

FOREIGN = """\
Email Address,First Name,Campaign,statusInSequence,isReplied,isBounced,callStatus,Job Title
ada@example.com,Ada,Launch,Active,false,false,,Countess
bob@example.com,Bob,Launch,Finished,true,no,Completed,
eve@example.com,,Launch,Inactive,,1,,
kim@example.com,Kim,Launch,OOO,,,To call,
max@example.com,,Launch,Active,,,,
zoe@example.com,Zoe,,Unsubscribed,,,,
"""


async def test_a_comparable_products_file_becomes_contacts_with_statuses(world: World) -> None:
    home = await world.team()
    await a_sequence(home.owner.context, "Hi {FirstName}", "Again")
    messages = await imported(home, FOREIGN)
    assert not bad(messages), bad(messages)
    ended = summary(messages)
    assert (ended.outcome, ended.rows, ended.created, ended.merged) == ("stored", 6, 6, 0)
    sets = {email: contact.statuses for email, contact in (await contacts_of(home)).items()}
    assert sets == {
        "ada@example.com": {Status.ACTIVE},
        "bob@example.com": {Status.FINISHED, Status.CONTACTED, Status.REPLIED, Status.CALLED},
        "eve@example.com": {Status.BOUNCED, Status.CONTACTED},
        "kim@example.com": {Status.OUT_OF_OFFICE, Status.TO_CALL},
        "max@example.com": {Status.MISSING_DATA},
        "zoe@example.com": {Status.OPTED_OUT},
    }
    words = mapped(messages)
    assert words["Email Address"] == "email"
    assert words["Job Title"] == "the variable JobTitle"
    assert words["Inactive"] == "Missing data"
    assert words["Active, but a variable is missing"] == "Missing data"
    await assert_sound(world.database, home.team_id)
    zoe = (await contacts_of(home))["zoe@example.com"]
    assert [line.note for line in await log_of(home.owner.context, zoe.id)] == [
        "Imported from a file, line 7",
        "Imported from a file, line 7",
    ]


async def test_nothing_is_stored_while_a_row_is_bad_and_each_is_told_exactly(world: World) -> None:
    home = await world.team()
    await a_sequence(home.owner.context, "Hi")
    text = (
        "email,sequence,Status,emailsReceived\n"
        "ada@example.com,Launch,Active,\n"
        "no address,Launch,Active,many\n"
        "bob@example.com,Lunch,,\n"
        "eve@example.com,Launch,Snoozed,\n"
        "kim@example.com,Launch,Opened,0\n"
        "ADA@example.com,,,\n"
        '"broken"x,,\n'
        "short\n"
    )
    messages = await imported(home, text)
    told = [(each.line, each.column, each.reason.split(":")[0][:60]) for each in bad(messages)]
    assert told == [
        (3, "email", "“no address” is not an email address"),
        (3, "emailsReceived", "“many” is no count"),
        (4, "sequence", "No sequence of the team is called “Lunch”, or has this id"),
        (5, "Status", "“Snoozed” is no status"),
        (
            6,
            "Status",
            "No change leads to “Active; Opened” with no email received, ",
        ),
        (8, "", "The row cannot be read"),
        (9, "", "1 cells, but 4 columns"),
        (7, "email", "This address stands in line 2 already."),
    ]
    assert summary(messages).outcome == "refused"
    assert not await contacts_of(home)
    again = summary(await imported(home, text, skip_bad=True))
    assert (again.outcome, again.created) == ("stored", 1)
    assert list(await contacts_of(home)) == ["ada@example.com"]


async def test_a_dry_run_stores_nothing_and_says_what_would_be(world: World) -> None:
    home = await world.team()
    ended = summary(await imported(home, "email\nada@example.com\n", dry_run=True))
    assert (ended.outcome, ended.rows, ended.created) == ("checked", 1, 1)
    assert not await contacts_of(home)
    assert summary(await imported(home, "email\nada@example.com\n")).outcome == "stored"
    assert summary(await imported(home, "email\nada@example.com\n")).outcome == "stored before"


async def test_contacts_that_are_there_keep_their_statuses_but_opt_out(world: World) -> None:
    home = await world.team()
    await a_sequence(home.owner.context, "Hi")
    await imported(home, "email,sequence,company\nada@example.com,Launch,Old\nbob@example.com,Launch,\n")
    text = "email,firstName,company,status\nADA@example.com,Ada,,Unsubscribed\nbob@example.com,Bob,New,\n"
    ended = summary(await imported(home, text))
    assert (ended.created, ended.merged, ended.opted_out) == (0, 2, 1)
    found = await contacts_of(home)
    assert found["ada@example.com"].statuses == {Status.OPTED_OUT}
    assert (found["ada@example.com"].first_name, found["ada@example.com"].company) == ("Ada", "Old")
    assert found["bob@example.com"].statuses == {Status.ACTIVE}
    assert found["bob@example.com"].company == "New"
    await assert_sound(world.database, home.team_id)
