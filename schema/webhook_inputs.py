"""What the mutations about webhooks take: one input each."""

from typing import Any

import strawberry
from strawberry import UNSET

from models.tables import ActivityKind
from rules.statuses import Status
from schema.ids import number_of
from schema.once import Repeatable


@strawberry.input(description="Which changes a webhook is about; all given parts must hold.")
class WebhookFilter:
    """Which changes."""

    sequence_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of contacts that were in this sequence, as the line says."
    )
    statuses: list[Status] | None = strawberry.field(
        default=None, description="Put on or took off at least one of these."
    )


def _values(url: str | None, kinds: Any, wanted: Any) -> dict[str, Any]:
    """Return what is given, by the names of storage; a filter is given as a whole."""
    values: dict[str, Any] = {} if url in {None, UNSET} else {"url": url}
    if kinds is not UNSET:
        values["kinds"] = kinds
    if wanted is not UNSET:
        given = wanted or WebhookFilter()
        id_ = given.sequence_id
        values["sequence_id"] = None if id_ is None else number_of("Sequence", id_) or 0
        values["statuses"] = given.statuses
    return values


@strawberry.input(description="A new webhook.")
class CreateWebhookInput(Repeatable):
    """A new webhook."""

    url: str = strawberry.field(
        description="Where to send: https://, and a host with public addresses; at most 2,000 characters."
    )
    kinds: list[ActivityKind] | None = strawberry.field(
        default=None, description="Which kinds of lines; every kind that `changes` has if left out."
    )
    filter: WebhookFilter | None = strawberry.field(
        default=None, description="Which changes; all if left out."
    )

    def values(self) -> dict[str, Any]:
        """Return what is given, by the names of storage."""
        return _values(self.url, self.kinds, self.filter)


@strawberry.input(description="What to change of a webhook; what is left out stays.")
class UpdateWebhookInput(Repeatable):
    """What to change of a webhook."""

    webhook_id: strawberry.ID = strawberry.field(description="The webhook.")
    url: str | None = strawberry.field(default=UNSET, description="Where to send from now on.")
    kinds: list[ActivityKind] | None = strawberry.field(
        default=UNSET, description="Which kinds of lines; null: every kind."
    )
    filter: WebhookFilter | None = strawberry.field(
        default=UNSET, description="Which changes, in place of the present filter; null: all."
    )
    enabled: bool | None = strawberry.field(
        default=UNSET,
        description="Whether to send. Switched on again it goes on where it stood: what happened meanwhile is"
        " delivered.",
    )

    def values(self) -> dict[str, Any]:
        """Return what is given, by the names of storage."""
        values = _values(self.url, self.kinds, self.filter)
        return values if self.enabled in {None, UNSET} else {**values, "enabled": self.enabled}


@strawberry.input(description="The webhook to delete, with its deliveries.")
class DeleteWebhookInput(Repeatable):
    """The webhook to delete."""

    webhook_id: strawberry.ID = strawberry.field(description="The webhook.")


@strawberry.input(description="The webhook to give a new secret.")
class RotateWebhookSecretInput(Repeatable):
    """The webhook to give a new secret."""

    webhook_id: strawberry.ID = strawberry.field(description="The webhook.")


@strawberry.input(description="The webhook to send a test.")
class TestWebhookInput(Repeatable):
    """The webhook to send a test."""

    webhook_id: strawberry.ID = strawberry.field(description="The webhook.")


@strawberry.input(description="The delivery to send again.")
class RedeliverInput(Repeatable):
    """The delivery to send again."""

    delivery_id: strawberry.ID = strawberry.field(description="The delivery, which is at an end.")
