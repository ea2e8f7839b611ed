"""When a round of selecting, making and sending runs: soon after news was stored, and periodically for all else.

A round is one look at everything that waits, so that however often it is asked for, one round does for all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from crawler.model import AseanwatchError

log = logging.getLogger("aseanwatch")

QUIET = 0.5
"""Seconds without further news until a round begins: what one answer brings comes in few messages, not in one each."""
LONGEST = 5.0
"""Seconds that news waits for more of it to come, at most: as long as the period of rounds."""


class Rounds:
    """Runs rounds one after another. Make and use it on one running event loop.

    Args:
        run: runs one round.
        quiet: seconds without further news until it begins.
        longest: seconds that news waits for more at most.
    """

    def __init__(
        self, run: Callable[[], Awaitable[None]], quiet: float = QUIET, longest: float = LONGEST
    ) -> None:
        self._run, self._quiet, self._longest = run, quiet, longest
        self._turn = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._since: float | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waits = False
        self._closed = False

    def wake(self) -> None:
        """Have a round run as soon as no more news comes for a moment. Call it on the event loop."""
        now = self._loop.time()
        self._since = now if self._since is None else self._since
        if self._timer is not None:
            self._timer.cancel()
        at = min(now + self._quiet, self._since + self._longest)
        # At once where its time has come: a timer that each call puts off would never ring.
        if at > now:
            self._timer = self._loop.call_at(at, self._begin)
        else:
            self._begin()

    async def run(self) -> None:
        """Run a round now, or after the one that is under way. It does what was asked for before."""
        async with self._turn:
            if self._closed:
                return
            # Before the round: what is stored while it runs asks for another one.
            self._forget()
            await self._run()

    def close(self) -> None:
        """Begin no more rounds. One that is under way is left to end."""
        self._closed = True
        self._forget()

    def _begin(self) -> None:
        self._timer = None
        # One that waits for its turn does for this news, too.
        if not self._waits and not self._closed:
            self._waits = True
            # The loop holds tasks weakly; without a reference one could be collected while it runs.
            task = self._loop.create_task(self._run_for_news())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run_for_news(self) -> None:
        try:
            await self.run()
        except AseanwatchError as error:
            log.warning("the round for what is new is left to the next one: %s", error)
        except Exception:
            log.exception("the round for what is new is left to the next one")

    def _forget(self) -> None:
        self._waits = False
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._since = None
