"""The inbox category of an English reply (S33), and why; another language is said, not guessed.

Sentences are searched for phrases, each of which speaks for one category with a weight. "Not" before a phrase
turns it: what speaks for Interested then speaks against, a demand to stop counts for nothing ("don't stop").
"""

import re
from dataclasses import dataclass

from inbound.language import other_language
from inbound.quotes import new_text
from inbound.unsubscribes import COMMAND, MAX_COMMAND
from inbound.wishes import NEGATION, PHRASES, TURNED
from rules.events import Category

MAX_TEXT = 5_000
MIN_SCORE = 2


@dataclass(frozen=True, slots=True)
class Categorized:
    """A category and the words that decided it."""

    category: Category
    why: str


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The reply is in another language; `language` names it where it is known."""

    language: str | None

    @property
    def why(self) -> str:
        """Return the reason as a sentence."""
        return f"It is written in {self.language or 'another language'}, and only English replies are sorted."


def categorize(text: str) -> Categorized | OtherLanguage:
    """Put a reply into a category; quoted text and signature are not read.

    Do not contact wins over everything: a person who asks to be left alone is left alone. Of equals the more
    careful wins, in the order Not interested, Not now, Interested.
    """
    new = new_text(text[:MAX_TEXT]).replace("\u2019", "'")
    language = other_language(new)
    if language is not None:
        return OtherLanguage(language or None)
    if len(new) <= MAX_COMMAND and COMMAND.fullmatch(new):
        return Categorized(Category.DO_NOT_CONTACT, f"It says nothing but “{' '.join(new.split())}”.")
    scores: dict[Category, int] = {}
    reasons: dict[Category, str] = {}
    for sentence in re.split(r"(?<=[.!?;])\s+|\n{2,}|\s+but\s+", " ".join(re.split(r"(?<!\n)\n(?!\n)", new))):
        for category, weight, words in _found(sentence[:1_000]):
            scores[category] = scores.get(category, 0) + weight
            reasons.setdefault(category, words)
    for category in (Category.DO_NOT_CONTACT, *_ranked(scores)):
        if scores.get(category, 0) >= MIN_SCORE:
            return Categorized(category, f"It says “{reasons[category]}”.")
    return Categorized(Category.OTHER, "No phrase in it speaks for another category.")


def _found(sentence: str) -> list[tuple[Category, int, str]]:
    """Return what the phrases of one sentence speak for, once for each phrase of the table."""
    found = []
    for name, weight, pattern in PHRASES:
        for match in pattern.finditer(sentence):
            category: Category | None = Category[name]
            before = sentence[max(0, match.start() - 40) : match.start()]
            negation = NEGATION.search(before)
            words = match[0]
            if negation:
                turned = TURNED.get(name)
                category = Category[turned] if turned else None
                words = before[negation.start() :] + match[0]
            if category:
                found.append((category, weight, " ".join(words.split())[:80]))
                break
    return found


def _ranked(scores: dict[Category, int]) -> list[Category]:
    """Return the other categories, the highest score first; of equals the more careful one."""
    careful = [Category.NOT_INTERESTED, Category.NOT_NOW, Category.INTERESTED]
    return sorted(careful, key=lambda category: (-scores.get(category, 0), careful.index(category)))
