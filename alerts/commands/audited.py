"""Changes that are made on the command line, with their entry in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from alerts.identity import audit
from crawler.runtime.clock import now
from crawler.store import Store

ACTOR = "command line"


@contextmanager
def audited(store: Store, action: str, target: object, **detail: Any) -> Iterator[Connection]:
    """A transaction that ends with an entry in the audit log.

    Args:
        store: the store that is changed.
        action: what is done, such as ``operator: add``.
        target: what it is done to.
        detail: what else the entry says.
    """
    with store.write() as connection:
        yield connection
        audit.record(connection, ACTOR, action, target, now(), **detail)
