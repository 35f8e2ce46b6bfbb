"""The subscriptions."""

from collections.abc import AsyncGenerator

import strawberry

from schema import bulk_changes, feed
from schema.activity import ActivityEdge


@strawberry.type(description="What can be followed.")
class Subscription:
    """What can be followed."""

    status_changed: AsyncGenerator[ActivityEdge] = strawberry.subscription(
        resolver=feed.status_changed,
        description="Each change of statuses as it happens, with its cursor: the changes of `changes`, in its"
        " order, with its cursors. Keep the last one: whatever ended the stream, subscribe again with it as"
        " `after`, here or elsewhere, and you miss none and meet none twice. With no `after`: from now on. A"
        " websocket is closed with 4408 if you take no event for 15 seconds, with 4401 when your key ends,"
        " with 1012 when the server restarts; a stream of events ends with an error that says the same.",
    )
    bulk_change_progress: AsyncGenerator[bulk_changes.BulkChange] = strawberry.subscription(
        resolver=bulk_changes.progress,
        description="A bulk change as it is now, then each time it has gone on, until it has ended; then the"
        " stream ends too. If you are slow you are shown how far it is, not each step. Nothing, and the end,"
        " if there is no such bulk change.",
    )
