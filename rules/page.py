"""The rules as a page that people read: Markdown, with two diagrams. `python -m rules` prints it."""

from collections.abc import Iterable, Iterator

from rules import table
from rules.diagram import diagram
from rules.events import REACTIONS, Event, Reaction
from rules.facts import Facts, replies_tracked
from rules.statuses import MARKS, MEANING, STAGES, Status, can_receive_email, in_order
from rules.vocabulary import READY, ReasonCode, Row

COMMAND = "python -m rules > docs/statuses.md"

_INTRODUCTION = f"""\
# Contact statuses

This page is generated from `rules/` by `{COMMAND}`, and a test fails when it is not current.

A contact carries a set of statuses. In a sequence it has exactly one **stage**, which says whether the
sequence goes on, and any number of **marks**, which say what happened. In no sequence it carries nothing, or
Opted out.

A status changes in one of two ways: a person adds or removes it, or the system does because something
happened. Each way there is has one line below. **What has no line is refused, and the answer says why.**
S1 to S52 are the numbered statements of the product's description; "chosen" marks where it is silent, and we
decided."""

_READING = """\
Read a line aloud: *add Replied: a contact that is Active becomes Finished + Replied, by the owner, when
replies handling = finish, provided emails ≥ 1*. The owner is the sequence's (the contact's, where it is in no
sequence); with Team Edition off, every member counts as the owner. "When" picks between lines; "provided"
refuses with a reason. Emails are those received in the current sequence."""

_SEVERAL = """\
## Several changes at once

One request may carry several changes. Removes are made first, then adds, each in the order given and each
against the result of the one before: *remove Bounced, add Active* takes a bounced contact back into the
sequence. If one is refused, nothing is changed, and the answer carries the reasons for every change that was
refused. Each refusal also carries the way out: the shortest list of changes by hand that leads to what was
asked for."""

_REACTING = """\
Each event is counted, then the system tries each change; the table above decides. An event is never an error
because of its contact: where nothing may change nothing does, and the activity log says why."""


def page() -> str:
    """Return the whole page."""
    return "\n\n".join(_sections()) + "\n"


def _sections() -> Iterator[str]:
    yield _INTRODUCTION
    yield "## What each status means"
    yield "Stages: a contact in a sequence has exactly one."
    yield _stages()
    yield "Marks: any number, kept while the contact is in the sequence."
    yield _marks()
    yield "## What a person can change"
    yield "How a person moves a contact from stage to stage:"
    yield diagram(table.BY_HAND)
    yield _READING
    yield _rows(table.BY_HAND)
    yield _about_the_chosen()
    yield _SEVERAL
    yield "## What the system changes"
    yield "How the system moves a contact from stage to stage:"
    yield diagram(table.BY_THE_SYSTEM, enters=True)
    yield _rows(table.BY_THE_SYSTEM)
    yield "For an SMS reply, replies are tracked once an SMS was sent; otherwise once an email was received."
    yield "## What the system reacts to"
    yield _REACTING
    yield _events()
    yield "## Why a change is refused"
    yield "All the reasons that apply are given, in this order."
    yield _markdown(("reason", "meaning"), ((f"`{code.name}`", code.value) for code in ReasonCode))


def _stages() -> str:
    heads = ("stage", "meaning", "emails sent", "replies tracked", *_CHANGED_HEADS)
    mailed = Facts(emails_received=1)
    return _markdown(
        heads,
        (
            (
                f"**{stage.value}**",
                MEANING[stage],
                _yes(can_receive_email(frozenset({stage}))),
                _yes(replies_tracked(frozenset({stage}), mailed)),
                *_changed(stage),
            )
            for stage in in_order(STAGES)
        ),
    )


def _marks() -> str:
    lines = ((f"**{mark.value}**", MEANING[mark], *_changed(mark)) for mark in in_order(MARKS))
    return _markdown(("mark", "meaning", *_CHANGED_HEADS), lines)


_CHANGED_HEADS = ("put on by", "taken off by hand")


def _changed(status: Status) -> tuple[str, str]:
    """Return who may put the status on by name, and whether a person may take it off by name."""
    hand = any(row.change == +status for row in table.BY_HAND)
    system = any(row.change == +status for row in table.BY_THE_SYSTEM)
    who = " or ".join(["a person"] * hand + ["the system"] * system)
    return who, _yes(any(row.change == -status for row in table.BY_HAND))


def _rows(rows: Iterable[Row]) -> str:
    heads = ("change", "a contact that is", "becomes", "by", "when", "provided", "source")
    return _markdown(
        heads,
        (
            (
                str(row.change),
                row.is_,
                str(row.becomes),
                row.by.value,
                row.when.words,
                ", ".join(proviso.words for proviso in row.provided),
                row.source,
            )
            for row in rows
        ),
    )


def _about_the_chosen() -> str:
    """Return the table's own word on what was chosen: it stands in one place."""
    paragraphs = (table.__doc__ or "").split("\n\n")
    chosen = next(paragraph for paragraph in paragraphs if paragraph.startswith('"chosen"'))
    return f"{chosen.strip()}\nREADY is: {' and '.join(proviso.words for proviso in READY)}."


def _events() -> str:
    heads = ("when", "it counts", "the system tries", "only if")
    return _markdown(
        heads,
        (
            (
                _capital(event.value),
                ", ".join(_counts(REACTIONS[event])),
                ", ".join(str(change) for change in REACTIONS[event].tries),
                ", ".join(_only_if(REACTIONS[event])),
            )
            for event in Event
        ),
    )


def _counts(reaction: Reaction) -> Iterator[str]:
    if reaction.emails:
        yield "an email received"
    if reaction.sms:
        yield "an SMS sent"
    if reaction.completes_step:
        yield "a step completed"


def _only_if(reaction: Reaction) -> Iterator[str]:
    yield from (proviso.words for proviso in reaction.provided)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _markdown(heads: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """Return a table, its columns padded so that the source reads as well as the page."""
    body = [heads, *lines]
    widths = [max(len(line[column]) for line in body) for column in range(len(heads))]
    ruled = [heads, tuple("-" * width for width in widths), *body[1:]]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in ruled
    )
