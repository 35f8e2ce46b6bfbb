"""Replies in our own words, and the category each belongs to."""

import pytest

from inbound.categories import Categorized, OtherLanguage, categorize
from rules.events import Category

EXPECTED = {
    Category.INTERESTED: """
        Sounds interesting, tell me more.
        Yes, let's schedule a call next Tuesday.
        I'm interested. What does it cost?
        Sure, happy to chat.
        Can you send me pricing?
        Yes please
        Sounds great! When are you available?
        I'd love to learn more about this
        Please call me on 555-1234
        Thursday at 3pm works for me.
        Yes!
        Not only am I interested, I would like a demo
        Please don't stop emailing me, I'm interested!
        """,
    Category.NOT_INTERESTED: """
        Not interested.
        I'm not interested, thanks
        No thanks
        No thank you, we already have a vendor.
        We don't need this.
        This isn't a good fit for us.
        Thanks but we're all set.
        I'll pass.
        We are not looking for new tools.
        We have no interest in this.
        I don't think we would be interested.
        """,
    Category.NOT_NOW: """
        Not now, maybe later
        Not a good time. Please check back in 3 months.
        Can you reach out again in Q3?
        We're very busy at the moment
        Please follow up next quarter.
        We're not looking right now
        Not interested right now.
        No budget this year, try again in January
        Circle back after the holidays
        I'm interested but not right now
        """,
    Category.DO_NOT_CONTACT: """
        unsubscribe
        Stop emailing me
        Please remove me from your list
        Take me off your mailing list.
        Do not contact me again.
        Don't email me anymore
        Please stop. I am not interested, remove me.
        I don't want to receive these emails
        No more emails please
        leave me alone
        This is spam.
        Not interested, please unsubscribe me
        """,
    Category.OTHER: """
        I'm not the right person, please talk to John.
        Who are you?
        Thanks for your message.
        ok
        Please do not hesitate to contact me
        I did not unsubscribe from anything
        How did you get my address?
        """,
}
REPLIES = [(c, line.strip()) for c, lines in EXPECTED.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("category", "text"), REPLIES)
def test_category(category: Category, text: str) -> None:
    found = categorize(text)
    assert isinstance(found, Categorized)
    assert found.category is category, found.why
    assert found.why.endswith(".")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nein danke, kein Interesse.", "German"),
        ("Merci, je ne suis pas intéressé", "French"),
        ("No me interesa, gracias", "Spanish"),
        ("Non sono interessato, grazie", "Italian"),
        ("Não tenho interesse, obrigado", "Portuguese"),
        ("Geen interesse, bedankt", "Dutch"),
        ("Nej tack, inget intresse", "Nordic"),
        ("Nie jestem zainteresowany, dziękuję", "Polish or Czech"),
        ("Спасибо, не интересно", None),
        ("興味ありません", None),
    ],
)
def test_another_language_is_said_and_not_guessed(text: str, language: str | None) -> None:
    assert categorize(text) == OtherLanguage(language)
    assert categorize(text).why.endswith("only English replies are sorted.")


def test_what_is_quoted_decides_nothing() -> None:
    quoted = "On Monday Sales <sales@ours.example> wrote:\n> Interested? Reply unsubscribe to stop."
    text = f"Who are you?\n\n{quoted}"
    assert categorize(text) == Categorized(Category.OTHER, "No phrase in it speaks for another category.")


def test_a_typographic_apostrophe_is_an_apostrophe() -> None:
    found = categorize("I don\u2019t think we\u2019d be interested")
    assert isinstance(found, Categorized)
    assert found.category is Category.NOT_INTERESTED


def test_the_reason_is_what_it_says() -> None:
    assert categorize("Well, I am really not at all interested.").why == "It says “not at all interested”."
