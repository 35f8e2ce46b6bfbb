"""Strawberry's `Info`, made for less: most resolvers look at the context at most."""

from typing import Any

from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from execution.run import Here, ResolveInfo, Run, Site


class QuickInfo(Info[Any, Any]):
    """Strawberry's Info over a site, a run and a place; what it is made of is put together when asked."""

    def __init__(self, field: StrawberryField, site: Site, run: Run, here: Here | None) -> None:
        self._field = field
        self._site = site
        self._run = run
        self._here = here

    @property
    def _raw_info(self) -> ResolveInfo:  # type: ignore[override]
        return ResolveInfo(self._site, self._run, self._here)

    @property
    def kept(self) -> dict[Any, Any]:
        """What resolvers keep for this place in the operation, as long as that is compiled."""
        return self._site.kept

    @property
    def context(self) -> Any:
        """The context of the request."""
        return self._run.context
