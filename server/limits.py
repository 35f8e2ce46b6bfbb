"""How large a query may be: measured from its text and the schema, before anything of it runs.

One validation rule measures each fragment once, those that others use first, so that its work is linear in
the document. (Forty fragments, each spreading the next twice, have 2^40 fields: a rule that writes them out
computes for ever.) It runs when the document is entered, and ends the validation when it refuses: the other
rules, whose work can grow with the square of the document, never see what it refused.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any, ClassVar, Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
)
from graphql.validation.rules import overlapping_fields_can_be_merged as overlapping
from graphql.validation.validate import ValidationAbortedError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, SchemaExtension

from server.measure import CEILING, Measure, Size

# Comparing fields of one name is the one work of graphql-core's rules that a small document can make large.
# What they allow themselves, 500,000, takes a second; a page built of a dozen fragments needs 5,000.
overlapping.MAX_COMPLEXITY_BUDGET = 25_000


@dataclass(frozen=True)
class Limits:
    """The most a request may ask for.

    The defaults let pass a page of 100 contacts, each with its sequence, owner, enrolment, 20 activities and
    all its transitions with their reasons, and GraphiQL's introspection.
    """

    body: int = 1_000_000
    """Bytes of a request's body."""
    tokens: int = 3_000
    """Words and signs of a document: what it costs to read it."""
    depth: int = 15
    """Fields within fields. Introspection does not count: graphql-core has a rule for it."""
    roots: int = 30
    """Fields of the query, mutation or subscription itself."""
    fields: int = 1_000
    """Fields with all fragments written out."""
    aliases: int = 100
    """Renamed fields, with all fragments written out."""
    directives: int = 100
    """Directives, with all fragments written out."""
    cost: int = 150_000
    """Fields the answer may hold: fields times the sizes of the lists they are in."""
    page: int = 100
    """The size of a page that a variable decides: the largest the API gives."""
    default_page: int = 50
    """The size of a page when the query does not say."""
    other_list: int = 5
    """The size of a list without pages, such as a contact's transitions or their reasons: an estimate."""


class QueryLimitError(ValidationAbortedError):
    """A query is larger than allowed; `extensions.code` says in what. Nothing more of it is validated."""


_WAYS: Final = {
    "depth": ("QUERY_TOO_DEEP", "is {count} fields deep", "Ask for the inner part in a query of its own."),
    "roots": ("QUERY_TOO_WIDE", "has {count} fields at its root", "Send several requests."),
    "fields": ("QUERY_TOO_LARGE", "has {count} fields, fragments included", "Split it."),
    "aliases": ("QUERY_TOO_MANY_ALIASES", "has {count} aliases, fragments included", "Split it."),
    "directives": ("QUERY_TOO_MANY_DIRECTIVES", "has {count} directives, fragments included", "Split it."),
    "cost": (
        "QUERY_TOO_COSTLY",
        "costs {count}: its fields times the sizes of the pages they are on",
        "Ask for smaller pages (`first`, written as a number) or fewer fields within them.",
    ),
}


def _spreads(selection_set: SelectionSetNode) -> Iterator[str]:
    """Name the fragments a selection spreads, at any depth. No recursion: the depth is not known yet."""
    stack = [selection_set]
    while stack:
        for node in stack.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                yield node.name.value
            elif inner := getattr(node, "selection_set", None):
                stack.append(inner)


class QueryLimits(ValidationRule):
    """The validation rule; `rule(limits)` gives it other limits than the defaults."""

    limits: ClassVar[Limits] = Limits()

    def enter_document(self, document: DocumentNode, *_: Any) -> None:
        """Measure every definition, unused fragments too: the other rules would work on them as well.

        Raises `QueryLimitError` on the first that breaks a limit, and on fragments that spread themselves.
        """
        measure = Measure(self.context.schema, self.limits)
        for fragment in self._in_order_of_use(document):
            size = measure.add_fragment(fragment)
            # A fragment's fields are on the root only if the operation spreads it there.
            self._check(size._replace(roots=0), f"Fragment '{fragment.name.value}'", fragment)
        for operation in document.definitions:
            if isinstance(operation, OperationDefinitionNode):
                name = f" '{operation.name.value}'" if operation.name else ""
                self._check(measure.operation(operation), f"The {operation.operation.value}{name}", operation)

    @staticmethod
    def _in_order_of_use(document: DocumentNode) -> list[FragmentDefinitionNode]:
        """Sort the fragments so that each comes after those it spreads."""
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        uses = {
            name: {s for s in _spreads(f.selection_set) if s in fragments} for name, f in fragments.items()
        }
        try:
            return [fragments[name] for name in TopologicalSorter(uses).static_order()]
        except CycleError as error:
            # graphql-core says the same, but only after rules that can be made to work for long.
            cycle: list[str] = error.args[1]
            names = " in ".join(f"'{name}'" for name in cycle[:10])
            message = f"Fragments cannot spread themselves: {names}{' in …' if len(cycle) > 10 else ''}."
            raise QueryLimitError(
                message, fragments[cycle[0]], extensions={"code": "GRAPHQL_VALIDATION_FAILED"}
            ) from None

    def _check(self, size: Size, what: str, node: FragmentDefinitionNode | OperationDefinitionNode) -> None:
        refusals = []
        for name, (code, sentence, advice) in _WAYS.items():
            count, most = getattr(size, name), getattr(self.limits, name)
            if count > most:
                said = f"{count:,}" if count < CEILING else f"{CEILING:,} or more"
                message = f"{what} {sentence.format(count=said)}; the most is {most:,}. {advice}"
                refusals.append(
                    QueryLimitError(message, node, extensions={"code": code, "limit": most, "count": count})
                )
        if refusals:
            for refusal in refusals[:-1]:
                self.report_error(refusal)
            raise refusals[-1]


@cache
def rule(limits: Limits) -> type[QueryLimits]:
    """Make the rule for these limits: the same class each time, as `ValidationCache` compares by identity."""
    return type("QueryLimits", (QueryLimits,), {"limits": limits})


def limiters(limits: Limits) -> tuple[Callable[[], SchemaExtension], ...]:
    """Give the factories of the schema extensions that apply the limits: `Schema(..., extensions=…)`."""
    rules: list[Any] = [rule(limits)]
    return (lambda: MaxTokensLimiter(limits.tokens), lambda: AddValidationRules(rules))
