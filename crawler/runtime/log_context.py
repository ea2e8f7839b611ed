"""What a line of the log is about: source, story or delivery, bound where they are worked on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_about: ContextVar[Mapping[str, object]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


def about() -> Mapping[str, object]:
    """What is worked on at the moment."""
    return _about.get()


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Lines that are logged in this block are about these as well."""
    token = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(token)
