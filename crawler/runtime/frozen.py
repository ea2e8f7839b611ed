"""Frozen values with some fields changed, several times as fast as `dataclasses.replace`, which makes them anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class _Plan(NamedTuple):
    """How values of a class are read and written: all at once, and one setter for each, by their places."""

    read: Callable[[Any], tuple[Any, ...]]
    setters: tuple[Callable[[Any, Any], None], ...]
    places: dict[str, int]


@cache
def _plan(kind: Any) -> _Plan:
    names = [field.name for field in fields(kind)]
    if len(names) < 2 or hasattr(kind, "__post_init__") or kind.__dictoffset__:
        raise TypeError(f"{kind.__name__} is no plain dataclass with several slots")
    # The descriptors of slots write past what keeps a frozen value from being changed.
    setters = tuple(getattr(kind, name).__set__ for name in names)
    return _Plan(attrgetter(*names), setters, {name: n for n, name in enumerate(names)})


def changed(value: T, /, **changes: Any) -> T:
    """A copy of a frozen value with other values for some of its fields.

    Args:
        value: of a dataclass with slots that does nothing when it is made.
        changes: the new values by field.

    Raises:
        TypeError: it is another kind of class, or has no such field.
    """
    kind: Any = type(value)
    plan = _plan(kind)
    values = list(plan.read(value))
    for name, new in changes.items():
        place = plan.places.get(name)
        if place is None:
            raise TypeError(f"{kind.__name__} has no field {name}")
        values[place] = new
    copy: T = object.__new__(kind)
    for put, one in zip(plan.setters, values, strict=True):
        put(copy, one)
    return copy
