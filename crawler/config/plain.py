"""YAML as plain values, with the line of each key. A value that YAML reads as something else than it looks like is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from crawler.config.look_alikes import INVISIBLE, curly_quoted, odd_key
from crawler.config.lost_text import LostText
from crawler.config.references import FORMS, Key, ReferenceKeys, references_in, substituted
from crawler.model import AseanwatchError

MOST_VALUES = 500_000
"""Values of one file after aliases are unfolded: a few lines of aliases of aliases stand for billions."""
MOST_NESTED = 64
"""How deep collections may lie in one another."""
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_CLOCK = re.compile(r"[-+]?[0-9]+(:[0-9]+)+(\.[0-9]*)?")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+")
_QUOTING = ("'", '"', "|", ">")
_KNOWN_TAGS = ("str", "int", "float", "bool", "null", "timestamp", "value", "merge", "map", "seq")


@dataclass(frozen=True, slots=True, order=True)
class ConfigProblem:
    """One thing that is wrong, at a line (counted from 1) under a key such as ``topics.trade.query``.

    ``file`` is what the file is called that has the line, where that is not the one that is read but one that it extends.
    """

    line: int
    key: str
    message: str
    file: str = ""


class ConfigError(AseanwatchError):
    """All problems of one configuration, in the order of its lines. ``str()`` gives one line for each.

    Attributes:
        path: what the file is called.
        problems: what is wrong.
        files: the files that were looked at, where one of them could not be read.
    """

    def __init__(self, path: str, problems: list[ConfigProblem]) -> None:
        self.path = path
        self.problems = sorted(set(problems), key=lambda p: (p.file, p))
        self.files: tuple[Path, ...] = ()
        lines = (
            f"{p.file or path}:{p.line}: {p.key + ': ' if p.key else ''}{p.message}" for p in self.problems
        )
        super().__init__("\n".join(lines))


def dotted(key: Key) -> str:
    """A key as people write it: ``sources[2].url``."""
    out = ""
    for part in key:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


@dataclass
class PlainReader:
    """Turns YAML nodes into plain values.

    Attributes:
        environment: where ``${NAME}`` gets its value.
        keys: the keys in which it does; None: references are nothing but text anywhere.
        lines: the line of each key.
        problems: what is wrong.
        warnings: what is valid and perhaps not meant.
        begins: the line of each text that begins on a later line than its key.
        lost: the keys before whose comment, which YAML takes away, stands what looks like a part of their value.
        filled: the keys that hold values of the environment, each with the references that it has.
        secrets: values that no complaint may repeat: those of the environment and those of keys that hold secrets.
    """

    environment: Mapping[str, str]
    keys: ReferenceKeys | None
    lines: dict[Key, int] = field(default_factory=dict)
    problems: list[ConfigProblem] = field(default_factory=list)
    warnings: list[ConfigProblem] = field(default_factory=list)
    begins: dict[Key, int] = field(default_factory=dict)
    lost: dict[Key, LostText] = field(default_factory=dict)
    filled: dict[Key, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    _values: int = 0
    _open: list[int] = field(default_factory=list)

    def value(self, node: yaml.Node, key: Key = ()) -> Any:
        """The value of a node; None where it cannot be read, which is then a problem."""
        line = node.start_mark.line + 1
        # The line of the key stays, where `_mapping` has set it: complaints point there.
        self.lines.setdefault(key, line)
        self._values += 1
        if self._values >= MOST_VALUES:
            # Once; every value after that would complain again.
            if self._values == MOST_VALUES:
                self.problem(
                    line, key, f"aliases unfold to more than {MOST_VALUES} values; write out what is meant"
                )
            return None
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _KNOWN_TAGS:
            self.problem(
                line,
                key,
                f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is not supported; leave it out",
            )
            return None
        if isinstance(node, yaml.ScalarNode):
            if line > self.lines[key]:
                self.begins[key] = line
            return self._scalar(node, key)
        return self._collection(node, key)

    def _collection(self, node: yaml.Node, key: Key) -> Any:
        # An anchor may be used inside itself (&a [*a]): valid YAML, and without an end.
        if id(node) in self._open or len(self._open) >= MOST_NESTED:
            line = node.start_mark.line + 1
            if id(node) in self._open:
                self.problem(line, key, "contains itself")
            else:
                self.problem(line, key, f"lies deeper than {MOST_NESTED} collections in one another")
            return None
        self._open.append(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, key)
            return [self.value(child, (*key, i)) for i, child in enumerate(node.value)]
        finally:
            self._open.pop()

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name_node, child in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, yaml.ScalarNode):
                self.problem(line, key, "a key must be one word, not a list or a mapping")
                continue
            name = str(name_node.value)
            below = (*key, name)
            if name_node.tag.endswith(":merge"):
                self.problem(line, below, "merge keys (<<) are not supported; write out what is meant")
                continue
            if odd := odd_key(name, is_alone=isinstance(child, yaml.ScalarNode) and child.value == ""):
                self.problem(line, (*key, name.strip(INVISIBLE)), odd)
                continue
            if name in out:
                self.problem(line, below, "this key stands here twice; leave one out")
            self.lines[below] = line
            self._as_text(name, below)
            out[name] = self.value(child, below)
        return out

    def _scalar(self, node: yaml.ScalarNode, key: Key) -> Any:
        text = str(node.value)
        if (
            node.style not in _QUOTING
            and self.keys is not None
            and self._is_for_people(key)
            and (said := curly_quoted(text))
        ):
            self.warnings.append(ConfigProblem(node.start_mark.line + 1, dotted(key), said))
        kind = node.tag.rpartition(":")[2]
        if kind == "int":
            return self._int(text, key, node)
        if kind == "float":
            return self._float(text, key, node)
        if kind == "bool":
            # YAML 1.1 reads NO, on and y as booleans. Here those are
            # country codes and words; only true and false are meant.
            return {"true": True, "false": False}.get(text.lower(), text)
        if kind == "null":
            return None
        return self._text(text, key)  # a day such as 2025-11-30 is text here

    def _text(self, text: str, key: Key) -> str:
        """A text with the values of its references, where its key takes them."""
        mark = self.keys.mark(key) if self.keys else None
        if mark is None:
            return self._as_text(text, key)
        if mark.only and text and not _has_reference(text):
            # Written into the file after all: from here on no complaint may repeat it.
            self.secrets[text] = "…"
            self.problem(self.lines[key], key, f"a secret must come from the environment; allowed: {FORMS}")
        return substituted(
            text, lambda name, default: self._variable(name, default, key), lambda: self._broken(key)
        )

    def _as_text(self, text: str, key: Key) -> str:
        """A text in which references are not read. Where only people write, one was meant and would be missed in silence."""
        names = references_in(text)
        if not names or self.keys is None:
            return text
        shown = (
            f"{', '.join(names)} is plain text here; references to the environment are read in: {self.keys}"
        )
        if self.keys.is_by_program(key):
            self.warnings.append(ConfigProblem(self.lines[key], dotted(key), shown))
            return text
        self.problem(self.lines[key], key, shown.replace("is plain text", "is not read", 1))
        return _REFUSED

    @staticmethod
    def _is_for_people(key: Key) -> bool:
        """Whether quotation marks around a value can only be meant as YAML's: in queries, spellings and headlines they are text."""
        return not (key and (key[0] == "terms" or key[-1] == "query" or "examples" in key))

    def _int(self, text: str, key: Key, node: yaml.Node) -> Any:
        if _WHOLE.fullmatch(text):
            return int(text)
        # A clock time such as 22:00 is text; YAML 1.1 reads it as a number of base 60.
        if _CLOCK.fullmatch(text):
            return text
        plain = text.replace("_", "").lstrip("+-")
        if plain.isdigit() and not plain.startswith("0"):
            allowed = "a number without _ and with at most 18 digits"
        else:
            allowed = (
                f"{plain.lstrip('0') or '0'} for the number"
                if not self.hidden(key) and plain.isdigit()
                else "a decimal number"
            )
        shown = self.hidden(key) or text[:40]
        self.problem(
            node.start_mark.line + 1, key,
            f"{shown} is no plain number: YAML reads it in its own way; allowed: {allowed}, or '{shown}' in quotes for text",
        )  # fmt: skip
        return _REFUSED

    def _float(self, text: str, key: Key, node: yaml.Node) -> Any:
        if _CLOCK.fullmatch(text):
            return text
        # Not .inf and .nan, which YAML knows and no setting can mean.
        if _NUMBER.fullmatch(text) and abs(float(text)) < 1e18:
            return float(text)
        self.problem(
            node.start_mark.line + 1, key,
            f"{self.hidden(key) or text[:40]} is no plain number; allowed: a number such as 0.5, or quotes for text",
        )  # fmt: skip
        return _REFUSED

    def hidden(self, key: Key) -> str | None:
        """What a complaint says in place of the value of a key that is a secret, or comes from the environment; else None."""
        mark = self.keys.mark(key) if self.keys else None
        return self.filled.get(key) or ("the secret" if mark is not None and mark.only else None)

    def _variable(self, name: str, default: str | None, key: Key) -> str:
        shown = f"${{{name}}}"
        self.filled[key] = ", ".join(
            dict.fromkeys([*filter(None, self.filled.get(key, "").split(", ")), shown])
        )
        if name in self.environment:
            self.secrets[self.environment[name]] = f"(the value of {shown})"
        elif default is None:
            message = f"the environment variable {name} is not set; set it or give a default as ${{{name}:-default}}"
            self.problem(self.lines[key], key, message)
        return self.environment.get(name, default or "")

    def _broken(self, key: Key) -> str:
        self.problem(
            self.lines[key], key, f"a ${{ begins no reference; allowed: {FORMS} without another one in it, or $${{ for the signs ${{"
        )  # fmt: skip
        return ""

    def problem(self, line: int, key: Key, message: str) -> None:
        """Note that something is wrong."""
        self.problems.append(ConfigProblem(line, dotted(key), message))


def _has_reference(text: str) -> bool:
    """Whether a text holds a reference, right or wrong, besides what is escaped."""
    return "${" in text.replace("$${", "")


class RefusedValue(str):
    """Stands for a value that was complained of already, so that nothing else is said of it."""

    __slots__ = ()


_REFUSED = RefusedValue("")
