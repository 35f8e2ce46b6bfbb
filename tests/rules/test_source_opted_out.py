"""The source, S32 to S36: Opted out."""

from dataclasses import replace

import pytest

from rules.decide import Allowed, decide
from rules.events import Event
from rules.facts import Facts, Settings, Who
from rules.statuses import CHANGES, Change, Status
from rules.stay import leave, react
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

NOWHERE = Facts(in_sequence=False)


@pytest.mark.parametrize(
    ("contact", "facts"),
    [*(({stage}, MAILED) for stage in STAGES), (set(), NOWHERE), ({OPTED_OUT}, NOWHERE)],
)
def test_s32_a_click_on_the_opt_out_link_opts_out(contact: set[Status], facts: Facts) -> None:
    assert react(Event.OPT_OUT_CLICKED, frozenset(contact), facts).after == {OPTED_OUT}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("text_opt_out", [True, False])
def test_s33_the_category_do_not_contact_opts_out_if_text_opt_out_is_on(
    stage: Status, *, text_opt_out: bool
) -> None:
    facts = replace(MAILED, settings=Settings(text_opt_out=text_opt_out))
    becomes = OPTED_OUT if text_opt_out else stage
    assert react(Event.DO_NOT_CONTACT_SET, frozenset({stage, REPLIED}), facts).after == {becomes, REPLIED}


@pytest.mark.parametrize(
    ("contact", "change", "facts", "expected"),
    [
        ({ACTIVE}, +OPTED_OUT, MAILED, {OPTED_OUT}),
        (set(), +OPTED_OUT, NOWHERE, {OPTED_OUT}),
        ({OPTED_OUT}, +OPTED_OUT, MAILED, [ReasonCode.ALREADY_SET]),
        ({OPTED_OUT, CLICKED}, -OPTED_OUT, MAILED, {PAUSED, CLICKED}),
        ({OPTED_OUT}, -OPTED_OUT, replace(MAILED, steps_left=0), {FINISHED}),
        ({OPTED_OUT}, -OPTED_OUT, replace(MAILED, missing_variables=("City",)), {PAUSED}),
        ({OPTED_OUT}, -OPTED_OUT, NOWHERE, set()),
        (set(), -OPTED_OUT, NOWHERE, [ReasonCode.NOT_SET]),
        ({ACTIVE}, -OPTED_OUT, MAILED, [ReasonCode.NOT_SET]),
        ({OPTED_OUT}, -OPTED_OUT, replace(MAILED, who=Who.TEAMMATE), [ReasonCode.NOT_THE_OWNER]),
        ({OPTED_OUT}, -OPTED_OUT, replace(NOWHERE, who=Who.TEAMMATE), [ReasonCode.NOT_THE_OWNER]),
    ],
)
def test_s34_opted_out_can_be_put_and_removed_by_hand(
    contact: set[Status], change: Change, facts: Facts, expected: object
) -> None:
    assert outcome(contact, change, facts) == expected


@pytest.mark.parametrize("status", list(Status))
def test_s35_opted_out_is_the_only_status_kept_outside_a_sequence(status: Status) -> None:
    assert leave(frozenset({status})) == ({OPTED_OUT} if status is OPTED_OUT else set())
    assert leave(frozenset({status, OPTED_OUT})) == {OPTED_OUT}


def test_s36_an_opted_out_contact_stays_put() -> None:
    """Enrolling is refused by the use case, which has the other sequence; the rules have no way around it.

    An opted-out contact leaves opted out, and in no sequence nothing but removing that is allowed.
    """
    outside = leave(frozenset({OPTED_OUT, CONTACTED}))
    allowed = [change for change in CHANGES if isinstance(decide(outside, change, NOWHERE), Allowed)]
    assert allowed == [-OPTED_OUT]
