"""The stages as a diagram: one arrow for each way from stage to stage that the rows know."""

from collections.abc import Iterable, Iterator

from rules.statuses import STAGES, Status
from rules.vocabulary import Row

_NOWHERE = "[*]"


def diagram(rows: Iterable[Row], *, enters: bool = False) -> str:
    """Return a Mermaid state diagram of the stages; `enters` adds where a contact starts.

    Rows that lead from more than two stages leave from one box that names them all: an arrow from each would
    hide the others. Marks move no stage and have no arrow.
    """
    arrows: dict[tuple[str, str], list[str]] = {}
    if enters:
        arrows[_NOWHERE, Status.ACTIVE.name] = ["enters a sequence"]
        arrows[_NOWHERE, Status.MISSING_DATA.name] = ["enters with a variable missing"]
    boxes: dict[str, str] = {}
    for row in rows:
        for source, target in _moves(row, boxes):
            arrows.setdefault((source, target), []).append(_label(row))
    names = {stage.name: stage.value for stage in Status if stage in STAGES}
    used = {end for arrow in arrows for end in arrow}
    lines = ["stateDiagram-v2"]
    lines += [f'state "{words}" as {name}' for name, words in (names | boxes).items() if name in used]
    lines += [f"{source} --> {target} : {' or '.join(labels)}" for (source, target), labels in arrows.items()]
    return "```mermaid\n" + "\n    ".join(lines) + "\n```"


def _moves(row: Row, boxes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the arrows of a row, from and to; note the box it leaves from, if it needs one."""
    to = row.becomes.stage
    if to is None and row.becomes.minus.isdisjoint(STAGES):
        return
    target = to.name if to else _NOWHERE
    stages = [stage for stage in Status if stage in row.contact_is and stage is not to]
    if len(stages) > 2:
        box = f"TO_{target}"
        boxes[box] = row.is_
        yield box, target
    else:
        yield from ((stage.name, target) for stage in stages)


def _label(row: Row) -> str:
    return f"{row.change} ({row.when.words})" if row.when.words else str(row.change)
