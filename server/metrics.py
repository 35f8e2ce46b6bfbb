"""What a process counts, in Prometheus' text form: executions, what was kept of the database, the process.

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
    from models.directory import Directory


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


class Kept(Collector):
    """Reads how often what contacts name, their sequences and owners, was at hand."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Return the counts."""
        names = CounterMetricFamily(
            "contact_status_names",
            "Look-ups of the sequences or members that contacts name: kept, or read from the database.",
            labels=["from"],
        )
        names.add_metric(["kept"], self._directory.hits)
        names.add_metric(["read"], self._directory.misses)
        yield names


def route(executor: Executor, directory: Directory) -> Route:
    """Return the route `/metrics`."""
    registry = CollectorRegistry()
    registry.register(Executions(executor))
    registry.register(Kept(directory))
    ProcessCollector(registry=registry)

    async def metrics(_request: Request) -> Response:
        headers = {"cache-control": "no-store"}
        return Response(generate_latest(registry), headers=headers, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", metrics)
