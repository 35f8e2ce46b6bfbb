"""The source, S43 to S50: Opened, Clicked, Auto-replied, To call, Called."""

from dataclasses import replace

import pytest

from rules.events import Event
from rules.facts import Settings, Who
from rules.statuses import Status
from rules.stay import react
from rules.vocabulary import ReasonCode
from tests.rules.outcome import MAILED, outcome

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip
STAGES = (ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT)

BY_THE_SYSTEM = replace(MAILED, who=Who.SYSTEM)


def assert_never_by_hand(stage: Status, mark: Status) -> None:
    assert outcome({stage}, +mark) == [ReasonCode.SYSTEM_ONLY]
    assert outcome({stage, mark}, +mark) == [ReasonCode.SYSTEM_ONLY]
    assert outcome({stage}, -mark) == [ReasonCode.PERMANENT]
    assert outcome({stage, mark}, -mark) == [ReasonCode.PERMANENT]


@pytest.mark.parametrize("stage", STAGES)
def test_s43_opened_by_the_system_never_by_hand_unless_tracking_is_off(stage: Status) -> None:
    off = replace(MAILED, settings=Settings(track_opens=False))
    assert react(Event.EMAIL_OPENED, frozenset({stage}), MAILED).after == {stage, OPENED}
    assert react(Event.EMAIL_OPENED, frozenset({stage}), off).after == {stage}
    assert_never_by_hand(stage, OPENED)


@pytest.mark.parametrize("stage", STAGES)
def test_s44_clicked_by_the_system_never_by_hand_if_tracking_is_on(stage: Status) -> None:
    off = replace(MAILED, settings=Settings(track_clicks=False))
    assert react(Event.LINK_CLICKED, frozenset({stage}), MAILED).after == {stage, CLICKED}
    assert react(Event.LINK_CLICKED, frozenset({stage}), off).after == {stage}
    assert_never_by_hand(stage, CLICKED)


@pytest.mark.parametrize("stage", STAGES)
def test_s45_auto_replied_comes_with_finished(stage: Status) -> None:
    after = react(Event.AUTO_REPLY_RECEIVED, frozenset({stage}), MAILED).after
    assert after == ({FINISHED, AUTO_REPLIED} if stage is ACTIVE else {stage})


def test_s45_finished_holds_until_a_person_says_active() -> None:
    stopped = frozenset({FINISHED, AUTO_REPLIED})
    for event in Event:
        assert ACTIVE not in react(event, stopped, MAILED).after
    assert outcome(set(stopped), +ACTIVE) == {ACTIVE, AUTO_REPLIED}


@pytest.mark.parametrize("stage", STAGES)
def test_s46_auto_replied_can_neither_be_put_nor_removed_by_hand(stage: Status) -> None:
    assert_never_by_hand(stage, AUTO_REPLIED)


TO_CALL_FROM_EACH_STAGE = [
    (ACTIVE, {ACTIVE, TO_CALL}),
    (PAUSED, {PAUSED, TO_CALL}),
    (MISSING_DATA, {MISSING_DATA, TO_CALL}),
    (OUT_OF_OFFICE, {OUT_OF_OFFICE, TO_CALL}),
    (BOUNCED, {BOUNCED, TO_CALL}),
    (FINISHED, {FINISHED, TO_CALL}),
    (OPTED_OUT, {OPTED_OUT}),
]


@pytest.mark.parametrize(("stage", "after"), TO_CALL_FROM_EACH_STAGE)
def test_s47_to_call_when_a_call_step_is_reached(stage: Status, after: set[Status]) -> None:
    assert react(Event.STEP_REACHED, frozenset({stage}), MAILED).after == after


@pytest.mark.parametrize(("stage", "after"), TO_CALL_FROM_EACH_STAGE)
def test_s48_to_call_can_be_put_by_hand(stage: Status, after: set[Status]) -> None:
    expected = after if TO_CALL in after else [ReasonCode.INCOMPATIBLE]
    assert outcome({stage}, +TO_CALL) == expected
    assert outcome({stage, TO_CALL}, +TO_CALL) == [ReasonCode.ALREADY_SET]


@pytest.mark.parametrize("stage", STAGES)
def test_s49_called_on_any_call(stage: Status) -> None:
    assert react(Event.CALL_MADE, frozenset({stage, TO_CALL}), MAILED).after == {stage, CALLED}
    assert react(Event.CALL_MADE, frozenset({stage}), MAILED).after == {stage, CALLED}
    assert outcome({stage}, +CALLED) == [ReasonCode.SYSTEM_ONLY]


@pytest.mark.parametrize("stage", STAGES)
def test_s50_called_is_permanent_and_only_a_person_removes_it(stage: Status) -> None:
    for event in Event:
        assert CALLED in react(event, frozenset({stage, CALLED}), MAILED).after
    assert isinstance(outcome({stage, CALLED}, -CALLED, BY_THE_SYSTEM), list)
    assert outcome({stage, CALLED, OPENED}, -CALLED) == {stage, OPENED}
    assert outcome({stage}, -CALLED) == [ReasonCode.NOT_SET]
