"""What has a global id."""

import strawberry


@strawberry.interface(description="Anything with a global id: `node(id)` finds it again (Relay).")
class Node:
    """Anything with a global id."""

    id: strawberry.ID = strawberry.field(description="The global id: opaque, and of this one object.")
