"""What is said where another package named ``crawler`` stands in the place of ours: only when ours cannot be loaded."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn


def explain_missing(error: ModuleNotFoundError) -> NoReturn:
    """End the program with what is in the way, and what to do.

    Raises:
        ModuleNotFoundError: it is something else that is missing.
    """
    ours = Path(__file__).parents[1] / "crawler"
    found = find_spec("crawler")
    places = list(found.submodule_search_locations or [found.origin or "?"]) if found else []
    if not (error.name or "").startswith("crawler") or str(ours) in places:
        raise error
    sys.exit(
        f"aseanwatch: its package crawler is not found, but another one of that name: {', '.join(map(str, places)) or 'none'}\n"
        "Install aseanwatch into an environment of its own (pipx install, uv tool install), and see that PYTHONPATH names no"
        " folder with another crawler."
    )
