"""statusRules: the whole table, row by row, for whoever has a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.statuses import in_order
from rules.table import TABLE

if TYPE_CHECKING:
    from tests.world import World

RULES = """{ statusRules {
  change { kind status } stages inNoSequence becomes { stage adds removes } by when
  provided { words unmet } source sentence
} }"""


async def test_every_row_of_the_table_is_shown_as_it_is(world: World) -> None:
    home = await world.team()
    rules = (await world.ask(home.mate, RULES))["statusRules"]
    assert rules == [
        {
            "change": {"kind": row.change.kind.name, "status": row.change.status.name},
            "stages": [status.name for status in in_order(each for each in row.contact_is if each)],
            "inNoSequence": None in row.contact_is,
            "becomes": {
                "stage": row.becomes.stage and row.becomes.stage.name,
                "adds": [status.name for status in in_order(row.becomes.plus)],
                "removes": [status.name for status in in_order(row.becomes.minus)],
            },
            "by": row.by.name,
            "when": row.when.words or None,
            "provided": [{"words": each.words, "unmet": each.unmet.name} for each in row.provided],
            "source": row.source,
            "sentence": row.sentence,
        }
        for row in TABLE
    ]
    assert len({rule["sentence"] for rule in rules}) == len(rules) == len(TABLE)
    assert all(rule["stages"] or rule["inNoSequence"] for rule in rules)


async def test_a_row_reads_as_the_specification_has_it(world: World) -> None:
    home = await world.team()
    rules = (await world.ask(home.system, RULES))["statusRules"]
    [bounced] = [
        rule
        for rule in rules
        if rule["change"] == {"kind": "ADD", "status": "BOUNCED"} and rule["by"] == "OWNER"
    ]
    assert bounced["stages"] == ["ACTIVE", "PAUSED", "MISSING_DATA", "OUT_OF_OFFICE", "FINISHED"] or set(
        bounced["stages"]
    ) == {"ACTIVE", "PAUSED", "MISSING_DATA", "OUT_OF_OFFICE", "FINISHED"}
    assert bounced["becomes"] == {"stage": "BOUNCED", "adds": [], "removes": []}
    assert [each["unmet"] for each in bounced["provided"]] == ["NO_EMAIL_RECEIVED"]
    assert {"S7", "S20"} <= set(bounced["source"].replace(",", " ").split())
    [opted_out] = [
        rule
        for rule in rules
        if rule["change"] == {"kind": "ADD", "status": "OPTED_OUT"} and rule["by"] == "ANYONE"
    ]
    assert opted_out["inNoSequence"]
    assert len(opted_out["stages"]) >= 6
