"""A plugin of ariadne-codegen: the client reads words that the API learns after it was generated.

A new reason does not change the shape of the API: who knows only `Reason { code message }` understands it.
As generated, the client would raise at a `__typename` or a code that it does not know.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from ariadne_codegen.plugins.base import Plugin

from clients.uses import OPEN

if TYPE_CHECKING:
    from graphql import GraphQLEnumType

_REASONS: Final = re.compile(r'typename__: Literal\[[^\]]*"Reason",[^\]]*\]')

_MISSING: Final = """
@classmethod
def _missing_(cls, value: object) -> Any:
    word = str.__new__(cls, str(value))
    word._name_ = word._value_ = str(value)
    return word
"""


class OpenWords(Plugin):  # type: ignore[misc] # it is not installed here
    """Makes the enums of OPEN take any word, and a reason be of any type."""

    def generate_enum(self, class_def: ast.ClassDef, enum_type: GraphQLEnumType) -> ast.ClassDef:
        """Let an open enum read an unknown word as a member of that name."""
        if enum_type.name in OPEN:
            class_def.body.extend(ast.parse(_MISSING).body)
        return class_def

    def generate_enums_code(self, generated_code: str) -> str:
        """Import what the open enums name."""
        return f"from typing import Any\n{generated_code}"

    def generate_result_types_code(self, generated_code: str) -> str:
        """Let a reason's type be any word."""
        return _REASONS.sub("typename__: str", generated_code)
