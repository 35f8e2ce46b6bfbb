"""What a process counts, in Prometheus' text form: how operations were executed, and the process itself.

Needs no credentials, as the orchestrator's questions: it tells numbers of the process only. With several
WORKERS each counts for itself, and one of them answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from execution import Executor


class Executions(Collector):
    """Reads the executor's own counts when it is asked: a request pays nothing for it."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Return the counts."""
        operations = CounterMetricFamily(
            "contact_status_operations",
            "Posted operations: compiled, fallback to Strawberry's execution, or refused before it.",
            labels=["execution"],
        )
        for outcome, count in self._executor.outcomes.items():
            operations.add_metric([outcome], count)
        yield operations
        yield CounterMetricFamily(
            "contact_status_compilations",
            "Operations compiled, once for each way their directives come out.",
            value=self._executor.compilations,
        )


def route(executor: Executor) -> Route:
    """Return the route `/metrics`."""
    registry = CollectorRegistry()
    registry.register(Executions(executor))
    ProcessCollector(registry=registry)

    async def metrics(_request: Request) -> Response:
        headers = {"cache-control": "no-store"}
        return Response(generate_latest(registry), headers=headers, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", metrics)
