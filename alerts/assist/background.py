"""The thread in which assistants are asked: whatever they take, rounds and other duties go on without them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from alerts.assist.checking import SecondReader
from alerts.assist.filling import Filler
from crawler.assist.assistants import Assistants
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.runtime.tracing import span
from crawler.store import Store

log = logging.getLogger("aseanwatch")

LOCK = "assist"
"""Of all processes together one asks at a time."""


class AssistWork:
    """Asks assistants about what is new whenever it is woken.

    Args:
        settings: the whole configuration.
        store: where everything is kept.
        clock: gives the present moment.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._stopping = threading.Event()
        self._assistants = Assistants(settings)
        second = SecondReader(settings, store, self._assistants, clock)
        self._filler = Filler(settings, store, self._assistants, clock, second.read, self._stopping)
        self._thread: threading.Thread | None = None
        self._blocked: str | None = None

    def wake(self) -> None:
        """Have it look for what is new, unless it is at it."""
        if self._stopping.is_set() or (self._thread is not None and self._thread.is_alive()):
            return
        # A daemon: the process ends without waiting for the answer of a server that gives none.
        self._thread = threading.Thread(target=self._work, name=LOCK, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more. What is under way is given up; who looks next asks for it again."""
        self._stopping.set()
        # In a thread: connections and models may take their time to be closed, and the end must not wait.
        threading.Thread(target=self._assistants.close, name="assist end", daemon=True).start()

    def join(self, timeout: float | None = None) -> None:
        """Wait until nothing is under way."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        try:
            with self._store.lock(LOCK) as mine, span("assist"):
                if mine:
                    self._say(self._filler.fill().blocked)
        except AseanwatchError as error:  # a store that is away, say
            if not self._stopping.is_set():
                log.warning("assistants are asked later: %s", error)
        except Exception:
            if not self._stopping.is_set():
                log.exception("assistants are asked later")

    def _say(self, blocked: str | None) -> None:
        """A line where it begins to wait, and where it goes on; not one every few seconds."""
        if (blocked is None) != (self._blocked is None):
            log.log(logging.WARNING if blocked else logging.INFO, "assistants: %s", blocked or "asked again")
        self._blocked = blocked
