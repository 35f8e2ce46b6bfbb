"""The source, S51: what no combination allows fails. Every cell there is, seen from the contact's side.

A column is what the contact carries: its stage by its letter; 0 is no sequence and nothing, x is no sequence
and Opted out. Cells: a letter is the new stage, + the mark put on, R Finished + Replied, r Finished + Auto-
replied, 0 nothing left; the rest are refusals, below.
"""

from dataclasses import replace

import pytest

from rules.decide import Allowed, Refused, decide
from rules.facts import Facts, OutOfOfficeProcessing, Settings, Who
from rules.statuses import CHANGES, Change, Status
from rules.vocabulary import ReasonCode

(
    ACTIVE, PAUSED, MISSING_DATA, OUT_OF_OFFICE, BOUNCED, FINISHED, OPTED_OUT,
    CONTACTED, OPENED, CLICKED, REPLIED, AUTO_REPLIED, TO_CALL, CALLED,
) = Status  # fmt: skip

BY_HAND = """
                      A  P  M  O  B  F  X  0  x
add Active            =  A  A  A  #  A  #  n  n
add Paused            P  =  .  .  #  .  #  n  n
add Missing data      s  s  s  s  s  s  s  n  n
add Out of office     O  .  .  =  #  .  #  n  n
add Bounced           B  B  B  B  =  B  #  n  n
add Finished          F  .  .  .  #  =  #  n  n
add Opted out         X  X  X  X  X  X  =  X  =
add Contacted         s  s  s  s  s  s  s  n  n
add Opened            s  s  s  s  s  s  s  n  n
add Clicked           s  s  s  s  s  s  s  n  n
add Replied           R  .  .  .  #  .  #  n  n
add Auto-replied      s  s  s  s  s  s  s  n  n
add To call           +  +  +  +  +  +  #  n  n
add Called            s  s  s  s  s  s  s  n  n
remove Active         .  -  -  -  -  -  -  n  n
remove Paused         -  .  -  -  -  -  -  n  n
remove Missing data   -  -  A  -  -  -  -  n  n
remove Out of office  -  -  -  A  -  -  -  n  n
remove Bounced        -  -  -  -  P  -  -  n  n
remove Finished       -  -  -  -  -  .  -  n  n
remove Opted out      -  -  -  -  -  -  P  -  0
remove Contacted      p  p  p  p  p  p  p  n  n
remove Opened         p  p  p  p  p  p  p  n  n
remove Clicked        p  p  p  p  p  p  p  n  n
remove Replied        p  p  p  p  p  p  p  n  n
remove Auto-replied   p  p  p  p  p  p  p  n  n
remove To call        p  p  p  p  p  p  p  n  n
remove Called         -  -  -  -  -  -  -  n  n
"""

BY_THE_SYSTEM = """
                      A  P  M  O  B  F  X  0  x
add Active            =  .  .  A  #  .  #  n  n
add Paused            .  =  .  .  #  .  #  n  n
add Missing data      M  .  =  .  #  .  #  n  n
add Out of office     O  .  .  =  #  .  #  n  n
add Bounced           B  .  .  B  =  .  #  n  n
add Finished          F  .  .  .  #  =  #  n  n
add Opted out         X  X  X  X  X  X  =  X  =
add Contacted         +  .  .  .  #  .  #  n  n
add Opened            +  +  +  +  +  +  +  n  n
add Clicked           +  +  +  +  +  +  +  n  n
add Replied           R  .  .  R  #  .  #  n  n
add Auto-replied      r  .  .  .  #  .  #  n  n
add To call           +  +  +  +  +  +  #  n  n
add Called            +  +  +  +  +  +  +  n  n
"""

CONTACTS: dict[str, set[Status]] = {
    "A": {ACTIVE},
    "P": {PAUSED},
    "M": {MISSING_DATA},
    "O": {OUT_OF_OFFICE},
    "B": {BOUNCED},
    "F": {FINISHED},
    "X": {OPTED_OUT},
    "R": {FINISHED, REPLIED},
    "r": {FINISHED, AUTO_REPLIED},
    "0": set(),
    "x": {OPTED_OUT},
}
REFUSALS = {
    "=": ReasonCode.ALREADY_SET,
    "-": ReasonCode.NOT_SET,
    "#": ReasonCode.INCOMPATIBLE,
    ".": ReasonCode.NO_TRANSITION,
    "s": ReasonCode.SYSTEM_ONLY,
    "p": ReasonCode.PERMANENT,
    "n": ReasonCode.NOT_IN_SEQUENCE,
}

HANDS = Facts(emails_received=1)
# Whatever the system's changes are provided holds: tracking is on, and each is asked for with its cause.
SYSTEM = replace(HANDS, who=Who.SYSTEM, settings=Settings(out_of_office=OutOfOfficeProcessing.AUTOMATIC))
CAUSE = {
    +MISSING_DATA: replace(SYSTEM, missing_variables=("City",)),
    +FINISHED: replace(SYSTEM, steps_left=0),
}


def cells(grid: str) -> list[tuple[Change, str, str]]:
    header, *lines = grid.strip("\n").splitlines()
    by_words = {str(change): change for change in CHANGES}
    found = []
    for line in lines:
        change = by_words[line[:22].strip()]
        found += [
            (change, column, cell) for column, cell in zip(header.split(), line[22:].split(), strict=True)
        ]
    return found


def assert_cell(change: Change, column: str, cell: str, facts: Facts) -> None:
    before = frozenset(CONTACTS[column])
    match decide(before, change, replace(facts, in_sequence=column not in "0x")):
        case Allowed(after=after):
            assert after == (before | {change.status} if cell == "+" else CONTACTS[cell])
        case Refused(reasons=reasons):
            assert [reason.code for reason in reasons] == [REFUSALS[cell]]


@pytest.mark.parametrize(("change", "column", "cell"), cells(BY_HAND))
def test_s51_every_change_by_hand_of_every_contact(change: Change, column: str, cell: str) -> None:
    assert_cell(change, column, cell, HANDS)


@pytest.mark.parametrize(("change", "column", "cell"), cells(BY_THE_SYSTEM))
def test_s51_every_change_by_the_system_of_every_contact(change: Change, column: str, cell: str) -> None:
    assert_cell(change, column, cell, CAUSE.get(change, SYSTEM))


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("column", "APMOBFX0x")
def test_s51_the_system_removes_nothing(status: Status, column: str) -> None:
    contact = frozenset({*CONTACTS[column], status} if column in "APMOBFX" else CONTACTS[column])
    facts = replace(SYSTEM, in_sequence=column not in "0x")
    assert isinstance(decide(contact, -status, facts), Refused)


def test_no_change_was_forgotten() -> None:
    assert [change for change, column, _ in cells(BY_HAND) if column == "A"] == list(CHANGES)
