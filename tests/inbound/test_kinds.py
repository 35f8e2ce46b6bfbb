"""What each kind of message is taken for, and whose it is: our own samples, family by family."""

from datetime import date

import pytest

from inbound.mail import read
from inbound.reading import Kind
from rules.events import Event
from tests.inbound import letters
from tests.inbound.letters import LETTERS, LOST, Letter


def named(some: list[Letter]) -> list[object]:
    """Return the letters as parameters with their names."""
    return [pytest.param(letter, id=f"{letter.kind.name}: {letter.name}") for letter in some]


@pytest.mark.parametrize("letter", named(LETTERS))
def test_kind(letter: Letter) -> None:
    reading = read(letter.raw.encode())
    assert reading.kind is letter.kind, reading.why
    assert reading.why.endswith(".")


@pytest.mark.parametrize("letter", named(LETTERS))
def test_line_ends_do_not_matter(letter: Letter) -> None:
    assert read(letter.raw.replace("\n", "\r\n").encode()).kind is letter.kind


@pytest.mark.parametrize("letter", named([*letters.BOUNCES, *letters.DELAYS, *letters.COMPLAINTS]))
def test_whom_it_is_about(letter: Letter) -> None:
    assert read(letter.raw.encode()).recipients == (LOST,)


@pytest.mark.parametrize("letter", named(letters.AWAY))
def test_when_they_are_back(letter: Letter) -> None:
    assert read(letter.raw.encode()).returns_on == date(2024, 5, 5)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (Kind.BOUNCE, Event.EMAIL_BOUNCED),
        (Kind.DELAY, None),
        (Kind.AUTO_REPLY, Event.AUTO_REPLY_RECEIVED),
        (Kind.OUT_OF_OFFICE, Event.OUT_OF_OFFICE_RECEIVED),
        (Kind.COMPLAINT, Event.COMPLAINT_RECEIVED),
        (Kind.READ_RECEIPT, None),
        (Kind.UNSUBSCRIBE, Event.OPT_OUT_CLICKED),
        (Kind.REPLY, Event.REPLY_RECEIVED),
        (Kind.OTHER, None),
    ],
)
def test_what_it_means_to_the_rules(kind: Kind, event: Event | None) -> None:
    found = [read(letter.raw.encode()).event for letter in LETTERS if letter.kind is kind]
    assert found
    assert set(found) == {event}


@pytest.mark.parametrize(
    "letter", named([letter for letter in letters.BOUNCES if "Message-ID: <step1" in letter.raw])
)
def test_the_message_that_came_back(letter: Letter) -> None:
    assert "step1@ours.example" in read(letter.raw.encode()).answers


def test_the_status_is_that_of_the_failure() -> None:
    assert read(letters.report("4.4.7", "failed").encode()).status == "4.4.7"
    assert read(letters.BOUNCES[5].raw.encode()).status == "5.1.1"


def test_some_failed_and_some_wait() -> None:
    mixed = letters.report("5.1.1", "failed").replace(
        "Status: 5.1.1\n", "Status: 5.1.1\n\nFinal-Recipient: rfc822; slow@theirs.example\nAction: delayed\n"
    )
    assert read(mixed.encode()).recipients == (LOST,)


def test_a_reply_knows_its_thread() -> None:
    reading = read(letters.REPLIES[0].raw.encode())
    assert reading.answers == ("step1@ours.example", "step0@ours.example")
    assert reading.sender == "ann@theirs.example"
    assert reading.written_to == (letters.SENDER,)
    assert reading.message_id == "answer@theirs.example"
    assert reading.sent_at is not None
    assert reading.text == "Yes, please call me."


def test_a_reply_forwarded_from_the_thread_names_who_passed_it_on() -> None:
    text = (
        "I answer for Lost.\n\n---------- Forwarded message ---------\n"
        f"From: Lost Person <{LOST}>\nDate: Mon, 1 Apr 2024\nSubject: Fwd: A question\n"
        "To: Ann <ann@theirs.example>\n\nCan you answer?\n"
    )
    reading = read(letters.person("Re: Fwd: A question", text).encode())
    assert reading.forwarded_from == (LOST,)
    assert reading.text == "I answer for Lost."
