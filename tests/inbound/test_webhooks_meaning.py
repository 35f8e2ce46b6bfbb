"""What each provider's word becomes: samples of every documented kind, in the order of their files."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from inbound.webhooks import Delivery, Happening, Ignored, Reported, mailgun, postmark, sendgrid, ses, twilio
from rules.events import Event
from rules.facts import Channel
from tests.inbound.payloads import signing
from tests.inbound.payloads.signing import payload

SENT, BOUNCED, OPENED, CLICKED = (
    Event.EMAIL_SENT,
    Event.EMAIL_BOUNCED,
    Event.EMAIL_OPENED,
    Event.LINK_CLICKED,
)
OUT, SPAM, REPLY, AUTO = (
    Event.OPT_OUT_CLICKED,
    Event.COMPLAINT_RECEIVED,
    Event.REPLY_RECEIVED,
    Event.AUTO_REPLY_RECEIVED,
)


def reported(happenings: list[Happening]) -> list[Reported]:
    assert all(isinstance(one, Reported) for one in happenings)
    return [one for one in happenings if isinstance(one, Reported)]


def one_by_one(module: Any, name: str, deliver: Any) -> dict[str, list[Event]]:
    found = {}
    for number, sample in enumerate(payload(name)):
        found[f"{number}"] = [one.event for one in reported(module.events(deliver(sample)))]
    return found


def test_sendgrid() -> None:
    body = json.dumps(payload("sendgrid_events.json")).encode()
    told = reported(sendgrid.events(signing.sendgrid(body)))
    assert {one.id: one.event for one in told} == {
        "sg-03": SENT,
        "sg-05": OPENED,
        "sg-07": CLICKED,
        "sg-08": BOUNCED,
        "sg-09": BOUNCED,
        "sg-10": BOUNCED,
        "sg-11": OUT,
        "sg-12": SPAM,
        "sg-14": SPAM,
        "sg-15": OUT,
        "sg-16": OUT,
    }
    assert told[0] == Reported(
        source="sendgrid",
        id="sg-03",
        event=SENT,
        occurred_at=datetime(2026, 11, 23, 8, 0, 2, tzinfo=UTC),
        email="ada@example.com",
        message_id="m1@mail.example.com",
        detail="250 OK",
        contact_id="contact-7",
        step_id="step-3",
    )
    assert told[3].detail == "550 5.1.1 unknown user"


def test_mailgun() -> None:
    told = one_by_one(mailgun, "mailgun_events.json", signing.mailgun)
    expected = [[], [SENT], [], [BOUNCED], [BOUNCED], [OUT], [SPAM], [], [OPENED], [CLICKED], [OUT], [SPAM]]
    assert list(told.values()) == [*expected, [], []]
    [first] = reported(mailgun.events(signing.mailgun(payload("mailgun_events.json")[1])))
    assert first == Reported(
        source="mailgun",
        id="2026-11-23:mg-02",
        event=SENT,
        occurred_at=datetime(2026, 11, 23, 8, 0, 1, 250_000, tzinfo=UTC),
        email="ada@example.com",
        message_id="m1@mail.example.com",
        detail="OK",
        contact_id="contact-7",
        step_id="step-3",
    )


def test_postmark() -> None:
    told = one_by_one(postmark, "postmark_events.json", signing.postmark)
    expected = [[SENT], [], [OPENED], [CLICKED], [SPAM], [BOUNCED], [], [], [AUTO], [OUT], [], [OUT], [], []]
    assert list(told.values()) == [*expected, [BOUNCED], []]
    samples = payload("postmark_events.json")
    [sent] = reported(postmark.events(signing.postmark(samples[0])))
    # Written with an offset and seven digits, and after the delivery: not later than now.
    assert (sent.occurred_at, sent.contact_id, sent.step_id) == (signing.NOW, "contact-7", "step-3")
    [bounce] = reported(postmark.events(signing.postmark(samples[5])))
    assert (bounce.id, bounce.email, bounce.detail) == (
        "9002",
        "bob@example.com",
        "smtp;550 5.1.1 unknown user",
    )
    [click] = reported(postmark.events(signing.postmark(samples[3])))
    assert click.occurred_at == datetime(2026, 11, 23, 8, 0, 2, 906_561, tzinfo=UTC)
    assert click.detail == "https://example.com/offer"


def test_postmark_derives_an_id_where_there_is_none() -> None:
    click = payload("postmark_events.json")[3]
    ids = [reported(postmark.events(signing.postmark(sample)))[0].id for sample in (click, dict(click))]
    other = reported(postmark.events(signing.postmark(click | {"OriginalLink": "https://example.com/2"})))
    assert ids[0] == ids[1] != other[0].id


def test_ses() -> None:
    told = one_by_one(ses, "ses_events.json", lambda sample: signing.ses(signing.envelope(sample)))
    first = [[], [SENT], [], [OPENED], [], [CLICKED], [BOUNCED, BOUNCED], [], [BOUNCED], [SPAM]]
    assert list(told.values()) == [*first, [], [], [], [], [OUT], [], []]
    bounces = reported(ses.events(signing.ses(signing.envelope(payload("ses_events.json")[6]))))
    assert [(one.id, one.email, one.detail) for one in bounces] == [
        ("feedback-07:0", "bob@example.com", "smtp; 550 5.1.1 unknown user"),
        ("feedback-07:1", "cat@example.com", None),
    ]
    [sent] = reported(ses.events(signing.ses(signing.envelope(payload("ses_events.json")[1]))))
    assert (sent.id, sent.message_id, sent.contact_id, sent.step_id) == (
        "sns-1:0",
        "ses-02",
        "contact-7",
        "step-3",
    )


def test_ses_does_not_blame_the_contact_for_a_copy() -> None:
    sample = payload("ses_events.json")[6]
    sample["mail"]["tags"] = {"contact_id": ["contact-7"]}
    assert {one.contact_id for one in reported(ses.events(signing.ses(signing.envelope(sample))))} == {None}


def test_ses_opened_by_one_of_several() -> None:
    sample = payload("ses_events.json")[4]
    sample["mail"]["tags"] = {"contact_id": ["contact-7"]}
    [opened] = reported(ses.events(signing.ses(signing.envelope(sample))))
    assert (opened.contact_id, opened.email) == ("contact-7", None)


def test_ses_only_delayed_recipients_are_no_bounce() -> None:
    sample = payload("ses_events.json")[6]
    del sample["bounce"]["bouncedRecipients"][:2]
    assert ses.events(signing.ses(signing.envelope(sample))) == []


@pytest.mark.parametrize("text", ["Successfully validated SNS topic for Amazon SES event publishing.", "{}"])
def test_ses_says_other_things(text: str) -> None:
    assert ses.events(signing.ses(signing.envelope(text))) == []


def test_twilio() -> None:
    query = "?contact_id=contact-7&step_id=step-3"
    told = one_by_one(twilio, "twilio_forms.json", lambda form: signing.twilio(form, query=query))
    sms = [Event.SMS_SENT]
    assert list(told.values()) == [[REPLY], [OUT], [OUT], [], [], [], [], sms, sms, [], [OUT], []]
    forms = payload("twilio_forms.json")
    [reply] = reported(twilio.events(signing.twilio(forms[0])))
    assert reply == Reported(
        source="twilio",
        id="SM01",
        event=REPLY,
        occurred_at=signing.NOW,
        phone="+4915100000001",
        message_id="SM01",
        channel=Channel.SMS,
        detail="received",
        text="Yes, call me",
    )
    ids = [reported(twilio.events(signing.twilio(form, query=query)))[0].id for form in forms[7:9]]
    assert ids == ["SM08:sent", "SM08:sent"]
    [sent] = reported(twilio.events(signing.twilio(forms[7], query=query)))
    assert (sent.phone, sent.contact_id, sent.step_id) == ("+4915100000001", "contact-7", "step-3")


def test_twilio_sent_without_a_step_is_the_senders_to_report() -> None:
    assert twilio.events(signing.twilio(payload("twilio_forms.json")[7])) == []


def test_twilio_takes_the_contact_from_our_url_only() -> None:
    form = payload("twilio_forms.json")[0] | {"contact_id": "contact-666"}
    assert reported(twilio.events(signing.twilio(form)))[0].contact_id is None


@pytest.mark.parametrize("module", [sendgrid, mailgun, postmark, ses, twilio])
def test_every_word_is_an_event_or_says_why_not(module: Any) -> None:
    assert all(isinstance(one, Event) or len(one.why) > 10 for one in module.MEANING.values())
    assert any(isinstance(one, Ignored) for one in module.MEANING.values())


def test_what_cannot_be_stored_is_taken_out() -> None:
    event = {
        "event": "open",
        "email": "a\u0000da@example.com\ud800",
        "sg_event_id": "x" * 999,
        "timestamp": 1e99,
    }
    told = reported(sendgrid.events(signing.sendgrid(json.dumps([event]).encode())))[0]
    assert (told.email, len(told.id), told.occurred_at) == ("ada@example.com", 200, signing.NOW)


@pytest.mark.parametrize(
    "stamp", ["1795420800", 1795420800, "2026-11-23T08:00:00", "2026-11-23T09:00:00+01:00"]
)
def test_times_are_utc(stamp: object) -> None:
    delivery = signing.sendgrid(json.dumps([{"event": "click", "timestamp": stamp}]).encode())
    assert reported(sendgrid.events(delivery))[0].occurred_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_delivery_knows_its_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Delivery({}, b"", "", datetime(2026, 11, 23))  # noqa: DTZ001
