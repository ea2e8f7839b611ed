"""A configuration as YAML to be read: short lists on a line, each source on its own, with a note behind each line if wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from rich.cells import cell_len

from crawler.config.merging import is_named_list, name_in
from crawler.config.references import Key
from crawler.config.yaml_text import flow_text
from crawler.runtime.near import nearest
from crawler.runtime.visible_text import visible

WIDTH = 92
"""Columns that a line of words fills, and behind which notes stand, where lines are no longer."""
_PLAIN = re.compile(
    "[A-Za-z$=\u00a1-\ufefe](?:[^\x00-\x20\x7f-\xa0:#,\\[\\]{}\\\\\u2028\u2029\ufeff]| (?=[^\\s:#,\\[\\]{}\\\\]))*"
)
"""Texts that are the same without quotes, in a list too: they neither begin nor end with a sign that YAML knows."""
_NAMED = 30
"""Names that are listed where none is near."""
_WORDS = ("yes", "no", "on", "off", "true", "false", "null", "y", "n", "=")
Note = Callable[[Key], str]


class ListedLine(NamedTuple):
    """A line, and what it is about: the key of the first value on it."""

    text: str
    key: Key


def scalar(value: Any) -> str:
    """A value on a line."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if isinstance(value, str) and visible(value) != value:
        # What moves a cursor or turns the direction of text is spelled out, and read back as it is.
        spelled: str = yaml.safe_dump(value, default_style='"', width=10**9)
        return spelled.removesuffix("\n")
    return _flow(value) if isinstance(value, str | int | float | bool | None) else flow_text(value)


@lru_cache(maxsize=4096, typed=True)
def _flow(value: Any) -> str:
    # As in a list: there, more signs mean something.
    return flow_text([value])[1:-1]


def listed(
    values: Mapping[str, Any], only: Sequence[str | int] = (), note: Note | None = None
) -> list[ListedLine]:
    """The lines of a configuration.

    Args:
        values: what it says.
        only: the key of the part that is wanted, which stands in its place; empty: the whole.
        note: what is said of a value; parts of which different things are said go on lines of their own.
    """
    return list(_Lister(note or (lambda key: "")).mapping(values, (), "", tuple(only)))


def text_of(lines: Sequence[ListedLine], note: Note | None = None) -> str:
    """Lines as a text, perhaps each with a note behind it as a comment, in one column."""
    if note is None:
        return "".join(f"{line.text}\n" for line in lines)
    widths = [cell_len(line.text) for line in lines]
    column = max((w for w in widths if w <= WIDTH), default=0)
    made = []
    for line, width in zip(lines, widths, strict=True):
        said = note(line.key)
        made.append(f"{line.text}{' ' * max(column - width, 0)}  # {said}\n" if said else f"{line.text}\n")
    return "".join(made)


class _Lister(NamedTuple):
    note: Note

    def mapping(
        self, values: Mapping[str, Any], key: Key, margin: str, only: Key = ()
    ) -> Iterator[ListedLine]:
        for name, value in values.items():
            if only and name != only[0]:
                continue
            yield from self.value(f"{margin}{scalar(name)}:", value, (*key, name), margin, only[1:])

    def value(self, head: str, value: Any, key: Key, margin: str, only: Key) -> Iterator[ListedLine]:
        if isinstance(value, Mapping) and value:
            yield ListedLine(head, key)
            yield from self.mapping(value, key, f"{margin}  ", only)
        elif is_named_list(value):
            yield ListedLine(head, key)
            for number, entry in enumerate(value):
                if not only or number == only[0]:
                    yield from self.entry(entry, (*key, number), f"{margin}  ", only[1:])
        elif isinstance(value, list) and value:
            yield from self.words(head, value, key)
        else:
            yield ListedLine(f"{head} {scalar(value)}", key)

    def entry(self, entry: Any, key: Key, margin: str, only: Key) -> Iterator[ListedLine]:
        """An entry of a list: on one line where it is short and has one origin, else key by key."""
        one_line = self.flow(entry)
        origins = {self.note((*key, part)) for part in entry} if isinstance(entry, Mapping) else set()
        if not only and (
            not isinstance(entry, Mapping) or (len(origins) < 2 and cell_len(one_line) <= 2 * WIDTH)
        ):
            yield ListedLine(
                f"{margin}- {one_line}", (*key, next(iter(entry))) if isinstance(entry, Mapping) else key
            )
            return
        kept = {part: v for part, v in entry.items() if not only or part in ("name", only[0])}
        dash = "- "
        for part, inner in kept.items():
            below = only[1:] if only and part == only[0] else ()
            yield from self.value(f"{margin}{dash}{scalar(part)}:", inner, (*key, part), f"{margin}  ", below)
            dash = "  "

    def words(self, head: str, value: list[Any], key: Key) -> Iterator[ListedLine]:
        """A list of words on as many lines as it takes; what has another origin begins a new one."""
        parts = [self.flow(word) for word in value]
        indent = " " * (len(head) - len(head.lstrip()) + 2)
        line, begin = f"{head} [", 0
        for number, part in enumerate(parts):
            end = "]" if number + 1 == len(parts) else ", "
            is_other = number > begin and self._file(key, number) != self._file(key, number - 1)
            if number > begin and (is_other or cell_len(line) + cell_len(part) > WIDTH):
                yield ListedLine(line.rstrip(), (*key, begin))
                line, begin = indent, number
            line += part + end
        yield ListedLine(line, (*key, begin))

    def _file(self, key: Key, number: int) -> str:
        return self.note((*key, number)).rpartition(":")[0]

    def flow(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{scalar(k)}: {self.flow(v)}" for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self.flow, value)) + "]"
        return scalar(value)


