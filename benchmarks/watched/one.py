"""One benchmark in a process of its own: ``python -m benchmarks.watched.one MODULE`` prints its ratios as a line of JSON.

The module has a function ``ratios()``, which gives a `Ratio` for each comparison and a `Missing` for each peer that is not there.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module

from benchmarks.watched.ratio import Missing, Ratio

OURS = ("crawler", "alerts", "benchmarks", "tests", "scripts")


def found_by(name: str) -> dict[str, list[object]]:
    """The ratios of a benchmark, and what is missing."""
    ratios: list[object] = []
    missing: list[object] = []
    try:
        for one in import_module(name).ratios():
            if isinstance(one, Missing):
                missing.append(str(one))
            elif isinstance(one, Ratio):
                ratios.append(one.to_json())
            else:
                raise TypeError(f"{one!r} is no ratio")
    except ModuleNotFoundError as error:
        # A module of ours that is gone is a fault, not a peer.
        if error.name is None or error.name.partition(".")[0] in OURS:
            raise
        missing.append(str(Missing(error.name, "not installed; `make bench-all` installs it")))
    return {"ratios": ratios, "missing": missing}


if __name__ == "__main__":
    print(json.dumps(found_by(sys.argv[1])))
