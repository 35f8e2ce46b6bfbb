"""Section 4: which reasons a refusal by hand gives, in which order, and what each carries."""

from dataclasses import replace

import pytest

from rules.decide import Refused, decide
from rules.events import Event
from rules.facts import Facts, Who
from rules.reasons import Reason
from rules.statuses import Change, Status
from rules.vocabulary import ReasonCode

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip

MAILED = Facts(emails_received=1)
TEAMMATE = replace(MAILED, who=Who.TEAMMATE)
NOWHERE = Facts(in_sequence=False)
LACKING = replace(MAILED, missing_variables=("City", "Company"))
NOTHING_FITS = replace(LACKING, emails_received=0, steps_left=0)


def reasons(contact: set[Status], change: Change, facts: Facts) -> tuple[Reason, ...]:
    decision = decide(frozenset(contact), change, facts)
    assert isinstance(decision, Refused)
    return decision.reasons


def codes(contact: set[Status], change: Change, facts: Facts) -> list[ReasonCode]:
    return [reason.code for reason in reasons(contact, change, facts)]


@pytest.mark.parametrize(
    ("contact", "change", "facts", "expected"),
    [
        ({ACTIVE}, +PAUSED, TEAMMATE, []),
        (set(), +PAUSED, replace(NOWHERE, who=Who.TEAMMATE), [ReasonCode.NOT_IN_SEQUENCE]),
        ({ACTIVE}, +OPENED, TEAMMATE, [ReasonCode.SYSTEM_ONLY]),
        ({ACTIVE}, -OPENED, TEAMMATE, [ReasonCode.PERMANENT]),
        ({ACTIVE}, +ACTIVE, TEAMMATE, [ReasonCode.ALREADY_SET]),
        ({ACTIVE}, -PAUSED, TEAMMATE, [ReasonCode.NOT_SET]),
        ({BOUNCED}, +ACTIVE, TEAMMATE, [ReasonCode.INCOMPATIBLE]),
        ({PAUSED}, +FINISHED, TEAMMATE, [ReasonCode.NO_TRANSITION]),
        (
            {FINISHED},
            +ACTIVE,
            replace(LACKING, who=Who.TEAMMATE, steps_left=0),
            [ReasonCode.NO_STEPS_LEFT, ReasonCode.DATA_MISSING],
        ),
    ],
)
def test_1_not_the_owner_is_said_first_and_the_rest_after_it(
    contact: set[Status], change: Change, facts: Facts, expected: list[ReasonCode]
) -> None:
    assert codes(contact, change, facts) == [ReasonCode.NOT_THE_OWNER, *expected]


def test_1_not_the_owner_is_never_said_of_opting_out() -> None:
    assert codes({OPTED_OUT}, +OPTED_OUT, TEAMMATE) == [ReasonCode.ALREADY_SET]


@pytest.mark.parametrize("change", [+OPENED, -OPENED, +ACTIVE, -PAUSED, +BOUNCED, -CALLED])
def test_2_in_no_sequence_nothing_further_is_said(change: Change) -> None:
    facts = replace(NOTHING_FITS, in_sequence=False)
    assert codes(set(), change, facts) == [ReasonCode.NOT_IN_SEQUENCE]
    assert codes({OPTED_OUT}, change, facts) == [ReasonCode.NOT_IN_SEQUENCE]


@pytest.mark.parametrize(
    ("contact", "change", "expected"),
    [
        ({BOUNCED, OPENED}, +OPENED, ReasonCode.SYSTEM_ONLY),  # before ALREADY_SET and INCOMPATIBLE
        ({MISSING_DATA}, +MISSING_DATA, ReasonCode.SYSTEM_ONLY),
        ({OPTED_OUT}, +CALLED, ReasonCode.SYSTEM_ONLY),
        ({BOUNCED}, -REPLIED, ReasonCode.PERMANENT),  # before NOT_SET
        ({ACTIVE, TO_CALL}, -TO_CALL, ReasonCode.PERMANENT),
        ({OPTED_OUT, TO_CALL}, +TO_CALL, ReasonCode.ALREADY_SET),  # before INCOMPATIBLE
        ({FINISHED, REPLIED}, +REPLIED, ReasonCode.ALREADY_SET),  # before NO_TRANSITION
        ({BOUNCED}, +BOUNCED, ReasonCode.ALREADY_SET),
        ({OPTED_OUT}, -BOUNCED, ReasonCode.NOT_SET),  # before INCOMPATIBLE
        ({ACTIVE}, -CALLED, ReasonCode.NOT_SET),
        ({OPTED_OUT}, +BOUNCED, ReasonCode.INCOMPATIBLE),
        ({BOUNCED}, +REPLIED, ReasonCode.INCOMPATIBLE),
        ({ACTIVE}, -ACTIVE, ReasonCode.NO_TRANSITION),
        ({FINISHED}, -FINISHED, ReasonCode.NO_TRANSITION),
        ({PAUSED}, +REPLIED, ReasonCode.NO_TRANSITION),
    ],
)
def test_3_where_no_row_leads_one_reason_the_first_that_applies(
    contact: set[Status], change: Change, expected: ReasonCode
) -> None:
    assert codes(contact, change, MAILED) == [expected]
    assert codes(contact, change, NOTHING_FITS) == [expected]  # the facts are not asked where no row leads


