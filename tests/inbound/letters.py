# ruff: noqa: E501 -- letters are written as they are sent
"""Mail of our own wording: how each family of systems writes, with addresses that are nobody's."""

from typing import NamedTuple

from inbound.reading import Kind

SENDER = "sales@ours.example"
LOST = "lost@theirs.example"
ORIGINAL = f"""Return-Path: <{SENDER}>
Received: from ours.example by mx.ours.example; Mon, 1 Apr 2024 10:00:00 +0000
From: Sales <{SENDER}>
To: Lost Person <{LOST}>
Subject: A question
Message-ID: <step1@ours.example>
Date: Mon, 1 Apr 2024 10:00:00 +0000

Hello, may I ask you something?
"""


class Letter(NamedTuple):
    """A message and what it is."""

    name: str
    kind: Kind
    raw: str


def letter(fields: str, text: str) -> str:
    """Return a message with a date and an id."""
    return f"{fields}\nDate: Tue, 2 Apr 2024 09:00:00 +0000\nMessage-ID: <answer@theirs.example>\n\n{text}"


def report(status: str, action: str, words: str = "About your message.", head: str = "") -> str:
    """Return a delivery report as RFC 3464 wants it."""
    return letter(
        f"Return-Path: <>\nFrom: Mail System <postmaster@relay.example>\nTo: {SENDER}\nSubject: Report{head}\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="cut"',
        f"--cut\nContent-Type: text/plain\n\n{words}\n--cut\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; {LOST}\nAction: {action}\nStatus: {status}\n"
        f"\n--cut\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--cut--\n",
    )


def daemon(subject: str, words: str, sender: str = "MAILER-DAEMON@relay.example", more: str = "") -> str:
    """Return a failure notice in plain text."""
    return letter(f"Return-Path: <>\nFrom: {sender}\nTo: {SENDER}\nSubject: {subject}{more}", words)


def person(subject: str, text: str, more: str = "", sender: str = "Ann Other <ann@theirs.example>") -> str:
    """Return what a person writes."""
    return letter(f"From: {sender}\nTo: {SENDER}\nSubject: {subject}{more}", text)


REPLIED = "\nIn-Reply-To: <step1@ours.example>\nReferences: <step0@ours.example> <step1@ours.example>"

