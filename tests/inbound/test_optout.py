"""The opt-out link's token: one contact of one team, for ever, and nothing else."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inbound import optout

OLD, NEW = "the old secret of links", "the new secret of links"
IDS = st.integers(0, 2**63 - 1)


@given(IDS, IDS)
def test_reads_what_was_written(team: int, contact: int) -> None:
    token = optout.token(OLD, team, contact)
    assert optout.read([NEW, OLD], token) == (team, contact)
    assert optout.read([NEW], token) is None
    assert optout.read([], token) is None


def test_is_short_and_fits_a_link() -> None:
    token = optout.token(OLD, 1_234, 12_345_678)
    assert len(token) <= 34
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(optout.token(OLD, 2**63 - 1, 2**63 - 1)) <= 64


def test_is_the_same_tomorrow() -> None:
    # Mail that is out there must go on working: this may never change.
    assert optout.token(OLD, 7, 42) == "AQEHASr0eWI-LTO-5c7oBjXuCPvc"


def test_differs_for_each_contact_and_team() -> None:
    tokens = {optout.token(OLD, team, contact) for team in range(20) for contact in range(20)}
    assert len(tokens) == 400


@given(st.data())
def test_every_changed_letter_is_refused(data: st.DataObject) -> None:
    token = optout.token(OLD, 7, 42)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABYZabyz0189-_=+/ "))
    assume(letter != token[place])
    assert optout.read([OLD], token[:place] + letter + token[place + 1 :]) is None


@given(st.text() | st.binary().map(lambda some: base64.urlsafe_b64encode(some).decode().rstrip("=")))
def test_anything_else_is_nothing(text: str) -> None:
    assert optout.read([OLD, NEW], text) is None


@pytest.mark.parametrize(
    "change", [lambda t: t + "=", lambda t: t + "A", lambda t: t[:-1], lambda t: t + "\n"]
)
def test_one_spelling_only(change: object) -> None:
    assert callable(change)
    assert optout.read([OLD], change(optout.token(OLD, 7, 42))) is None


def test_another_version_is_not_read() -> None:
    told = bytes([2, 1, 7, 1, 42])
    forged = base64.urlsafe_b64encode(told + optout._tag(OLD, told)).rstrip(b"=").decode()
    assert optout.read([OLD], forged) is None


def test_a_short_secret_neither_signs_nor_reads() -> None:
    with pytest.raises(ValueError, match="16 characters"):
        optout.token("short", 1, 1)
    told = bytes([1, 1, 7, 1, 42])
    forged = base64.urlsafe_b64encode(told + optout._tag("", told)).rstrip(b"=").decode()
    assert optout.read([""], forged) is None


@pytest.mark.parametrize("ids", [(-1, 1), (1, -1), (2**63, 1), (1, 2**63)])
def test_ids_that_cannot_be(ids: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="Ids"):
        optout.token(OLD, *ids)
