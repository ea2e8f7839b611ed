"""What a configuration must say to make of those beneath it what is wanted: the other way round from `merging`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.config.merging import DIRECTIVES, REMOVE, is_named_list, name_in
from crawler.config.references import Key
from crawler.model import AseanwatchError

NOTHING: Any = object()
"""Stands for no difference: nothing needs to be said."""
UNORDERED = ("terms", "relevance")
"""Sections whose lists are sets: in which order their words stand means nothing."""


def overlay(base: Mapping[str, Any], wanted: Mapping[str, Any], key: Key = ()) -> Any:
    """What a mapping must say on top of another one to give what is wanted; NOTHING where that is the same.

    In which order sources, subscriptions and the words of term sets stand means nothing, and is not kept.

    Args:
        base: what lies beneath.
        wanted: what is to come out.
        key: where they stand.

    Raises:
        AseanwatchError: no configuration on top of this one can give that.
    """
    removed: dict[str, Any] = {name: True for name in base if name not in wanted}
    made: dict[str, Any] = {}
    for name, value in wanted.items():
        below = (*key, name)
        if name in DIRECTIVES:
            raise AseanwatchError(
                f"{'.'.join(map(str, key)) or 'here'}: {name} cannot be the name of anything in a file that extends another;"
                " leave out what is to go"
            )
        if name not in base:
            made[name] = fresh(value, below)
            continue
        gone, added = _change(base[name], value, below)
        if gone is not NOTHING:
            removed[name] = gone
        if added is not NOTHING:
            made[name] = added
    if removed:
        in_order = {name: removed[name] for name in base if name in removed}
        made[REMOVE] = list(in_order) if all(what is True for what in in_order.values()) else in_order
    return made or NOTHING


def entry_overlay(base: Any, wanted: Any, section: str, name: str) -> Any:
    """What an entry must say to be what is wanted on top of what lies beneath.

    Args:
        base: the entry beneath; None where there is none.
        wanted: the entry as it is to be; None: it is to go.
        section: its section.
        name: its name.

    Returns:
        Its values, for an entry of a list with its name; NOTHING where it need not stand there.
    """
    if wanted is None:
        return NOTHING if base is None else {REMOVE: True}
    if base is None or not isinstance(base, Mapping) or not isinstance(wanted, Mapping):
        return fresh(wanted, (section, name))
    return overlay(base, wanted, (section, name))


def fresh(value: Any, key: Key) -> Any:
    """A value that nothing lies beneath.

    Raises:
        AseanwatchError: it holds what would be read as something to be removed.
    """
    if isinstance(value, Mapping):
        made = overlay({}, value, key)
        return {} if made is NOTHING else made
    if isinstance(value, list):
        return [fresh(v, (*key, n)) for n, v in enumerate(value)]
    return value


def _change(base: Any, wanted: Any, key: Key) -> tuple[Any, Any]:
    """What is to be removed from a value, and what is to be put in; both NOTHING where it stays."""
    if isinstance(base, Mapping) and isinstance(wanted, Mapping):
        return NOTHING, overlay(base, wanted, key)
    if isinstance(base, list) and isinstance(wanted, list):
        are_named = is_named_list(base) or is_named_list(wanted)
        return _entries(base, wanted, key) if are_named else _words(base, wanted, key)
    if base == wanted and type(base) is type(wanted):
        return NOTHING, NOTHING
    return NOTHING, fresh(wanted, key)


def _words(base: list[Any], wanted: list[Any], key: Key) -> tuple[Any, Any]:
    if base == wanted:
        return NOTHING, NOTHING
    gone = [w for w in dict.fromkeys(base) if w not in wanted]
    added = [w for w in dict.fromkeys(wanted) if w not in base]
    kept = [w for w in base if w in wanted]
    fits = kept + added == wanted or key[0] in UNORDERED
    if fits and (kept or not gone):
        return gone or NOTHING, added or NOTHING
    return True, wanted


def _entries(base: list[Any], wanted: list[Any], key: Key) -> tuple[Any, Any]:
    names = [[name_in(entry) for entry in entries] for entries in (base, wanted)]
    if any(len(set(found)) < len(found) or None in found for found in names):
        return (NOTHING, NOTHING) if base == wanted else (True, fresh(wanted, key))
    above = dict(zip(names[1], wanted, strict=True))
    made: list[dict[str, Any]] = []
    # In the order of those beneath, so that the same difference is always said alike; new ones as they are wanted.
    for number, (name, entry) in enumerate(zip(names[0], base, strict=True)):
        if name not in above:
            made.append({"name": name, REMOVE: True})
        elif (change := overlay(entry, above[name], (*key, number))) is not NOTHING:
            made.append({"name": name, **change})
    made += [fresh(entry, key) for name, entry in above.items() if name not in names[0]]
    return NOTHING, made or NOTHING
