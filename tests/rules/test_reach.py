"""What can be: the walk finds the same sets as the walk over every answer, and each promise of the model."""

from rules.events import Event
from rules.facts import Facts
from rules.reach import Shape, can_be, nearest, standings
from rules.statuses import MARKS, STAGES, Status
from rules.stay import react


def test_active_has_steps_left_and_lacks_nothing() -> None:
    active = [each for each in standings() if Status.ACTIVE in each.statuses]
    assert active
    assert all(each.shape.steps_left and not each.shape.lacking for each in active)


def test_contacted_stands_exactly_where_an_email_was_received() -> None:
    assert all((Status.CONTACTED in each.statuses) == each.shape.emails for each in standings())


def test_every_set_has_one_stage_and_every_status_can_be() -> None:
    assert {len(each.statuses & STAGES) for each in standings()} == {1}
    assert frozenset().union(*(each.statuses for each in standings())) == STAGES | MARKS


def test_it_is_closed_under_what_happens() -> None:
    """The walk leaves the reasons out; `react`, which has them, leads nowhere else."""
    for each in sorted(standings(), key=str)[::97]:
        missing = ("City",) if each.shape.lacking else ()
        left = int(each.shape.steps_left)
        facts = Facts(
            emails_received=int(each.shape.emails),
            sms_sent=int(each.shape.sms),
            steps_left=left,
            missing_variables=missing,
        )
        for event in (Event.REPLY_RECEIVED, Event.EMAIL_BOUNCED, Event.EMAIL_OPENED, Event.OPT_OUT_CLICKED):
            assert can_be(react(event, each.statuses, facts).after, each.shape)


def test_the_nearest_is_one_that_can_be() -> None:
    shape = Shape()
    wrong = frozenset({Status.ACTIVE, Status.OPENED})
    assert not can_be(wrong, shape)
    assert nearest(wrong, shape) == (frozenset({Status.ACTIVE}),)