@pytest.mark.parametrize(
    ("contact", "change", "facts", "expected"),
    [
        ({ACTIVE}, +BOUNCED, NOTHING_FITS, [ReasonCode.NO_EMAIL_RECEIVED]),
        ({ACTIVE}, +REPLIED, NOTHING_FITS, [ReasonCode.NO_EMAIL_RECEIVED]),
        ({PAUSED}, +ACTIVE, NOTHING_FITS, [ReasonCode.NO_STEPS_LEFT, ReasonCode.DATA_MISSING]),
        ({MISSING_DATA}, -MISSING_DATA, NOTHING_FITS, [ReasonCode.NO_STEPS_LEFT, ReasonCode.DATA_MISSING]),
        ({OUT_OF_OFFICE}, -OUT_OF_OFFICE, LACKING, [ReasonCode.DATA_MISSING]),
        ({FINISHED}, +ACTIVE, replace(MAILED, steps_left=0), [ReasonCode.NO_STEPS_LEFT]),
        ({OPTED_OUT}, +OPTED_OUT, NOTHING_FITS, [ReasonCode.ALREADY_SET]),
        ({PAUSED, TO_CALL}, +TO_CALL, NOTHING_FITS, [ReasonCode.ALREADY_SET]),
    ],
)
def test_4_where_a_row_leads_its_unmet_provisos(
    contact: set[Status], change: Change, facts: Facts, expected: list[ReasonCode]
) -> None:
    assert codes(contact, change, facts) == expected


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (MISSING_DATA, Event.VARIABLE_MISSING),
        (CONTACTED, Event.EMAIL_SENT),
        (OPENED, Event.EMAIL_OPENED),
        (CLICKED, Event.LINK_CLICKED),
        (AUTO_REPLIED, Event.AUTO_REPLY_RECEIVED),
        (CALLED, Event.CALL_MADE),
    ],
)
def test_system_only_carries_the_event(status: Status, event: Event) -> None:
    assert reasons({ACTIVE}, +status, MAILED) == (Reason(ReasonCode.SYSTEM_ONLY, +status, event=event),)


@pytest.mark.parametrize("stage", [BOUNCED, OPTED_OUT])
def test_incompatible_carries_the_stage_in_the_way(stage: Status) -> None:
    assert reasons({stage}, +ACTIVE, MAILED) == (Reason(ReasonCode.INCOMPATIBLE, +ACTIVE, stage=stage),)


def test_data_missing_carries_the_names() -> None:
    missing = Reason(ReasonCode.DATA_MISSING, +ACTIVE, variables=("City", "Company"))
    assert reasons({PAUSED}, +ACTIVE, LACKING) == (missing,)


@pytest.mark.parametrize(
    ("contact", "change", "facts", "allowed"),
    [
        ({PAUSED}, +FINISHED, MAILED, {+ACTIVE, +BOUNCED, +OPTED_OUT, +TO_CALL}),
        ({PAUSED, CALLED}, +FINISHED, MAILED, {+ACTIVE, +BOUNCED, +OPTED_OUT, +TO_CALL, -CALLED}),
        ({PAUSED}, +FINISHED, NOTHING_FITS, {+OPTED_OUT, +TO_CALL}),
        ({PAUSED, TO_CALL}, +FINISHED, NOTHING_FITS, {+OPTED_OUT}),
        ({MISSING_DATA}, +PAUSED, MAILED, {+ACTIVE, -MISSING_DATA, +BOUNCED, +OPTED_OUT, +TO_CALL}),
        ({OUT_OF_OFFICE}, +PAUSED, MAILED, {+ACTIVE, -OUT_OF_OFFICE, +BOUNCED, +OPTED_OUT, +TO_CALL}),
        ({FINISHED}, -FINISHED, MAILED, {+ACTIVE, +BOUNCED, +OPTED_OUT, +TO_CALL}),
        (
            {ACTIVE},
            -ACTIVE,
            MAILED,
            {+PAUSED, +FINISHED, +OUT_OF_OFFICE, +OPTED_OUT, +BOUNCED, +REPLIED, +TO_CALL},
        ),
        ({PAUSED}, +FINISHED, TEAMMATE, {+OPTED_OUT}),
    ],
)
def test_no_transition_carries_what_is_allowed_now(
    contact: set[Status], change: Change, facts: Facts, allowed: set[Change]
) -> None:
    last = reasons(contact, change, facts)[-1]
    assert last.code is ReasonCode.NO_TRANSITION
    assert set(last.allowed) == allowed
    assert len(last.allowed) == len(allowed)


def test_every_reason_names_the_change_it_is_about() -> None:
    for change in (+FINISHED, -CONTACTED, +OPENED, -ACTIVE):
        assert {reason.change for reason in reasons({PAUSED}, change, TEAMMATE)} == {change}
