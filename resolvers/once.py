"""Safe retries and dry runs: every mutation comes through here, and none of them knows.

A request with an idempotency key is done in one transaction that begins with taking the key and ends with
keeping the answer. So both are there or neither, whoever is killed when; and who comes with the same key
meanwhile waits for that transaction to end, then gets its answer or, if it came to nothing, does the work.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from models import answers
from resolvers import kept
from resolvers.context import Context
from resolvers.input import text_problems
from resolvers.problems import Failure, Problem, ProblemCode

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: by which key it is known, if any, and a fingerprint of all that it says."""

    key: str | None
    fingerprint: bytes


async def once(
    context: Context, request: Request, case: Callable[[Context], Awaitable[Outcome]]
) -> Outcome | Failure:
    """Do what is asked for, once: a request of the same key within 24 hours gets the first answer again.

    Keys are the caller's own: a member's, or the system's. The same key with another request is refused with
    IDEMPOTENCY_KEY_REUSED. Without a key there is nothing to it.
    """
    key = request.key
    if key is None:
        return await case(context)
    if problems := list(text_problems("idempotency_key", key, most=200, blank=False)):
        return Failure(problems)
    team_id, caller_id = context.team_id, context.caller.member_id or 0
    async with context.whole() as (joined, session):
        if await answers.claim(session, team_id, caller_id, key, request.fingerprint):
            outcome = await case(joined)
            await answers.keep(session, team_id, caller_id, key, kept.written(outcome))
            return outcome
        fingerprint, answer = await answers.used(session, team_id, caller_id, key)
    if fingerprint != request.fingerprint:
        message = "This key was used for another request: give each request a key of its own."
        return Failure([Problem(ProblemCode.IDEMPOTENCY_KEY_REUSED, message)])
    return cast("Outcome", kept.read(answer or "null"))
