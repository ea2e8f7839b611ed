"""How far each weight of judging moves the measures: ``python -m benchmarks.weights [FILE] [OPTION…]``.

Without a file the simulated newsroom's news is judged, 124 articles. Options are those of
``aseanwatch evaluate FILE --weights`` (``--only``, ``--factor``, ``--json``).
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from crawler.cli import main as command
from tests.newsroom.news import labelled


def main() -> None:
    """Write the sample news to a file where none is given, and evaluate it."""
    given = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        if not given or given[0].startswith("-"):
            sample = Path(folder) / "sample.jsonl"
            lines = [json.dumps(row) for row in labelled()]
            sample.write_text("\n".join(lines), encoding="utf-8")
            given = [str(sample), *given]
        sys.argv[1:] = ["evaluate", *given, "--weights"]
        command()


if __name__ == "__main__":
    main()
