"""The operations that are kept compiled, the least recently used forgotten first."""

import logging
from collections import OrderedDict

from graphql import DocumentNode
from strawberry import Schema

from execution.operation import Operation
from execution.outcomes import Unsupported

_log = logging.getLogger(__name__)

LONGEST = 50_000
"""Characters of a document that is kept; the reference answers longer ones."""

MOST_SOURCE = 20_000_000
"""Characters of generated source that are kept compiled, in all operations together."""

Key = tuple[str, str | None]


class Operations:
    """Operations of one schema by document text and name; those that cannot be compiled are known as such."""

    def __init__(self, schema: Schema, most: int, *, native: bool) -> None:
        self._schema = schema
        self._most = most
        self._native = native
        self.compilations = 0
        self._size = 0
        self._kept: OrderedDict[Key, Operation | None] = OrderedDict()

    def known(self, text: str, name: str | None) -> Operation | None:
        """Return an operation met before; None if it was not, or cannot be compiled."""
        operation = self._kept.get((text, name))
        if operation is not None:
            self._kept.move_to_end((text, name))
        return operation

    def of(self, document: DocumentNode, text: str, name: str | None) -> Operation | None:
        """Return the operation of a document that has been validated; None if it cannot be compiled."""
        key = (text, name)
        if key in self._kept:
            found = self._kept[key]
            self._kept.move_to_end(key)
            return (
                found if found is None or found.document is document or found.document == document else None
            )
        if len(text) > LONGEST:
            return None
        try:
            operation = Operation(self._schema, document, name, native=self._native, compiled=self._count)
        except Unsupported as reason:
            _log.debug("Not compiled: %s", reason)
            operation = None
        self._kept[key] = operation
        if len(self._kept) > self._most:
            self._forget()
        return operation

    def _forget(self) -> None:
        """Forget what was not used for longest."""
        _, operation = self._kept.popitem(last=False)
        self._size -= operation.size if operation else 0

    def _count(self, size: int) -> None:
        """Count what was compiled; the newest stays, however long it is."""
        self.compilations += 1
        self._size += size
        while self._size > MOST_SOURCE and len(self._kept) > 1:
            self._forget()