BOUNCES = [
    Letter("the standard", Kind.BOUNCE, report("5.1.1", "failed")),
    Letter("failed for now, but given up", Kind.BOUNCE, report("4.4.7", "failed")),
    Letter("capitals and a remark", Kind.BOUNCE, report("5.0.0", "Failed (it is gone)")),
    Letter(
        "fields in the text",
        Kind.BOUNCE,
        daemon(
            "Notification",
            f"We are sorry.\n\nAction: failed\nFinal-Recipient: rfc822; {LOST}\nStatus: 5.3.5\n\n{ORIGINAL}",
        ),
    ),
    Letter(
        "a boundary that never comes",
        Kind.BOUNCE,
        report("5.1.1", "failed").replace('boundary="cut"', 'boundary="other"'),
    ),
    Letter(
        "in the manner of qmail",
        Kind.BOUNCE,
        daemon(
            "failure notice",
            f"I was not able to deliver your message.\n\n<{LOST}>:\nNo such person here. (#5.1.1)\n\n"
            f"--- Below this line is a copy of the message.\n\n{ORIGINAL}",
        ),
    ),
    Letter(
        "in the manner of Exim",
        Kind.BOUNCE,
        daemon(
            "Mail delivery failed: returning message to sender",
            f"A message that you sent could not be delivered:\n\n  {LOST}\n    Unrouteable address\n\n"
            f"------ This is a copy of the message, including all the headers. ------\n\n{ORIGINAL}",
            more=f"\nX-Failed-Recipients: {LOST}",
        ),
    ),
    Letter(
        "in the manner of old sendmail",
        Kind.BOUNCE,
        daemon(
            "Returned mail: User unknown",
            "   ----- Transcript of session follows -----\n>>> RCPT To:<lost@theirs.example>\n"
            f"<<< 550 <{LOST}>... User unknown\n\n   ----- Unsent message follows -----\n{ORIGINAL}",
        ),
    ),
    Letter(
        "in the manner of old Exchange",
        Kind.BOUNCE,
        daemon(
            "Undeliverable: A question",
            f"Your message\n\n  To:      {LOST}\n  Subject: A question\n\ndid not reach the following"
            f" recipient(s):\n\n{LOST} on Mon, 1 Apr 2024\n    The name is not known\n",
            sender="System Administrator <postmaster@theirs.example>",
        ),
    ),
    Letter(
        "German",
        Kind.BOUNCE,
        daemon("Unzustellbar: Eine Frage", f"Ihre Nachricht konnte nicht zugestellt werden an:\n\n{LOST}\n"),
    ),
    Letter(
        "French, encoded",
        Kind.BOUNCE,
        daemon(
            "=?utf-8?Q?Non_remis_:_Une_question?=",
            f"Votre message n'a pas pu =C3=AAtre remis =C3=A0 <{LOST}>.",
            more='\nContent-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable',
        ),
    ),
    Letter("Russian", Kind.BOUNCE, daemon("Сообщение", f"Письмо не может быть доставлено:\n  {LOST}\n")),
    Letter("Japanese", Kind.BOUNCE, daemon("エラー", f"メールを送信できませんでした。\n<{LOST}>\n")),
    Letter(
        "only the returned message names it",
        Kind.BOUNCE,
        daemon("Undelivered Mail", f"It came back.\n\n----- Original message -----\n\n{ORIGINAL}"),
    ),
    Letter(
        "a machine without a name returns the message",
        Kind.BOUNCE,
        letter(
            f"From: no-reply@theirs.example\nTo: {SENDER}\nSubject: Notice\n"
            "Content-Type: multipart/mixed; boundary=cut",
            f"--cut\n\nCould not be delivered to: <{LOST}>\n--cut\nContent-Type: message/rfc822\n\n{ORIGINAL}"
            "\n--cut--",
        ),
    ),
    Letter(
        "Amazon by way of SNS",
        Kind.BOUNCE,
        letter(
            f"From: no-reply@sns.example\nTo: {SENDER}\nx-amz-sns-message-id: 1\nSubject: Notification",
            '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"'
            + LOST
            + '","status":"5.1.1"}]},"mail":{"source":"sales@ours.example"}}',
        ),
    ),
]

DELAYS = [
    Letter("the standard", Kind.DELAY, report("4.4.1", "delayed")),
    Letter(
        "in words",
        Kind.DELAY,
        daemon(
            "Delivery Status Notification (Delay)",
            f"Delivery to this recipient has been delayed:\n\n  {LOST}\n\nMessage will be retried for 2 days.",
        ),
    ),
    Letter(
        "in the manner of Exim",
        Kind.DELAY,
        daemon(
            "Warning: message 1abc delayed 24 hours",
            f"A message that you sent has not yet been delivered to:\n\n  {LOST}\n\nNo action is required,"
            " delivery attempts will continue for some time.",
        ),
    ),
]

DELAYS += [
    Letter(
        "it will be retried",
        Kind.DELAY,
        daemon(
            "Mail queued",
            f"Your message could not be delivered for 4 hours. It will be retried.\n\n<{LOST}>: timed out\n",
        ),
    ),
    Letter(
        "not a permanent error",
        Kind.DELAY,
        daemon(
            "Delivery delayed",
            f"This is not a permanent error. We will continue trying to deliver to {LOST} for 3 days.",
        ),
    ),
]
BOUNCES.append(Letter("a quota", Kind.BOUNCE, daemon("Mail error", f"{LOST}: quota exceeded")))