def key_of(values: Mapping[str, Any], wanted: str) -> Key | None:
    """The key that people call ``sources.topik-id.url``, or ``sources[0].url`` as messages do, with the places of entries in lists; None where there is none."""
    return next(_keys(values, _dotted(wanted), ()), None)


def key_hint(values: Mapping[str, Any], wanted: str) -> str:
    """What follows a key that is not there: the one that was meant, by the part of it that leads nowhere."""
    plain = _dotted(wanted)
    held, first, rest = values, "", plain
    # As deep as it leads: the beginning is right, and nothing of it says what the rest was meant to be.
    for end in (match.start() for match in re.finditer(r"\.", plain)):
        key = key_of(values, plain[:end])
        if key is not None:
            held, first, rest = at_key(values, key), f"{plain[:end]}.", plain[end + 1 :]
    if not isinstance(held, Mapping | list):
        return f": {first.rstrip('.')} has no parts; write {first.rstrip('.')}"
    names = [str(n) for n in (held if isinstance(held, Mapping) else map(name_in, held)) if n is not None]
    part = rest.partition(".")[0]
    if isinstance(held, list) and part.isdigit():
        return f": {first.rstrip('.')} has {len(held)}, counted from 0"
    meant = nearest(part, names)
    if meant is not None:
        whole = f"{first}{meant}{rest.removeprefix(part)}"
        return f"; did you mean {whole if key_of(values, whole) is not None else first + meant}?"
    has = ", ".join(names[:_NAMED]) or "nothing"
    return f"; {first.rstrip('.') or 'it'} has: {has}{', …' if len(names) > _NAMED else ''}"


def at_key(values: Any, key: Key) -> Any:
    """The value at a key."""
    for part in key:
        values = values[part]
    return values


def _dotted(wanted: str) -> str:
    return re.sub(r"\[([^\[\]]*)\]", r".\1", wanted)


def _keys(value: Any, wanted: str, key: Key) -> Iterator[Key]:
    if not wanted:
        yield key
    elif isinstance(value, Mapping):
        # Names may hold dots, too.
        for name in sorted((n for n in value if _is_first(n, wanted)), key=len, reverse=True):
            yield from _keys(value[name], wanted[len(name) + 1 :], (*key, name))
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            called = [n for n in (name_in(entry), str(number)) if isinstance(n, str)]
            for name in (n for n in called if _is_first(n, wanted)):
                yield from _keys(entry, wanted[len(name) + 1 :], (*key, number))


def _is_first(name: str, wanted: str) -> bool:
    return wanted == name or wanted.startswith(f"{name}.")


def called(values: Mapping[str, Any], key: Key) -> str:
    """A key as people call it: entries of lists by their names."""
    parts: list[str] = []
    held: Any = values
    for part in key:
        held = held[part]
        name = name_in(held) if isinstance(part, int) else None
        parts.append(str(part if name is None else name))
    return ".".join(parts)
