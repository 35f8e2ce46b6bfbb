"""Replies and their inbox categories: what is asked, and what came of it."""

from typing import Annotated

import strawberry

from resolvers import categories
from resolvers.problems import Failure as Failed
from rules.events import Category
from rules.statuses import Status, in_order
from schema.activity import Activity
from schema.contact_plans import changed
from schema.contacts import Contact
from schema.context import Info
from schema.once import Repeatable
from schema.reasons import reasons_of
from schema.results import Failure


@strawberry.input(description="A reply, and the inbox category to put it into.")
class CategorizeReplyInput(Repeatable):
    """A reply, and the category to put it into."""

    activity_id: strawberry.ID = strawberry.field(description="The line of the log that tells of the reply.")
    category: Category = strawberry.field(description="The category; it wins over the classifier's.")
    note: str | None = strawberry.field(
        default=None, description="A remark for the log; at most 2,000 characters."
    )


@strawberry.type(description="The reply is in the category.")
class CategorizeReplySuccess:
    """The reply is in the category."""

    contact: Contact = strawberry.field(
        description="The contact that replied: Opted out, if it asks not to be written to."
    )
    before: list[Status] = strawberry.field(description="The set before, in the enum's order.")
    after: list[Status] = strawberry.field(description="The set after, in the enum's order.")
    activity: Activity = strawberry.field(description="The line of the log that says so.")


@strawberry.type(description="The reply was left in the category it is in.")
class CategorizeReplyFailure(Failure):
    """The reply was left in the category it is in."""


CategorizeReplyResult = Annotated[
    CategorizeReplySuccess | CategorizeReplyFailure,
    strawberry.union("CategorizeReplyResult", description="The contact, or every reason why not."),
]


async def categorized(
    info: Info, outcome: categories.Sorted | Failed
) -> CategorizeReplySuccess | CategorizeReplyFailure:
    """Return what came of it as the API shows it."""
    if isinstance(outcome, Failed):
        return CategorizeReplyFailure(reasons=reasons_of(outcome.reasons))
    [contact] = await changed(info, [outcome.record])
    return CategorizeReplySuccess(
        contact=contact,
        before=in_order(outcome.before),
        after=in_order(outcome.after),
        activity=Activity.of(outcome.line),
    )
