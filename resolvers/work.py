"""What is done later: each kind of task in the queue, and the use case that does it."""

from collections.abc import Awaitable, Callable, Mapping

from models.engine import Database
from models.jobs import Kind, Task
from models.tables import Visibility
from resolvers import absences, bulk_slices
from resolvers.absences import Unfinished
from resolvers.context import Caller, Context

__all__ = ["WORK", "Stopping", "Unfinished", "do"]

Stopping = Callable[[], bool]
Done = Mapping[str, int]
"""What was done, in numbers for the log."""

WORK: dict[Kind, Callable[[Context, Task, Stopping], Awaitable[Done]]] = {
    Kind.END_ABSENCES: lambda context, task, stopping: absences.end(context, task.at, stopping),
    Kind.CHANGE_MANY: lambda context, task, stopping: bulk_slices.make(context, task.about or 0, stopping),
}


async def do(database: Database, task: Task, stopping: Stopping) -> Done:
    """Do a task as its team's system.

    A task may be done twice, when whoever did it was killed before it could say so: what it does must come to
    the same. One that takes long asks now and then whether it is to stop, and raises `Unfinished`.
    """
    caller = Caller(task.team_id, False, Visibility.PUBLIC, None, frozenset())
    return await WORK[task.kind](Context(database, caller), task, stopping)