AWAY = [
    Letter(
        "Exchange",
        Kind.OUT_OF_OFFICE,
        person(
            "Automatic reply: A question",
            "I am out of the office until 5 May with limited access to email.",
            "\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All" + REPLIED,
        ),
    ),
    Letter(
        "vacation",
        Kind.OUT_OF_OFFICE,
        person("Away", "I am on vacation, back on May 5th.", "\nAuto-Submitted: auto-replied (vacation)"),
    ),
    Letter(
        "only the subject says so",
        Kind.OUT_OF_OFFICE,
        person("Abwesenheitsnotiz: Eine Frage", "Ich bin bis zum 5. Mai nicht im Büro."),
    ),
    Letter(
        "French",
        Kind.OUT_OF_OFFICE,
        person("Réponse automatique : question", "Je suis absente du bureau jusqu'au 5 mai inclus."),
    ),
    Letter(
        "no return path, nothing else",
        Kind.OUT_OF_OFFICE,
        "Return-Path: <>\n"
        + person("Re: A question", "I'm on leave and return to the office on 2024-05-05."),
    ),
    Letter(
        "iCloud",
        Kind.OUT_OF_OFFICE,
        person(
            "Auto reply: A question",
            "Zzz.",
            "\nX-Apple-Action: VACATION\nX-Apple-Criteria: {kind=VACATION,endDate=2024-05-05T14:59:59Z}",
        ),
    ),
]

AUTOMATIC = [
    Letter(
        "a desk",
        Kind.AUTO_REPLY,
        person("We received your request", "Ticket 12 is open.", "\nAuto-Submitted: auto-replied"),
    ),
    Letter("precedence", Kind.AUTO_REPLY, person("Thank you", "We will answer.", "\nPrecedence: auto_reply")),
    Letter("a field", Kind.AUTO_REPLY, person("Thank you", "We will answer.", "\nX-Autoreply: yes")),
    Letter("a subject", Kind.AUTO_REPLY, person("Autoreply: hello", "We will answer.")),
    Letter(
        "left the company, and no bounce",
        Kind.AUTO_REPLY,
        "Return-Path: <>\n"
        + person(
            "Automatic reply: A question", "Ann has left. This mailbox is not monitored: address invalid."
        ),
    ),
]

FEEDBACK = (
    "From: Feedback <fbl@provider.example>\nTo: abuse@ours.example\nSubject: FW: A question\nMIME-Version: 1.0\n"
    "Content-Type: multipart/report; report-type=feedback-report; boundary=cut"
)


def complaint(kind: str, more: str = "") -> str:
    """Return a feedback report (RFC 5965)."""
    return letter(
        FEEDBACK,
        "--cut\n\nThis is an email abuse report for an email message received from 192.0.2.1.\n--cut\n"
        f"Content-Type: message/feedback-report\n\nFeedback-Type: {kind}\nVersion: 1\n{more}\n--cut\n"
        f"Content-Type: message/rfc822\n\n{ORIGINAL}\n--cut--",
    )


COMPLAINTS = [
    Letter("abuse", Kind.COMPLAINT, complaint("abuse", f"Original-Rcpt-To: {LOST}\n")),
    Letter("opt-out", Kind.COMPLAINT, complaint("opt-out", f"Removal-Recipient: {LOST}\n")),
    Letter("the recipient from the message", Kind.COMPLAINT, complaint("abuse")),
    Letter(
        "the types are wrong",
        Kind.COMPLAINT,
        complaint("abuse").replace("report-type=feedback-report; ", "").replace("message/feedback", "text/x"),
    ),
    Letter(
        "Outlook",
        Kind.COMPLAINT,
        letter(
            "From: staff@provider.example\nTo: abuse@ours.example\nSubject: complaint about message from 192.0.2.1\n"
            "Content-Type: multipart/mixed; boundary=cut",
            f"--cut\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: {LOST}\n{ORIGINAL}\n--cut--",
        ),
    ),
]

UNSUBSCRIBES = [
    Letter("the text", Kind.UNSUBSCRIBE, person("Re: A question", "Unsubscribe", REPLIED)),
    Letter("politely", Kind.UNSUBSCRIBE, person("Re: A question", "Please unsubscribe me, thanks!\n")),
    Letter("the subject", Kind.UNSUBSCRIBE, person("unsubscribe", "")),
    Letter(
        "by List-Unsubscribe",
        Kind.UNSUBSCRIBE,
        person("x", "").replace(f"To: {SENDER}", "To: unsubscribe+t0ken@ours.example"),
    ),
    Letter("German", Kind.UNSUBSCRIBE, person("Re: Eine Frage", "Bitte abmelden")),
]

