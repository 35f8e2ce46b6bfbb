"""The source, S13 to S17: Missing data."""

from dataclasses import replace

import pytest

from rules.events import Event
from rules.facts import Facts, Who
from rules.statuses import Change, Status, can_receive_email
from rules.stay import enter, react
from rules.templates import missing, render, variables_in
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

LACKING = replace(MAILED, missing_variables=("City", "Company"))
TEMPLATE = "Dear {FirstName}, how is {City}?"


@pytest.mark.parametrize(
    ("stage", "becomes"),
    [
        (ACTIVE, MISSING_DATA),
        (PAUSED, PAUSED),
        (MISSING_DATA, MISSING_DATA),
        (OUT_OF_OFFICE, OUT_OF_OFFICE),
        (BOUNCED, BOUNCED),
        (FINISHED, FINISHED),
        (OPTED_OUT, OPTED_OUT),
    ],
)
def test_s13_the_system_sets_missing_data(stage: Status, becomes: Status) -> None:
    assert react(Event.VARIABLE_MISSING, frozenset({stage, OPENED}), LACKING).after == {becomes, OPENED}
    assert react(Event.VARIABLE_MISSING, frozenset({stage}), MAILED).after == {stage}
    assert outcome({stage}, +MISSING_DATA, LACKING) == [ReasonCode.SYSTEM_ONLY]


def test_s13_a_variable_is_missing_when_a_template_uses_it_and_the_profile_lacks_it() -> None:
    assert missing(variables_in(TEMPLATE), {"FirstName": "Ann", "City": None}) == ("City",)
    assert enter(LACKING) == {MISSING_DATA}


@pytest.mark.parametrize("change", [+ACTIVE, -MISSING_DATA])
@pytest.mark.parametrize(
    ("profile", "template", "expected"),
    [
        ({"FirstName": "Ann"}, TEMPLATE, [ReasonCode.DATA_MISSING]),
        ({"FirstName": "Ann", "City": "Riga"}, TEMPLATE, {ACTIVE}),
        ({"FirstName": "Ann"}, "Dear {FirstName}!", {ACTIVE}),
    ],
)
def test_s14_filled_in_or_taken_out_the_contact_can_become_active(
    change: Change, profile: dict[str, str], template: str, expected: object
) -> None:
    facts = replace(MAILED, missing_variables=missing(variables_in(template), profile))
    assert outcome({MISSING_DATA}, change, facts) == expected


def test_s15_the_preview_shows_a_missing_variable() -> None:
    assert render(TEMPLATE, {"FirstName": "Ann"}) == "Dear Ann, how is {City}?"


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("facts", [MAILED, LACKING, replace(MAILED, steps_left=0)])
def test_s16_missing_data_is_removed_only_by_hand(event: Event, facts: Facts) -> None:
    """The system never takes it off for the better: only opting out takes its place."""
    after = react(event, frozenset({MISSING_DATA}), facts).after
    assert MISSING_DATA in after or after == {OPTED_OUT}
    assert outcome({MISSING_DATA}, -MISSING_DATA, replace(facts, who=Who.SYSTEM)) == [
        ReasonCode.NO_TRANSITION
    ]


def test_s17_no_emails_to_contacts_with_missing_data() -> None:
    assert not can_receive_email(frozenset({MISSING_DATA, CONTACTED}))
