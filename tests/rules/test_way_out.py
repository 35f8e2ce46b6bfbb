"""The way out of a refusal: the shortest changes by hand that lead to what was asked for."""

from dataclasses import replace

import pytest

from rules.decide import Refused, decide
from rules.facts import Facts, RepliesHandling, Settings, Who
from rules.options import options, way_out
from rules.statuses import CHANGES, Change, Status

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip

MAILED = Facts(emails_received=1)
NONE_LEFT = replace(MAILED, steps_left=0)
LACKING = replace(MAILED, missing_variables=("City",))
NOWHERE = Facts(in_sequence=False)
CONTINUE = replace(MAILED, settings=Settings(RepliesHandling.CONTINUE))


@pytest.mark.parametrize(
    ("contact", "asked", "facts", "way"),
    [
        ({BOUNCED}, [+ACTIVE], MAILED, [-BOUNCED, +ACTIVE]),
        ({OPTED_OUT}, [+ACTIVE], MAILED, [-OPTED_OUT, +ACTIVE]),
        ({OPTED_OUT}, [+BOUNCED], MAILED, [-OPTED_OUT, +BOUNCED]),
        ({BOUNCED}, [+FINISHED], MAILED, [-BOUNCED, +ACTIVE, +FINISHED]),
        ({BOUNCED}, [+FINISHED], NONE_LEFT, [-BOUNCED]),
        ({PAUSED}, [+REPLIED], MAILED, [+ACTIVE, +REPLIED]),
        ({OPTED_OUT}, [+TO_CALL], MAILED, [-OPTED_OUT, +TO_CALL]),
        ({FINISHED}, [+PAUSED], MAILED, [+ACTIVE, +PAUSED]),
        ({ACTIVE}, [-ACTIVE], MAILED, [+PAUSED]),
        ({PAUSED}, [-PAUSED], MAILED, [+ACTIVE]),
        # Both asked for at once: finished by the reply, then on again.
        ({PAUSED}, [+REPLIED, +ACTIVE], MAILED, [+ACTIVE, +REPLIED, +ACTIVE]),
        ({PAUSED}, [+REPLIED, +ACTIVE], CONTINUE, [+ACTIVE, +REPLIED]),
        ({BOUNCED, CALLED}, [-CALLED, +PAUSED], MAILED, [-BOUNCED, -CALLED]),
        ({BOUNCED}, [-BOUNCED, -CALLED], MAILED, [-BOUNCED]),  # not: add Opted out
    ],
)
def test_the_shortest_way(contact: set[Status], asked: list[Change], facts: Facts, way: list[Change]) -> None:
    assert list(way_out(frozenset(contact), asked, facts)) == way


@pytest.mark.parametrize(
    ("contact", "asked", "facts"),
    [
        ({ACTIVE}, [+OPENED], MAILED),  # no person puts it
        ({ACTIVE, OPENED}, [-OPENED], MAILED),  # no person takes it off
        ({FINISHED}, [+ACTIVE], NONE_LEFT),  # first add steps
        ({PAUSED}, [+ACTIVE], LACKING),  # first fill in
        ({ACTIVE}, [+BOUNCED], Facts()),  # first an email
        (set(), [+ACTIVE], NOWHERE),  # first enrol
        ({PAUSED}, [+ACTIVE], replace(MAILED, who=Who.TEAMMATE)),  # not theirs
        ({ACTIVE}, [+PAUSED, +FINISHED], MAILED),  # one stage at a time
        ({ACTIVE}, [+ACTIVE], MAILED),  # there already
        ({ACTIVE}, [-PAUSED], MAILED),
    ],
)
def test_no_way_out(contact: set[Status], asked: list[Change], facts: Facts) -> None:
    assert way_out(frozenset(contact), asked, facts) == ()


@pytest.mark.parametrize(
    ("contact", "asked", "way"),
    [
        ({MISSING_DATA}, [+PAUSED], ([+ACTIVE, +PAUSED], [-MISSING_DATA, +PAUSED])),
        ({OUT_OF_OFFICE}, [+PAUSED], ([+ACTIVE, +PAUSED], [-OUT_OF_OFFICE, +PAUSED])),
        ({FINISHED}, [+PAUSED], ([+ACTIVE, +PAUSED],)),
        ({OUT_OF_OFFICE}, [+FINISHED], ([+ACTIVE, +FINISHED], [-OUT_OF_OFFICE, +FINISHED])),
        ({ACTIVE}, [-ACTIVE], ([+PAUSED], [+FINISHED], [+OUT_OF_OFFICE])),
    ],
)
def test_among_equals_not_through_opted_out_or_bounced(
    contact: set[Status], asked: list[Change], way: tuple[list[Change], ...]
) -> None:
    """To bounce a contact and take it off again comes to the same, and the log would tell what never was."""
    assert list(way_out(frozenset(contact), asked, MAILED)) in way


def test_the_options_are_every_change_with_its_answer() -> None:
    contact = frozenset({BOUNCED, CONTACTED})
    found = options(contact, MAILED)
    assert [option.change for option in found] == list(CHANGES)
    for option in found:
        decision = decide(contact, option.change, MAILED)
        if isinstance(decision, Refused):
            assert (option.allowed, option.becomes) == (False, None)
            assert option.reasons == decision.reasons
            assert option.way_out == way_out(contact, [option.change], MAILED)
        else:
            assert (option.allowed, option.becomes) == (True, decision.after)
            assert not option.reasons
            assert not option.way_out


def test_how_many_does_not_matter_only_whether_any() -> None:
    many = replace(MAILED, emails_received=9, steps_left=4, sms_sent=3)
    assert many.shape() == replace(MAILED, sms_sent=1).shape()
    assert way_out(frozenset({BOUNCED}), [+ACTIVE], many) == (-BOUNCED, +ACTIVE)
