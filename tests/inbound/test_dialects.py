"""Other dialects: each is recognised, and whom it is about is found."""

from datetime import date

import pytest

from inbound.mail import read
from inbound.reading import Kind
from tests.inbound.dialects import ANSWERED, BOUNCED, COMPLAINED
from tests.inbound.letters import LOST, REPLIED, Letter, person


def named(some: list[Letter]) -> list[object]:
    """Return the letters as parameters with their names."""
    return [pytest.param(letter, id=letter.name) for letter in some]


@pytest.mark.parametrize("letter", named([*BOUNCED, *COMPLAINED]))
def test_a_bounce_or_complaint_and_whose(letter: Letter) -> None:
    for raw in (letter.raw, letter.raw.replace("\n", "\r\n")):
        reading = read(raw.encode())
        assert reading.kind is letter.kind, reading.why
        assert reading.recipients == (LOST,)


@pytest.mark.parametrize("letter", named(ANSWERED))
def test_an_automatic_reply_by_its_subject_alone(letter: Letter) -> None:
    reading = read(letter.raw.encode())
    assert reading.kind in {Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE}, reading.why
    assert reading.kind is Kind.AUTO_REPLY or reading.returns_on == date(2024, 5, 5)


@pytest.mark.parametrize(
    "raw",
    [
        person("Re: A question (auto-reply)", "Your machine wrote to me. Call me instead.", REPLIED),
        person("Re: Your proposal", "The message was rejected by our board, sorry.", REPLIED),
        person("Proposal", "Our users have marked two points of it as spam protection: see below."),
        person("Back on Monday?", "Will you be back on Monday?"),
        person("Plans", "I am back on 5 May, let us talk then.", REPLIED),
    ],
)
def test_a_person_who_writes_such_words_is_a_person(raw: str) -> None:
    assert read(raw.encode()).kind is Kind.REPLY