RECEIPTS = [
    Letter(
        "the standard",
        Kind.READ_RECEIPT,
        letter(
            f"From: {LOST}\nTo: {SENDER}\nSubject: Read: A question\n"
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=cut",
            "--cut\n\nIt was displayed.\n--cut\nContent-Type: message/disposition-notification\n\n"
            f"Final-Recipient: rfc822;{LOST}\nOriginal-Message-ID: <step1@ours.example>\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n\n--cut--",
        ),
    ),
    Letter(
        "in words",
        Kind.READ_RECEIPT,
        person("Read: A question", "Your message to Ann was read on Tuesday.", sender=LOST),
    ),
]

NOTHING = [
    Letter("delivered", Kind.OTHER, report("2.0.0", "delivered")),
    Letter("relayed", Kind.OTHER, report("2.0.0", "relayed")),
    Letter("a complaint taken back", Kind.OTHER, complaint("not-spam")),
    Letter(
        "Amazon delivered",
        Kind.OTHER,
        person("Notification", '{"notificationType":"Delivery"}', "\nx-amz-sns-message-id: 1"),
    ),
]

QUOTED_BOUNCE = "\n".join("> " + line for line in report("5.1.1", "failed").splitlines())

TO_MANY = [
    Letter(
        "a newsletter",
        Kind.OTHER,
        person(
            "Out of office? Tips for your vacation",
            "Delivery failed? Automatic replies explained. Unsubscribe at the bottom.",
            "\nPrecedence: bulk\nList-Unsubscribe: <https://news.example/u>\nList-Id: <news.example>",
        ),
    ),
    Letter(
        "a mailing list",
        Kind.OTHER,
        person("Re: [list] bounces", "The daemon returned it as undeliverable.", "\nPrecedence: list"),
    ),
]

REPLIES = [
    Letter("a reply", Kind.REPLY, person("Re: A question", "Yes, please call me.", REPLIED)),
    Letter(
        "it quotes a bounce",
        Kind.REPLY,
        person("Re: Undelivered Mail Returned to Sender", f"Look what I got:\n{QUOTED_BOUNCE}", REPLIED),
    ),
    Letter(
        "it writes about a bounce",
        Kind.REPLY,
        person("Undeliverable mail?", "My message to you was undeliverable: 550 5.1.1 user unknown. Why?"),
    ),
    Letter(
        "it forwards a bounce",
        Kind.REPLY,
        person(
            "Fwd: Undelivered Mail",
            f"--cut\n\nSee below.\n--cut\nContent-Type: message/rfc822\n\n{report('5.1.1', 'failed')}\n--cut--",
            "\nContent-Type: multipart/mixed; boundary=cut",
        ),
    ),
    Letter(
        "a parcel",
        Kind.REPLY,
        person(
            "Delivery failed: your parcel",
            "We were unable to deliver your parcel.",
            sender="Mail Delivery Service <no-reply@post.example>",
        ),
    ),
    Letter(
        "an invitation",
        Kind.REPLY,
        person(
            "Invitation: call",
            "--cut\n\nCall\n--cut\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--cut--",
            "\nAuto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=cut",
        ),
    ),
    Letter(
        "it answers an automatic reply",
        Kind.REPLY,
        person("Re: Automatic reply: A question", "Enjoy! Let us talk when you are back.", REPLIED),
    ),
    Letter(
        "it was away",
        Kind.REPLY,
        person("Re: A question", "Sorry, I was out of office last week. Yes, call me.", REPLIED),
    ),
    Letter(
        "it asks to be removed in a sentence",
        Kind.REPLY,
        person("Re: A question", "Where did you get my address? Please remove me from whatever you have."),
    ),
    Letter(
        "a person who is postmaster",
        Kind.REPLY,
        person("Lunch", "At noon?", sender="Bob <postmaster@theirs.example>"),
    ),
    Letter("no subject, no text", Kind.REPLY, "From: ann@theirs.example\n\n"),
    Letter(
        "X-Autoreply: no", Kind.REPLY, person("Re: A question", "A person wrote this.", "\nX-Autoreply: no")
    ),
]

LETTERS = [
    *BOUNCES, *DELAYS, *AWAY, *AUTOMATIC, *COMPLAINTS, *UNSUBSCRIBES, *RECEIPTS, *NOTHING, *TO_MANY, *REPLIES,
]  # fmt: skip
