"""Runs GraphQL operations fast: compiled once to Python, over any Strawberry schema.

Whatever the compiled code cannot do, and whatever goes wrong while it runs, Strawberry's own execution
answers: it is the reference, so its answers are always the ones given.
"""

from execution.executor import Executor as Executor
from execution.lasting import Lasting as Lasting
from execution.lasting import last as last
from execution.outcomes import Answer as Answer
from execution.outcomes import Outcome as Outcome
from execution.rows import Layout as Layout
from execution.rows import Rows as Rows
