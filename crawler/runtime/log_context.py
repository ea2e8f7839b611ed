"""What a line of the log is about: the source, story or delivery that is worked on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_about: ContextVar[Mapping[str, object]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


def about() -> Mapping[str, object]:
    """What is worked on at the moment."""
    return _about.get()


@contextmanager
def log_context(**ids: object) -> Iterator[None]:
    """Add ids to all lines that are logged in this block."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)
