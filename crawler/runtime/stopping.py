"""What SIGTERM, SIGINT and SIGHUP do: the first asks for an end and makes sure that it comes in time, the second ends at once.

Work under way may hang where nothing can reach it: in a store that another process has locked, in a resolver, in a server
that does not answer. So a thread of its own waits for signals and counts the time. Python calls signal handlers in the
main thread, between two of its own steps, and the main thread may be what hangs.
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

from crawler.runtime.processes import WAITS_FOR_SIGNALS

log = logging.getLogger("aseanwatch")

WITHIN = 9.0
"""Seconds from a signal to the end; ten are promised."""
AFTER = 1.0
"""Seconds for the interpreter's own end."""
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def stop_on_signals(stop: Callable[[], object], status: int = 0, within: float = WITHIN) -> Iterator[None]:
    """End on signals that come in this block: on the first one within so many seconds, on the second at once.

    A process that was asked and has left the block has a second more: only threads that hang are left to wait for.
    Call it in the main thread only.

    Args:
        stop: asks for the end; called once, in another thread.
        status: the exit status where the end has to be forced.
        within: seconds.
    """
    reading_end, writing_end = os.pipe()
    # `signal.set_wakeup_fd` demands it: a signal must never block the interpreter.
    os.set_blocking(writing_end, False)
    listener = _Listener(reading_end, stop, status, within)
    # A handler that does nothing: by default a signal would end the
    # process, or raise in the main thread, instead of waking ours.
    # `nohup` has SIGHUP ignored, and that stays: the terminal may be closed.
    heard = [n for n in SIGNALS if n != signal.SIGHUP or signal.getsignal(n) != signal.SIG_IGN]
    before = {number: signal.signal(number, lambda *_: None) for number in heard}
    earlier = signal.set_wakeup_fd(writing_end, warn_on_full_buffer=False)
    thread = threading.Thread(target=listener.listen, name=WAITS_FOR_SIGNALS, daemon=True)
    thread.start()
    try:
        yield
    finally:
        if listener.is_asked:
            listener.until = min(listener.until, monotonic() + AFTER)
            # Wakes the thread, so that it counts by the new `until`.
            os.write(writing_end, bytes(1))
        else:
            signal.set_wakeup_fd(earlier)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(writing_end)
            thread.join()
            os.close(reading_end)


class _Listener:
    def __init__(self, reading_end: int, stop: Callable[[], object], status: int, within: float) -> None:
        self._reading_end = reading_end
        self._stop = stop
        self._status = status
        self._within = within
        self.is_asked = False
        self.until = float("inf")

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
        """The next signal that asks for an end. None if the time is up first, or if listening is over."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._reading_end, selectors.EVENT_READ)
            while True:
                left = max(0.0, self.until - monotonic())
                if not selector.select(left if self.is_asked else None):
                    return None
                number = os.read(self._reading_end, 1)
                if not number:
                    return None
                # Signals that are not ours (a child has ended) come the
                # same way; 0 only says that `until` is another one.
                if number[0] in SIGNALS:
                    return number[0]


def end_at_once(status: int) -> None:
    """End this process and those that it began, whatever they are at."""
    for child in multiprocessing.active_children():
        # Killed, not asked: they may be what hangs.
        child.kill()
    for handler in logging.getLogger().handlers:
        handler.flush()
    # Past everything that could wait: threads, exit handlers, finalisers.
    os._exit(status)
