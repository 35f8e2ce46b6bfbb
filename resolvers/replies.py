"""Replies put into inbox categories (S33): by the classifier as they come in."""

import asyncio
from collections.abc import Sequence

from inbound.categories import Categorized, OtherLanguage, categorize
from resolvers.happened import Happened
from rules.events import Event

Sorted = dict[int, Categorized | OtherLanguage]
"""What the classifier found, by the place of the reply in its batch."""


async def sort(happened: Sequence[Happened]) -> Sorted:
    """Read the texts of the replies in a batch: off the event loop, and before any contact is locked."""
    texts = {
        index: event.text
        for index, event in enumerate(happened)
        if event.text and event.event is Event.REPLY_RECEIVED
    }
    return await asyncio.to_thread(_sort, texts) if texts else {}


def _sort(texts: dict[int, str]) -> Sorted:
    return {index: categorize(text) for index, text in texts.items()}
