"""What a page notes beside its answer, such as that a story was read: written behind the answer, which does not wait for the crawl.

The writer's turn may be a crawl's for tenths of a second. Nobody who only looks should wait for it. But who looks next must find what
was noted: whatever shows or changes such things first waits until it is written (`LateWrites.settle`).

A thread writes as long as there is something, and then ends. It is no daemon, so that a process that ends in good order has written
all of it. A process that is killed meanwhile loses it: then a story stays unread that was opened in its last moment.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from typing import NamedTuple

from sqlalchemy import Connection

from crawler.runtime.right_of_way import page_waits
from crawler.store import Store, StoreError

log = logging.getLogger("aseanwatch")
LONGEST_WAIT = 5.0
"""Seconds that somebody waits for what was noted. A crawl has the turn for less than one, other commands perhaps for longer: then a
page shows what is written so far."""
READING, SESSION_USE, TOKEN_USE = "read", "session", "token"
"""What keys begin with. That of a read story goes on with the person."""
Key = tuple[Hashable, ...]
Write = Callable[[Connection], object]


class _Noted(NamedTuple):
    about: str
    write: Write


class LateWrites:
    """What is still to be written. Threads may share it.

    Args:
        store: where it is written to.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[Key, _Noted] = {}
        self._under_way: dict[Key, _Noted] = {}
        self._changed = threading.Condition()
        self._is_writing = False

    def note(self, key: Key, about: str, write: Write) -> None:
        """Write something soon.

        Args:
            key: of several with the same key that still wait the first one is written.
            about: what it is, for the log where it fails: a noun.
            write: writes it, in a transaction that it may share with others.
        """
        with self._changed:
            if key in self._noted or key in self._under_way:
                return
            self._noted[key] = _Noted(about, write)
            if self._is_writing:
                return
            self._is_writing = True
        threading.Thread(target=self._write_all, name="late writes").start()

    def settle(self, *beginning: object, longest: float = LONGEST_WAIT) -> bool:
        """Wait until what was noted before is written.

        Args:
            beginning: only that whose key begins so.
            longest: seconds to wait.

        Returns:
            Whether all of it is written, or could not be.
        """
        with self._changed:
            keys = {k for k in (*self._noted, *self._under_way) if k[: len(beginning)] == beginning}
        if not keys:
            return True
        with page_waits(), self._changed:
            return self._changed.wait_for(
                lambda: keys.isdisjoint(self._noted) and keys.isdisjoint(self._under_way), longest
            )

    def _write_all(self) -> None:
        while self._taken():
            try:
                self._write(list(self._under_way.values()))
            finally:
                with self._changed:
                    self._under_way = {}
                    self._changed.notify_all()

    def _taken(self) -> bool:
        """Take what there is; the last look is under the lock, so that nothing is noted for a thread that ends."""
        with self._changed:
            self._under_way, self._noted = self._noted, {}
            self._is_writing = bool(self._under_way)
            return self._is_writing

    def _write(self, noted: list[_Noted]) -> None:
        try:
            with self._store.write() as connection:
                for one in noted:
                    one.write(connection)
        except StoreError as error:
            log.warning("not noted: %s (%s)", ", ".join(sorted({one.about for one in noted})), error)
        except Exception:  # whatever one of them meets: the others can be written
            if len(noted) > 1:
                for one in noted:
                    self._write([one])
            else:
                log.exception("not noted: %s", noted[0].about)
