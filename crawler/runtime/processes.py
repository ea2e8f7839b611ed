"""How processes of our own are begun, so that each loads no more than it needs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_beginning = threading.Lock()


@contextmanager
def without_main() -> Iterator[None]:
    """Processes begun in this block do not import the program again: they need only what they are for, a third of the memory."""
    with _beginning:  # two threads at once would put the empty module back
        # A spawned process imports whatever is called __main__ here, which is the whole program.
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
