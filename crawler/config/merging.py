"""One configuration on top of another. Pure: plain values in, plain values out, with where each of them comes from.

The rule:

- Mappings are merged key by key; a value that is neither a mapping nor a list replaces the one beneath.
- Lists of entries with a ``name`` are merged by it: what is beneath keeps its place, new entries go to the end.
- All other lists are added to; what is there already is not added twice.
- ``remove`` in a mapping takes out of what is beneath, before the rest is put in: keys (``remove: [th]``), or below a key
  further keys, entries or words (``remove: {en: [rail link]}``, ``remove: {th: true}``). ``remove: true``, alone, takes out
  the entry that it stands in.
- ``replace: true`` in an entry puts it in place of the one beneath, of which nothing stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.config.references import Key
from crawler.runtime.near import hint, nearest

REMOVE, REPLACE = "remove", "replace"
DIRECTIVES = (REMOVE, REPLACE)
"""Keys that say what becomes of what is beneath; they are in no configuration that has been merged."""
_LIKENESS = 0.65
"""How near a name must be to be taken for one that is not there: of few names one is always a little like it."""
_FORMS = "true alone, a list of names such as [one, two], or a mapping such as {key: [one, two]}"


@dataclass(slots=True)
class Trace:
    """Where a value and all below it come from.

    Attributes:
        layer: the number of the configuration, from the bottom.
        key: the value's key there.
        below: what does not come from there, by the last part of its key here.
    """

    layer: int
    key: Key
    below: dict[str | int, Trace] = field(default_factory=dict)

    def at(self, part: str | int) -> Trace:
        """The trace of a value directly below this one."""
        return self.below.get(part) or Trace(self.layer, (*self.key, part))

    def find(self, key: Key) -> Trace:
        """The trace of a value anywhere below this one."""
        found = self
        for part in key:
            found = found.at(part)
        return found


@dataclass(frozen=True, slots=True)
class MergeFinding:
    """Something to be said of a configuration that was put on top of others: its number, the key in it, and the words."""

    layer: int
    key: Key
    message: str


@dataclass(slots=True)
class Merged:
    """Configurations on top of each other.

    Attributes:
        values: what they say together.
        trace: where each value comes from.
        problems: what cannot be meant.
        warnings: what has no effect, such as the removal of what is not there.
        removed: what was taken out, with where that is said.
    """

    values: dict[str, Any] = field(default_factory=dict)
    trace: Trace = field(default_factory=lambda: Trace(0, ()))
    problems: list[MergeFinding] = field(default_factory=list)
    warnings: list[MergeFinding] = field(default_factory=list)
    removed: dict[Key, Trace] = field(default_factory=dict)


def merged(layers: Iterable[Mapping[str, Any]]) -> Merged:
    """What configurations say together, the lowest first. They are not changed, and their parts are shared."""
    out = Merged()
    for number, layer in enumerate(layers):
        merger = _Merger(out, number)
        if number == 0 and not _has_directive(layer):
            out.values = dict(layer)
            continue
        out.values, out.trace = merger.mapping(out.values, layer, out.trace, (), ())
    return out


def _has_directive(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(d in value for d in DIRECTIVES) or any(map(_has_directive, value.values()))
    return isinstance(value, list) and any(isinstance(v, Mapping) and _has_directive(v) for v in value)


def is_named_list(value: Any) -> bool:
    """Whether a list holds entries with names; an empty one holds none."""
    return isinstance(value, list) and any(isinstance(v, Mapping) for v in value)


def name_in(entry: Any) -> Any:
    """The name of an entry of a list; None where it has none."""
    return entry.get("name") if isinstance(entry, Mapping) else None


@dataclass(slots=True)
class _Merger:
    """Puts one configuration on top of what lies beneath it. ``key`` is the place in the result, ``own`` that in this one."""

    out: Merged
    layer: int

    def value(self, base: Any, over: Any, trace: Trace | None, key: Key, own: Key) -> tuple[Any, Trace]:
        """A value on top of another one; ``trace`` is None where nothing lies beneath."""
        if isinstance(over, Mapping):
            is_mapping = isinstance(base, Mapping) and trace is not None
            beneath = base if is_mapping else {}
            return self.mapping(
                beneath, over, trace if is_mapping and trace else Trace(self.layer, own), key, own
            )
        if is_named_list(over):
            beneath = base if isinstance(base, list) else []
            return self.entries(beneath, over, trace if isinstance(base, list) else None, key, own)
        if isinstance(over, list) and isinstance(base, list) and trace is not None:
            return self.words(base, over, trace, own)
        if over is None and isinstance(base, Mapping | list) and trace is not None:
            # Most likely all beneath it is a comment. What it would take away would be missed in fifty places.
            self._problem(own, f"is empty; leave the key out, or say what goes: {REMOVE}: [{own[-1]}]")
            return base, trace
        return over, Trace(self.layer, own)

    def mapping(
        self, base: Mapping[str, Any], over: Mapping[str, Any], trace: Trace, key: Key, own: Key
    ) -> tuple[dict[str, Any], Trace]:
        """A mapping on top of another one."""
        made = dict(base)
        traced = Trace(trace.layer, trace.key, dict(trace.below))
        if REPLACE in over:
            self._check_replace(over[REPLACE], key, (*own, REPLACE), is_there=bool(base))
            made, traced = {}, Trace(self.layer, own)
        if REMOVE in over and over[REMOVE] is not True:
            made, traced = self.without(made, traced, over[REMOVE], key, (*own, REMOVE))
        elif REMOVE in over and not key:
            self._problem((*own, REMOVE), f"nothing would be left; allowed: {_FORMS.partition(', ')[2]}")
        for name, value in over.items():
            if name in DIRECTIVES:
                continue
            below, mine = (*key, name), (*own, name)
            if isinstance(value, Mapping) and REMOVE in value and value[REMOVE] is True:
                self._remove_entry(made, traced, name, value, below, mine)
                continue
            beneath = traced.at(name) if name in made else None
            made[name], traced.below[name] = self.value(made.get(name), value, beneath, below, mine)
        return made, traced

    def entries(
        self, base: list[Any], over: list[Any], trace: Trace | None, key: Key, own: Key
    ) -> tuple[list[Any], Trace]:
        """A list of entries on top of another one."""
        held = [
            (entry, trace.at(n) if trace else Trace(self.layer, (*own, n))) for n, entry in enumerate(base)
        ]
        places = {
            name: n for n, (entry, _) in enumerate(held) if (name := _hashable(name_in(entry))) is not None
        }
        gone: set[int] = set()
        seen: set[Any] = set()
        for number, entry in enumerate(over):
            mine = (*own, number)
            name = _hashable(name_in(entry))
            if name is not None and name in seen:
                self._problem((*mine, "name"), f"the name {name} is used twice")
                continue
            seen.add(name)
            at = places.get(name) if name is not None else None
            below = (*key, name if name is not None else number)
            if isinstance(entry, Mapping) and entry.get(REMOVE) is True:
                self._check_alone(entry, mine, ("name",))
                if at is None:
                    self._is_missing((*mine, "name"), name, [n for n in places if isinstance(n, str)])
                else:
                    gone.add(at)
                    self.out.removed[below] = Trace(self.layer, mine)
            elif at is None:
                held.append(self.value(None, entry, None, below, mine))
            else:
                held[at] = self.value(held[at][0], entry, held[at][1], below, mine)
        left = [pair for n, pair in enumerate(held) if n not in gone]
        top = trace or Trace(self.layer, own)
        return [e for e, _ in left], Trace(top.layer, top.key, {n: t for n, (_, t) in enumerate(left)})

    def words(self, base: list[Any], over: list[Any], trace: Trace, own: Key) -> tuple[list[Any], Trace]:
        """A list of words, numbers and the like on top of another one."""
        made, traced = list(base), Trace(trace.layer, trace.key, dict(trace.below))
        for number, word in enumerate(over):
            if word not in made:
                traced.below[len(made)] = Trace(self.layer, (*own, number))
                made.append(word)
        return made, traced

    def without(self, base: Any, trace: Trace, wanted: Any, key: Key, own: Key) -> tuple[Any, Trace]:
        """What is left of a mapping or a list without some of it."""
        if isinstance(wanted, list) and isinstance(base, Mapping):
            made, traced = dict(base), Trace(trace.layer, trace.key, dict(trace.below))
            for number, name in enumerate(wanted):
                self._take_out(made, traced, name, key, (*own, number))
            return made, traced
        if isinstance(wanted, list) and isinstance(base, list):
            return self._without_words(base, trace, wanted, key, own)
        if isinstance(wanted, Mapping) and isinstance(base, Mapping):
            made, traced = dict(base), Trace(trace.layer, trace.key, dict(trace.below))
            for name, what in wanted.items():
                if what is True or name not in made:
                    self._take_out(made, traced, name, key, (*own, name))
                else:
                    made[name], traced.below[name] = self.without(
                        made[name], traced.at(name), what, (*key, name), (*own, name)
                    )
            return made, traced
        if isinstance(wanted, Mapping) and is_named_list(base):
            return self._without_parts_of_entries(base, trace, wanted, key, own)
        forms = _FORMS if isinstance(base, Mapping) else "true, or a list of what goes such as [one, two]"
        self._problem(own, f"does not say what is to go; allowed: {forms}")
        return base, trace

    def _without_words(
        self, base: list[Any], trace: Trace, wanted: list[Any], key: Key, own: Key
    ) -> tuple[list[Any], Trace]:
        """A list without some of its words or, by their names, of its entries."""
        labels = [name_in(v) if isinstance(v, Mapping) else v for v in base]
        for number, word in enumerate(wanted):
            if word not in labels:
                self._is_missing((*own, number), word, [w for w in labels if isinstance(w, str)])
            elif isinstance(word, str):
                self.out.removed[(*key, word)] = Trace(self.layer, (*own, number))
        left = [n for n, label in enumerate(labels) if label not in wanted]
        traced = Trace(trace.layer, trace.key, {new: trace.at(old) for new, old in enumerate(left)})
        return [base[n] for n in left], traced

    def _without_parts_of_entries(
        self, base: list[Any], trace: Trace, wanted: Mapping[str, Any], key: Key, own: Key
    ) -> tuple[list[Any], Trace]:
        """A list of entries without some of them, or without parts of some."""
        names = [name_in(entry) for entry in base]
        made, traced = list(base), Trace(trace.layer, trace.key, dict(trace.below))
        whole = [name for name, what in wanted.items() if what is True or name not in names]
        for name, what in wanted.items():
            if name not in whole:
                at = names.index(name)
                made[at], traced.below[at] = self.without(
                    made[at], traced.at(at), what, (*key, name), (*own, name)
                )
        for name in whole:
            if name not in names:
                self._is_missing((*own, name), name, [n for n in names if isinstance(n, str)])
            else:
                self.out.removed[(*key, name)] = Trace(self.layer, (*own, name))
        left = [n for n, name in enumerate(names) if name not in whole]
        kept = Trace(traced.layer, traced.key, {new: traced.at(old) for new, old in enumerate(left)})
        return [made[n] for n in left], kept

    def _take_out(self, made: dict[str, Any], traced: Trace, name: Any, key: Key, own: Key) -> None:
        if not isinstance(name, str) or name not in made:
            self._is_missing(own, name, made)
            return
        del made[name]
        # What is missing now is missing because of this place.
        traced.below[name] = Trace(self.layer, own)
        self.out.removed[(*key, name)] = Trace(self.layer, own)

    def _remove_entry(
        self, made: dict[str, Any], traced: Trace, name: str, value: Mapping[str, Any], key: Key, own: Key
    ) -> None:
        self._check_alone(value, own, ())
        self._take_out(made, traced, name, key[:-1], own)

    def _check_alone(self, entry: Mapping[str, Any], own: Key, allowed: tuple[str, ...]) -> None:
        others = [str(k) for k in entry if k not in (REMOVE, *allowed)]
        if others:
            self._problem(
                (*own, REMOVE),
                f"true takes the whole entry out, but {', '.join(others)} stands beside it; allowed: remove: true alone,"
                " or replace: true with the keys of the new entry",
            )

    def _check_replace(self, given: Any, key: Key, own: Key, *, is_there: bool) -> None:
        if given is not True:
            self._problem(own, "allowed: true, with the keys of the new entry beside it")
        elif not key:
            self._problem(
                own, "stands in an entry; a file that replaces everything does not extend another one"
            )
        elif not is_there:
            self._warn(own, "there is nothing beneath to be replaced")

    def _is_missing(self, own: Key, name: Any, known: Iterable[str]) -> None:
        near = hint(nearest(str(name), known, _LIKENESS))
        self._warn(own, f"nothing is removed: there is no {name} beneath, or no more{near}")

    def _problem(self, own: Key, message: str) -> None:
        self.out.problems.append(MergeFinding(self.layer, own, message))

    def _warn(self, own: Key, message: str) -> None:
        self.out.warnings.append(MergeFinding(self.layer, own, message))


def _hashable(name: Any) -> Any:
    """A name that can be looked up; None for what is none."""
    return name if isinstance(name, str | int | float) else None
