"""Tables of weights: frozen dataclasses whose fields say, besides their value, what they mean.

A weight is a number that a decision depends on and that could have been chosen otherwise. Each one has a unit, an origin
(how its value was found) and a trade (what more of it gives, and what it costs). A table may hold further tables; a
mapping counts as one weight for each of its keys. Weights are named by their path, as in ``relevance.bias`` or
``likeness.worth.e``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from datetime import timedelta
from typing import Any, Generic, TypeVar

Value = int | float | timedelta
T = TypeVar("T")

REASONED = "reasoned about single cases, and rounded"
"""The origin of most weights: no set of texts was fitted."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight of a table.

    Attributes:
        path: the names that lead to it, joined with dots.
        value: its default value.
        unit: what it counts.
        origin: how the value was found: reasoned, fitted on what, measured by which command, taken from a standard.
        trades: what more of it gives and costs.
        bound: whether it only bounds work or output: behaviour does not depend on it until something is very large.
    """

    path: str
    value: Value
    unit: str
    origin: str
    trades: str
    bound: bool


def weight(value: Any, unit: str, trades: str, origin: str = REASONED) -> Any:
    """A field of a table with its default value and its meaning.

    Args:
        value: a number, a length of time, or a dictionary of numbers.
        unit: what it counts.
        trades: what more of it gives and costs.
        origin: how the value was found.
    """
    return _field(value, {"unit": unit, "trades": trades, "origin": origin, "bound": False})


def bound(value: Any, unit: str, trades: str, origin: str = REASONED) -> Any:
    """A field that bounds work or output, and decides nothing on ordinary input; arguments as those of `weight`."""
    return _field(value, {"unit": unit, "trades": trades, "origin": origin, "bound": True})


def _field(value: Any, meaning: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        # A copy for each table: a dictionary that tables share could be changed for all.
        return field(default_factory=value.copy, metadata=meaning)
    return field(default=value, metadata=meaning)


def weights_of(table: Any) -> list[Weight]:
    """All weights of a table, those of the tables in it included, in the order in which they are written."""
    return list(_walk(table, ""))


def _walk(table: Any, path: str) -> Iterator[Weight]:
    for each in fields(table):
        value = getattr(table, each.name)
        if is_dataclass(value):
            yield from _walk(value, f"{path}{each.name}.")
        elif isinstance(value, Mapping):
            yield from (_weight(each, f"{path}{each.name}.{key}", one) for key, one in value.items())
        else:
            yield _weight(each, f"{path}{each.name}", value)


def _weight(described: Field[Any], path: str, value: Value) -> Weight:
    return Weight(path, value, **described.metadata)


def scaled(table: T, path: str, factor: float) -> T:
    """The same table with one weight multiplied.

    A whole number stays whole and changes by one at least, so that every factor but 1 has an effect.

    Raises:
        KeyError: the table has no such weight.
    """
    name, _, rest = path.partition(".")
    known: Any = table
    if name not in {f.name for f in fields(known)}:
        raise KeyError(path)
    value = getattr(known, name)
    if is_dataclass(value):
        changed: Any = scaled(value, rest, factor)
    elif isinstance(value, Mapping):
        changed = {**value, rest: _times(value[rest], factor)}
    else:
        changed = _times(value, factor)
    made: T = replace(known, **{name: changed})
    return made


def _times(value: Value, factor: float) -> Value:
    if isinstance(value, int):
        # Rounding would leave a small whole number as it
        # is, and the change would seem to have no effect.
        least = value + (1 if factor > 1 else -1)
        return max(round(value * factor), least) if factor > 1 else min(round(value * factor), least)
    return value * factor


class InUse(Generic[T]):
    """The table that code reads, which a tool or test may put another one in the place of, in its own thread or task.

    Args:
        name: what it is called in a debugger.
        packaged: the table that is in use unless another one is put in its place.
    """

    def __init__(self, name: str, packaged: T) -> None:
        self._current = ContextVar[T](name, default=packaged)
        self.get: Callable[[], T] = self._current.get
        """Gives the table in use. It is the variable's own method, for judging asks some fifty times an article."""

    @contextmanager
    def using(self, other: T) -> Iterator[None]:
        """Put another table into use until the block ends. Other threads keep theirs."""
        token = self._current.set(other)
        try:
            yield
        finally:
            self._current.reset(token)


def undocumented(table: Any) -> list[str]:
    """The names of a table's fields that are neither a weight nor a table: a mistake in the table."""
    plain = [f for f in fields(table) if "unit" not in f.metadata]
    return [f.name for f in plain if f.default_factory is MISSING or not is_dataclass(getattr(table, f.name))]
