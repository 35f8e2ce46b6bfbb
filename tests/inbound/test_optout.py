"""The opt-out link's token: one contact of one team, for ever, and nothing else."""

from base64 import urlsafe_b64encode

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


OCTETS = st.binary(min_size=18, max_size=48)


@given(st.text() | OCTETS.map(lambda octets: urlsafe_b64encode(octets).decode().rstrip("=")))
def test_what_is_no_token_names_no_team_or_one_that_is_storable(text: str) -> None:
    assert (optout.team_of(text) or 0) < 2**63
