"""Measure the classifier on folders of real mail: `python -m inbound.measure FOLDER` prints the table.

The folder holds bounces, automatic, complaints and other. A delay notice among the bounces is counted as
recognised when it is told apart: it is not a bounce.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from inbound.mail import read
from inbound.reading import Kind, Unreadable

RIGHT: dict[str, frozenset[Kind]] = {
    "bounces": frozenset({Kind.BOUNCE, Kind.DELAY}),
    "automatic": frozenset({Kind.AUTO_REPLY, Kind.OUT_OF_OFFICE}),
    "complaints": frozenset({Kind.COMPLAINT}),
    "other": frozenset({Kind.REPLY, Kind.READ_RECEIPT, Kind.OTHER}),
}


@dataclass
class Measured:
    """What came of one folder."""

    files: int = 0
    right: int = 0
    delays: int = 0
    addressed: int = 0
    misses: list[str] = field(default_factory=list)

    def share(self, count: int) -> float:
        """Return a count as a percentage of the files."""
        return 100 * count / self.files if self.files else 100.0


def measure(folder: Path) -> dict[str, Measured]:
    """Read every message below the folder and compare."""
    table: dict[str, Measured] = {}
    for name, right in RIGHT.items():
        found = table[name] = Measured()
        for path in sorted(p for p in (folder / name).glob("**/*") if p.is_file()):
            found.files += 1
            try:
                reading = read(path.read_bytes())
            except Unreadable as wrong:
                found.misses.append(f"{path.name}: {wrong}")
                continue
            found.right += reading.kind in right
            found.delays += reading.kind is Kind.DELAY
            found.addressed += bool(reading.recipients)
            if reading.kind not in right or (name == "bounces" and not reading.recipients):
                found.misses.append(
                    f"{path.name}: {reading.kind.name}: {reading.why} {', '.join(reading.recipients)}"
                )
    return table


def main(folder: Path) -> None:
    """Print the table, then what was missed."""
    table = measure(folder)
    write = sys.stdout.write
    write(f"{'':<12}{'files':>7}{'right':>9}{'address found':>15}{'delays':>8}\n")
    for name, found in table.items():
        addressed = f"{found.share(found.addressed):.1f} %" if name in {"bounces", "complaints"} else ""
        write(
            f"{name:<12}{found.files:>7}{found.share(found.right):>7.1f} %{addressed:>15}{found.delays:>8}\n"
        )
    write(f"false positives among other: {table['other'].files - table['other'].right}\n")
    for name, found in table.items():
        for miss in found.misses:
            write(f"  {name}/{miss}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
