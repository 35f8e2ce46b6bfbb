"""The deliverer: sends webhooks what happened, and writes down what came of it.

One runs beside each worker. However many there are, each delivery is sent by one of them: PostgreSQL hands it
out. What a deliverer was sending when it was killed, another sends again, with the same id.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import structlog

from outbound import signing
from outbound.sender import Answer, Sender
from resolvers import deliveries
from resolvers.deliveries import Pace, Taken, judged, of_team, secrets
from schema.payload import message

if TYPE_CHECKING:
    from models.deliveries import Result
    from models.engine import Database
    from outbound.addresses import Outgoing

AT_ONCE: Final = 64
"""Requests under way at the same time, of all teams."""

TEAMS: Final = 20
LONGEST_PAUSE: Final = 30.0
PRUNE_EVERY: Final = 3_600.0

log = structlog.stdlib.get_logger("server.deliverer")

Sent = asyncio.Task[tuple[Taken, "Result"]]


class Deliverer:
    """Sends what is due until it is told to stop."""

    def __init__(
        self, database: Database, outgoing: Outgoing, *, drain_timeout: float, pace: Pace | None = None
    ) -> None:
        """Prepare; nothing is opened yet. `drain_timeout` is what requests get to finish, in seconds."""
        self._database, self._outgoing, self._pace = database, outgoing, pace or Pace()
        self._drain_timeout = drain_timeout
        self._stop = asyncio.Event()
        self._sending: set[Sent] = set()
        self._pruned: dict[int, float] = {}
        self._away = False

    def stop(self) -> None:
        """Begin nothing new, and finish what is begun."""
        self._stop.set()

    async def run(self) -> None:
        """Send until `stop`. A database that is lost is waited for, longer from try to try."""
        pause = 0.25
        stopping = asyncio.create_task(self._stop.wait())
        self._sender = Sender(self._outgoing, timeout=self._pace.timeout, at_once=AT_ONCE)
        try:
            while not self._stop.is_set():
                try:
                    looked = await self._look()
                    if not looked:
                        await self._until_something(stopping)
                    await self._settle()
                    if self._away:
                        log.info("the deliverer is back")
                    self._away, pause = False, 0.25
                except Exception as problem:  # noqa: BLE001 - there is work to do when it has passed
                    if not self._away:
                        log.warning("the deliverer waits for the database", reason=str(problem))
                    self._away = True
                    await asyncio.wait({stopping}, timeout=pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
            await self._finish()
        finally:
            stopping.cancel()
            await self._sender.close()

    async def _look(self) -> bool:
        """Take what is due and begin to send it; say whether there is more."""
        if len(self._sending) >= AT_ONCE:
            return False
        more = False
        teams = await deliveries.due_teams(self._database, self._pace, TEAMS)
        for team_id in teams:
            room = AT_ONCE - len(self._sending)
            if room <= 0:
                break
            context = of_team(self._database, team_id)
            taken, rest = await deliveries.take(context, self._pace, room)
            self._sending |= {asyncio.create_task(self._send(each)) for each in taken}
            if rest:
                await deliveries.look_again(context)
                more = True
            await self._prune(team_id)
        return more or len(teams) == TEAMS

    async def _send(self, taken: Taken) -> tuple[Taken, Result]:
        """Send one delivery, and return what becomes of it."""
        try:
            message_id, body = message(taken.delivery, taken.line)
            now = datetime.now(UTC)
            headers = signing.headers(message_id, now, body, secrets(taken.webhook, now))
            answer = await self._sender.post(taken.webhook.url, headers, body)
        except Exception:
            log.exception("a delivery could not be sent", delivery=taken.delivery.id)
            answer = Answer(reason="It could not be sent, by an error of ours.")
        return taken, judged(taken, answer, self._pace)

    async def _until_something(self, stopping: asyncio.Task[bool]) -> None:
        """Wait until something was sent, or it is time to look again."""
        await asyncio.wait(
            {stopping, *self._sending},
            timeout=self._pace.look_every,
            return_when=asyncio.FIRST_COMPLETED,
        )

    async def _settle(self) -> None:
        """Write down what came of all that was sent, each team's in one go."""
        of: dict[int, list[Sent]] = {}
        for task in self._sending:
            if task.done():
                of.setdefault(task.result()[0].delivery.team_id, []).append(task)
        for team_id, tasks in of.items():
            results = [task.result()[1] for task in tasks]
            disabled = await deliveries.settle(of_team(self._database, team_id), results, self._pace)
            self._sending.difference_update(tasks)
            for each in results:
                _tell(team_id, each)
            for webhook_id in disabled:
                log.warning("webhook disabled", team=team_id, webhook=webhook_id)

    async def _prune(self, team_id: int) -> None:
        """Forget now and then what has long been at an end."""
        now = asyncio.get_running_loop().time()
        if now - self._pruned.get(team_id, float("-inf")) >= PRUNE_EVERY:
            self._pruned[team_id] = now
            await deliveries.prune(of_team(self._database, team_id))

    async def _finish(self) -> None:
        """Let what is under way end; what does not, another sends again when it is nobody's any more."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=self._drain_timeout)
        with suppress(Exception):
            await self._settle()
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)


def _tell(team_id: int, result: Result) -> None:
    """Log what came of a delivery."""
    log.info(
        "delivery",
        team=team_id,
        webhook=result.webhook_id,
        delivery=result.delivery_id,
        attempt=result.attempt,
        state=result.state.name,
        status=result.status,
        reason=result.reason or None,
    )
