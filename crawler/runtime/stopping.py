"""What SIGTERM and SIGINT do: ask for an end, see to it that there is one in time, and end at once the second time.

Work under way may hang where nothing can reach it: in a store that another process has locked, in a resolver, in a server
that does not answer. A thread of its own hears the signals and counts, for the main thread may be what hangs: Python calls
its handlers there, between two of its own steps.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import selectors
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

log = logging.getLogger("aseanwatch")

WITHIN = 9.0
"""Seconds from a signal to the end; ten are promised."""
AFTER = 1.0
"""Seconds for the interpreter's own end."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopped_by_signals(stop: Callable[[], object], status: int = 0, within: float = WITHIN) -> Iterator[None]:
    """In this block the first signal asks for an end, which comes within so many seconds; a second one ends the process at once.

    A process that was asked and has left the block has a second more: there is nothing left to wait for but threads that hang.
    Only for the main thread.

    Args:
        stop: asks for the end; called once, in another thread.
        status: the exit status where the end has to be forced.
        within: seconds.
    """
    hears, told = os.pipe()
    os.set_blocking(told, False)
    listener = _Listener(hears, stop, status, within)
    before = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
    earlier = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    thread = threading.Thread(target=listener.listen, name="signals", daemon=True)
    thread.start()
    try:
        yield
    finally:
        if listener.is_asked:
            listener.until = min(listener.until, monotonic() + AFTER)
            os.write(told, bytes(1))
        else:
            signal.set_wakeup_fd(earlier)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(told)
            thread.join()
            os.close(hears)


class _Listener:
    def __init__(self, hears: int, stop: Callable[[], object], status: int, within: float) -> None:
        self._hears, self._stop, self._status, self._within = hears, stop, status, within
        self.is_asked, self.until = False, float("inf")

    def listen(self) -> None:
        """Wait for the first signal, then for the end."""
        if self._next_signal() is None:
            return
        self.until = monotonic() + self._within
        self.is_asked = True
        try:
            self._stop()
        except Exception:
            log.exception("stopping failed")
        if self._next_signal() is None:
            log.error(
                "what is under way does not end (is the store locked, or a server silent?): it is left to be found again,"
                " and the process ends now",
            )  # fmt: skip
        else:
            log.warning("stopped at once by a second signal: what was under way is left to be found again")
        end_at_once(self._status)

    def _next_signal(self) -> int | None:
        """The next signal that ends; None when the moment has come before, or nobody is to be heard any more."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._hears, selectors.EVENT_READ)
            while True:
                left = max(0.0, self.until - monotonic())
                if not selector.select(left if self.is_asked else None):
                    return None
                number = os.read(self._hears, 1)
                if not number:
                    return None
                if number[0] in SIGNALS:  # others, of children that end, come the same way; 0 says that `until` is another one
                    return number[0]


def end_at_once(status: int) -> None:
    """End this process and those that it began, whatever they are at."""
    for child in multiprocessing.active_children():
        child.kill()
    for handler in logging.getLogger().handlers:
        handler.flush()
    os._exit(status)
