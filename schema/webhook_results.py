"""What the mutations about webhooks answer: a union each, of what was done and of every reason why not."""

from typing import Annotated

import strawberry

from schema.results import Failure
from schema.webhooks import Delivery, Webhook

_KEEP = "What messages are signed with, as `whsec_…`: keep it, it is shown this once."


@strawberry.type(description="The webhook was created: it tells of what happens from now on.")
class CreateWebhookSuccess:
    """The webhook was created."""

    webhook: Webhook = strawberry.field(description="The new webhook.")
    secret: str = strawberry.field(description=_KEEP)


@strawberry.type(description="The webhook was not created.")
class CreateWebhookFailure(Failure):
    """The webhook was not created."""


@strawberry.type(description="The webhook was changed.")
class UpdateWebhookSuccess:
    """The webhook was changed."""

    webhook: Webhook = strawberry.field(description="The changed webhook.")


@strawberry.type(description="The webhook was left as it is.")
class UpdateWebhookFailure(Failure):
    """The webhook was left as it is."""


@strawberry.type(description="The webhook was deleted.")
class DeleteWebhookSuccess:
    """The webhook was deleted."""

    webhook_id: strawberry.ID = strawberry.field(description="The id the webhook had.")


@strawberry.type(description="The webhook was not deleted.")
class DeleteWebhookFailure(Failure):
    """The webhook was not deleted."""


@strawberry.type(
    description="The webhook has a new secret. For 24 hours messages are signed with both, the new one first."
)
class RotateWebhookSecretSuccess:
    """The webhook has a new secret."""

    webhook: Webhook = strawberry.field(description="The webhook.")
    secret: str = strawberry.field(description=_KEEP)


@strawberry.type(description="The webhook keeps its secret.")
class RotateWebhookSecretFailure(Failure):
    """The webhook keeps its secret."""


@strawberry.type(
    description="A message of type `webhook.test` is on its way, once; look at the delivery in a moment."
)
class TestWebhookSuccess:
    """A test is on its way."""

    delivery: Delivery = strawberry.field(description="The delivery.")


@strawberry.type(description="Nothing is sent.")
class TestWebhookFailure(Failure):
    """Nothing is sent."""


@strawberry.type(description="The message is sent again, with the same id and the same content.")
class RedeliverSuccess:
    """The message is sent again."""

    delivery: Delivery = strawberry.field(description="The delivery.")


@strawberry.type(description="Nothing is sent again.")
class RedeliverFailure(Failure):
    """Nothing is sent again."""


def _union(name: str, what: str) -> strawberry.union:  # type: ignore[valid-type]
    return strawberry.union(name, description=f"{what}, or every reason why not.")


CreateWebhookResult = Annotated[
    CreateWebhookSuccess | CreateWebhookFailure, _union("CreateWebhookResult", "The new webhook")
]
UpdateWebhookResult = Annotated[
    UpdateWebhookSuccess | UpdateWebhookFailure, _union("UpdateWebhookResult", "The changed webhook")
]
DeleteWebhookResult = Annotated[
    DeleteWebhookSuccess | DeleteWebhookFailure, _union("DeleteWebhookResult", "The id it had")
]
RotateWebhookSecretResult = Annotated[
    RotateWebhookSecretSuccess | RotateWebhookSecretFailure,
    _union("RotateWebhookSecretResult", "The new secret"),
]
TestWebhookResult = Annotated[
    TestWebhookSuccess | TestWebhookFailure, _union("TestWebhookResult", "The delivery of the test")
]
RedeliverResult = Annotated[RedeliverSuccess | RedeliverFailure, _union("RedeliverResult", "The delivery")]
