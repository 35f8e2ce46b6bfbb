"""The table of the rules itself, for those who build on it."""

import strawberry

from rules.statuses import Status, in_order
from rules.table import TABLE
from rules.vocabulary import By, Row
from schema.changes import StatusChange
from schema.enums import CODES, ReasonCode


@strawberry.type(description="What a row makes of the set; marks it does not name stay.")
class RuleOutcome:
    """What a row makes of the set."""

    stage: Status | None = strawberry.field(
        description="The stage instead of the present one; null: it stays."
    )
    adds: list[Status] = strawberry.field(description="The marks that are put on.")
    removes: list[Status] = strawberry.field(description="The statuses that are taken off.")


@strawberry.type(description="What a row demands; unmet, it refuses with its reason.")
class RuleProviso:
    """What a row demands."""

    words: str = strawberry.field(description="What must hold.")
    unmet: ReasonCode = strawberry.field(description="The reason if it does not.")


@strawberry.type(
    description="One row of the table: one way in which statuses change. What has no row is refused."
)
class StatusRule:
    """One row of the table."""

    change: StatusChange = strawberry.field(description="The change.")
    stages: list[Status] = strawberry.field(description="A contact that is any one of these …")
    in_no_sequence: bool = strawberry.field(description="… or that carries nothing and is in no sequence.")
    becomes: RuleOutcome = strawberry.field(description="What becomes of it.")
    by: By = strawberry.field(description="By whom.")
    when: str | None = strawberry.field(description="What picks this row among those for the same change.")
    provided: list[RuleProviso] = strawberry.field(description="What must hold besides.")
    source: str = strawberry.field(
        description="The numbered statements of the specification it follows from."
    )
    sentence: str = strawberry.field(description="The row read aloud.")

    @classmethod
    def of(cls, row: Row) -> "StatusRule":
        """Return a row of the rules as the API shows it."""
        outcome = row.becomes
        return cls(
            change=StatusChange.of(row.change),
            stages=in_order(status for status in row.contact_is if status),
            in_no_sequence=None in row.contact_is,
            becomes=RuleOutcome(
                stage=outcome.stage, adds=in_order(outcome.plus), removes=in_order(outcome.minus)
            ),
            by=row.by,
            when=row.when.words or None,
            provided=[
                RuleProviso(words=proviso.words, unmet=CODES[proviso.unmet.name]) for proviso in row.provided
            ],
            source=row.source,
            sentence=row.sentence,
        )


RULES = [StatusRule.of(row) for row in TABLE]
