"""What a changed configuration changes, in words that name keys and never values that could be secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from crawler.config.settings import Settings

SHOWN = 5
"""Names that are listed; of more it is said how many there are."""
_PLAIN = (bool, int, float, timedelta)
"""Values that are shown. A text could be an address or a secret, whatever its key."""


def changes(before: Settings, after: Settings) -> list[str]:
    """The differences of two configurations, one line for each section or key; none where they are equal."""
    return list(_section("", before, after))


def _section(path: str, before: BaseModel, after: BaseModel) -> Iterator[str]:
    for name, field in type(before).model_fields.items():
        key = f"{path}{field.alias or name}"
        old = getattr(before, name)
        new = getattr(after, name)
        if old != new:
            yield from _difference(key, old, new)


def _difference(key: str, old: Any, new: Any) -> Iterator[str]:
    old_names = _named(old)
    new_names = _named(new)
    if old_names is not None and new_names is not None:
        yield f"{key}: {_of_named(old_names, new_names)}"
    elif isinstance(old, BaseModel) and type(old) is type(new):
        yield from _section(f"{key}.", old, new)
    elif isinstance(old, _PLAIN) and isinstance(new, _PLAIN):
        yield f"{key}: {old} became {new}"
    else:
        # Only that it changed: the value may be a secret or a person's address.
        yield f"{key} changed"


def _named(value: Any) -> Mapping[str, Any] | None:
    """Things by their names: a mapping, or a list of things that have one."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple) and all(hasattr(one, "name") for one in value):
        return {one.name: one for one in value}
    return None


def _of_named(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    found = {
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "changed": [name for name in new if name in old and new[name] != old[name]],
    }
    if not any(found.values()):
        return "their order changed"
    return ", ".join(f"{len(names)} {what} ({_listed(names)})" for what, names in found.items() if names)


def _listed(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
