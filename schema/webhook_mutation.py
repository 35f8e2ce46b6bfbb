"""The mutations about webhooks: each hands its input to a use case, and shows what came of it."""

import strawberry

from models.tables import Scope
from resolvers import webhooks_out
from resolvers.problems import Failure
from schema import webhook_results as results
from schema.context import Info
from schema.ids import number_of
from schema.once import once
from schema.reasons import reasons_of
from schema.status_mutation import Input
from schema.webhook_inputs import (
    CreateWebhookInput,
    DeleteWebhookInput,
    RedeliverInput,
    RotateWebhookSecretInput,
    TestWebhookInput,
    UpdateWebhookInput,
)
from schema.webhooks import Delivery, Webhook


@strawberry.type(description="What can be done about webhooks.")
class WebhookMutation:
    """What can be done about webhooks."""

    @strawberry.mutation(description="Have changes of statuses sent to a URL, from now on.")
    async def create_webhook(
        self, info: Info, input: Input[CreateWebhookInput]
    ) -> results.CreateWebhookResult:
        """Create a webhook."""
        values = input.values()
        outcome = await once(info, input, lambda context: webhooks_out.create(context, values), Scope.WRITE)
        if isinstance(outcome, Failure):
            return results.CreateWebhookFailure(reasons=reasons_of(outcome.reasons))
        return results.CreateWebhookSuccess(webhook=Webhook.of(outcome.webhook), secret=outcome.secret)

    @strawberry.mutation(
        description="Change where a webhook sends, what it tells of, or whether it is on. What is on its way"
        " goes to the new URL."
    )
    async def update_webhook(
        self, info: Info, input: Input[UpdateWebhookInput]
    ) -> results.UpdateWebhookResult:
        """Change a webhook."""
        number = number_of("Webhook", input.webhook_id)
        values = input.values()
        outcome = await once(
            info, input, lambda context: webhooks_out.update(context, number, values), Scope.WRITE
        )
        if isinstance(outcome, Failure):
            return results.UpdateWebhookFailure(reasons=reasons_of(outcome.reasons))
        return results.UpdateWebhookSuccess(webhook=Webhook.of(outcome))

    @strawberry.mutation(
        description="Delete a webhook with its deliveries. What is being sent now may still arrive."
    )
    async def delete_webhook(
        self, info: Info, input: Input[DeleteWebhookInput]
    ) -> results.DeleteWebhookResult:
        """Delete a webhook."""
        number = number_of("Webhook", input.webhook_id)
        failed = await once(info, input, lambda context: webhooks_out.delete(context, number), Scope.WRITE)
        if failed:
            return results.DeleteWebhookFailure(reasons=reasons_of(failed.reasons))
        return results.DeleteWebhookSuccess(webhook_id=input.webhook_id)

    @strawberry.mutation(
        description="Give a webhook a new secret. For 24 hours messages carry two signatures, so that the"
        " receiver can change its own at leisure; rotated again meanwhile, the oldest secret is forgotten."
    )
    async def rotate_webhook_secret(
        self, info: Info, input: Input[RotateWebhookSecretInput]
    ) -> results.RotateWebhookSecretResult:
        """Give a webhook a new secret."""
        number = number_of("Webhook", input.webhook_id)
        outcome = await once(info, input, lambda context: webhooks_out.rotate(context, number), Scope.WRITE)
        if isinstance(outcome, Failure):
            return results.RotateWebhookSecretFailure(reasons=reasons_of(outcome.reasons))
        return results.RotateWebhookSecretSuccess(webhook=Webhook.of(outcome.webhook), secret=outcome.secret)

    @strawberry.mutation(
        description="Send a webhook a message of type `webhook.test`, once, also if the webhook is disabled."
    )
    async def test_webhook(self, info: Info, input: Input[TestWebhookInput]) -> results.TestWebhookResult:
        """Send a webhook a test."""
        number = number_of("Webhook", input.webhook_id)
        outcome = await once(info, input, lambda context: webhooks_out.test(context, number), Scope.WRITE)
        if isinstance(outcome, Failure):
            return results.TestWebhookFailure(reasons=reasons_of(outcome.reasons))
        return results.TestWebhookSuccess(delivery=Delivery.of(outcome))

    @strawberry.mutation(
        description="Send a delivery again that has failed, or one that arrived and was lost there: with the"
        " same id and the same content, and a day of attempts."
    )
    async def redeliver(self, info: Info, input: Input[RedeliverInput]) -> results.RedeliverResult:
        """Send a delivery again."""
        number = number_of("Delivery", input.delivery_id)
        outcome = await once(
            info, input, lambda context: webhooks_out.redeliver(context, number), Scope.WRITE
        )
        if isinstance(outcome, Failure):
            return results.RedeliverFailure(reasons=reasons_of(outcome.reasons))
        return results.RedeliverSuccess(delivery=Delivery.of(outcome))
