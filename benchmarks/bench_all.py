"""Every benchmark that has peers or a ratio, at small size, on one page: ``python -m benchmarks.bench_all`` (`make bench-all`).

Each has a module in `benchmarks.watched.each`. Writes `docs/project/benchmarks.md`, keeps the figures in `docs/figures/benchmarks.json`,
and names each ratio that fell by more than 15 % below the kept run, and each benchmark or peer that could not be measured. Ends with
status 1 if a ratio fell or a benchmark failed.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.watched import each
from benchmarks.watched.page import page, trouble
from benchmarks.watched.record import Figures
from benchmarks.watched.running import LONGEST, ROOT, run
from benchmarks.watched.without import WITHOUT

FIGURES = ROOT / "docs" / "figures" / "benchmarks.json"
PAGE = ROOT / "docs" / "project" / "benchmarks.md"
EVERY = {found.name: f"{each.__name__}.{found.name}" for found in pkgutil.iter_modules(each.__path__)}
"""The module of each benchmark."""


def watch(chosen: Mapping[str, str], kept: Path, shown: Path, *, keep: bool, longest: float = LONGEST) -> int:
    """Run benchmarks, keep their figures, write the page, and say what is wrong.

    Args:
        chosen: the benchmarks, each with its module; those of the file that are not among them stay as they are.
        kept: the file of figures.
        shown: the page.
        keep: whether later runs are held against this one; the first run of a benchmark always is kept.
        longest: seconds that one may take.

    Returns: the exit status.
    """
    figures = Figures.read(kept)
    for name, module in chosen.items():
        record = run(module, longest)
        figures.last[name] = record
        print(f"{name} ({record.seconds:.0f} s)", flush=True)
        for ratio in record.ratios:
            print(f"  {ratio.name:44} beside {ratio.beside:28} {ratio.of:24} {ratio}", flush=True)
        # A run that is stopped loses nothing; what it is held against stays until it is told.
        figures.write(kept)
    wrong, known = trouble(figures, list(chosen))
    figures.keep([name for name in chosen if keep or name not in figures.base])
    figures.write(kept)
    shown.write_text(page(figures, WITHOUT), encoding="utf-8")
    for line in known:
        print(f"Note: {line}")
    for line in wrong:
        print(f"Wrong: {line}")
    return 1 if wrong else 0


def main() -> int:
    """Run what is asked for."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--only", nargs="*", choices=list(EVERY), default=list(EVERY), help="measure these, not all"
    )
    options.add_argument("--keep", action="store_true", help="hold later runs against this one")
    options.add_argument("--page", action="store_true", help="measure nothing, write the page anew")
    given = options.parse_args()
    try:
        if given.page:
            PAGE.write_text(page(Figures.read(FIGURES), WITHOUT), encoding="utf-8")
            return 0
        return watch({name: EVERY[name] for name in given.only}, FIGURES, PAGE, keep=given.keep)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
