"""``${NAME}`` in config.yaml: which keys take a value of the environment, and how text is kept from being a reference.

The keys are those whose type has the mark `FromEnvironment`; there is no second list of them. In all other keys ``${NAME}``
is plain text. So nothing that a stranger supplies (an address of a feed, a topic's title, a query) can name a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import quote

from pydantic import BaseModel

Key = tuple[str | int, ...]
ANY = "*"
"""Stands in a pattern of keys for the index of a list and for a name that the operator chooses."""
# A default holds neither } nor another ${: what is nested would end at the first }.
_NAMED = r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-((?:(?!\$\{)[^}])*))?\}"
_NAMED_SIGN = re.compile(_NAMED)
_SIGN = re.compile(rf"\$\$\{{|{_NAMED}|\$\{{")
_USER_PART = re.compile(r"[A-Za-z][\w+.-]*://([^/?#]*)@")
_NEEDED_BY_ADDRESSES = re.compile(r"[@:/?#\[\]\\\s]|%(?![0-9A-Fa-f]{2})")
FORMS = "${NAME} or ${NAME:-default}"


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """The mark of a key that takes references. With ``only`` what it holds must come from the environment."""

    only: bool = False


@dataclass(frozen=True, slots=True)
class WrittenByProgram:
    """The mark of a section into which programs write what others supply, so that ``${NAME}`` in it is no mistake."""


@dataclass(frozen=True)
class ReferenceKeys:
    """The keys of a model that take references, and its sections that programs write."""

    patterns: Mapping[Key, FromEnvironment]
    by_program: frozenset[str | int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, model: type[BaseModel]) -> ReferenceKeys:
        """Those that a model's types are marked for."""
        sections = {
            name
            for name, f in model.model_fields.items()
            if any(isinstance(m, WrittenByProgram) for m in f.metadata)
        }
        return cls(dict(marked_keys(model, _environment_mark)), frozenset(sections))

    def mark(self, key: Key) -> FromEnvironment | None:
        """The mark of a key; None where references are not read."""
        if not key or (len(key), key[0]) not in self._shapes:  # of nearly every key, and all are asked for
            return None
        return next((mark for pattern, mark in self.patterns.items() if _fits(key, pattern)), None)

    @cached_property
    def _shapes(self) -> frozenset[tuple[int, str | int]]:
        return frozenset((len(pattern), pattern[0]) for pattern in self.patterns)

    def is_by_program(self, key: Key) -> bool:
        """Whether a key lies in a section that programs write."""
        return bool(key) and key[0] in self.by_program

    def __str__(self) -> str:
        return ", ".join(map(_shown, self.patterns))


def _fits(key: Key, pattern: Key) -> bool:
    return len(key) == len(pattern) and all(
        wanted in (ANY, part) for part, wanted in zip(key, pattern, strict=True)
    )


def _shown(pattern: Key) -> str:
    return ".".join(map(str, pattern))


def _environment_mark(metadata: Iterable[Any]) -> FromEnvironment | None:
    return next((m for m in metadata if isinstance(m, FromEnvironment)), None)


def marked_keys(
    model: type[BaseModel], find: Callable[[Iterable[Any]], Any], key: Key = ()
) -> Iterator[tuple[Key, Any]]:
    """The keys of a model whose types have a mark, each as a pattern, with the mark that ``find`` gives of their metadata."""
    for name, part in model.model_fields.items():
        yield from _within(part.annotation, part.metadata, (*key, part.alias or name), find)


def _within(
    kind: Any, metadata: Iterable[Any], key: Key, find: Callable[[Iterable[Any]], Any]
) -> Iterator[tuple[Key, Any]]:
    """The marks of a type and of the types inside it."""
    mark = find(metadata)
    origin = get_origin(kind)
    inside = get_args(kind)
    # The mark stands for the key as a whole, whatever its type has inside.
    if mark is not None:
        yield key, mark
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from marked_keys(kind, find, key)
    elif origin is Annotated:
        yield from _within(inside[0], inside[1:], key, find)
    elif origin in (Union, UnionType):
        for one in inside:
            yield from _within(one, (), key, find)
    elif origin in (tuple, list):
        yield from _within(inside[0], (), (*key, ANY), find)
    elif origin is dict:
        yield from _within(inside[1], (), (*key, ANY), find)


def references_in(text: str) -> list[str]:
    """What in a text has the form of a reference, each once, without the defaults."""
    if "${" not in text:
        return []
    return list(dict.fromkeys(f"${{{match[1]}}}" for match in _NAMED_SIGN.finditer(text)))


def escaped(text: str) -> str:
    """A text as it must stand in a key that takes references to be read as it is."""
    return text.replace("${", "$${")


def substituted(text: str, value: Callable[[str, str | None], str], broken: Callable[[], str]) -> str:
    """The text of a key that takes references, with the values of those in it.

    A value that stands for a user or password in an address (``https://NAME:${PASSWORD}@host/``) is written as addresses
    need it: a password with ``@`` or ``/`` would else change where the address leads.

    Args:
        text: as the file has it; ``$${`` stands for the characters ``${``.
        value: gives the value of a name, with its default or None.
        broken: called for each ``${`` that begins no reference; what it gives takes its place.
    """
    user = _user_part(text)
    # One reference may hold both: NAME:PASSWORD.
    safe = "" if ":" in _without_references(text)[user.start : user.stop] else ":"

    def put(match: re.Match[str]) -> str:
        if match[0] == "$${":
            return "${"
        if not match[1]:
            return broken()
        put_in = value(match[1], match[2])
        return _for_user_part(put_in, safe) if match.start() in user else put_in

    return _SIGN.sub(put, text)


def _user_part(text: str) -> range:
    """Where user and password of an address stand in a text; empty if it is none or has none."""
    found = _USER_PART.match(_without_references(text))
    return range(*found.span(1)) if found else range(0)


def _without_references(text: str) -> str:
    """A text of the same length: what stands in references, such as defaults with any signs, has none of them any more."""
    return _SIGN.sub(lambda match: "x" * len(match[0]), text)


def _for_user_part(value: str, safe: str) -> str:
    """A value with the signs percent-encoded that addresses need for themselves.

    One without such signs is taken as it is, for it may be encoded already.
    """
    return quote(value, safe=safe) if _NEEDED_BY_ADDRESSES.search(value) else value
