"""The files of a configuration: its own and those that it extends, each read once, the lowest first."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zlib import crc32

from crawler.config.merging import REMOVE, Merged, MergeFinding, merged
from crawler.config.plain import ConfigError, ConfigProblem, PlainReader, RefusedValue, dotted
from crawler.config.references import ANY, Key, ReferenceKeys, marked_keys
from crawler.config.settings import Settings
from crawler.config.values import resolve_local_path
from crawler.config.yaml_values import plain_mapping
from crawler.runtime.packaged_config import packaged
from crawler.runtime.text_file import TextError, text_of

EXTENDS = "extends"
PACKAGED = "packaged"
"""What ``extends`` calls the configuration that comes with the product."""
OWN_SECTIONS = ("subscriptions", "delivery")
"""Sections of the packaged configuration that are examples: who extends it gets the others."""
MOST_FILES = 16
"""How many files may extend each other in a row."""


@dataclass
class Layer:
    """One file of a configuration.

    Attributes:
        shown: what it is called in complaints.
        values: what it says, without ``extends``.
        reader: what read it; None for the packaged configuration, whose values are worked out ahead.
        path: where it lies; None where it is no file.
    """

    shown: str
    values: dict[str, Any]
    reader: PlainReader | None = None
    path: Path | None = None

    @cached_property
    def lines(self) -> Mapping[Key, int]:
        """The line of each key."""
        return self.reader.lines if self.reader is not None else _lines_of_packaged()


@dataclass(frozen=True)
class Layers:
    """The files of a configuration, the lowest first and its own last, and what they say together."""

    layers: tuple[Layer, ...]
    result: Merged
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that were read."""
        return tuple(layer.path for layer in self.layers if layer.path is not None)

    def place(self, key: Key) -> tuple[Layer, Key, int]:
        """Where a key of the result stands: the file, the key there, and the line of it or of the nearest key above it."""
        trace = self.result.trace.find(key)
        layer = self.layers[trace.layer]
        for n in range(len(trace.key), 0, -1):
            if trace.key[:n] in layer.lines:
                return layer, trace.key, layer.lines[trace.key[:n]]
        own = self.layers[-1]
        return own, key, own.lines.get((), 1)

    def problem(self, key: Key, message: str) -> ConfigProblem:
        """Something that is wrong with a key of the result, at its line."""
        layer, there, line = self.place(key)
        # Of what a removal leaves missing the key is said that is missing.
        shown = dotted(key if REMOVE in there else there)
        return ConfigProblem(line, shown, message, self._file_of(layer))

    def at_value(self, key: Key, problem: ConfigProblem) -> ConfigProblem:
        """A problem of a key at the line where its text begins, if that is a later one."""
        trace = self.result.trace.find(key)
        reader = self.layers[trace.layer].reader
        line = reader.begins.get(trace.key) if reader is not None else None
        return self.with_lost(key, problem if line is None else replace(problem, line=line))

    def with_lost(self, key: Key, problem: ConfigProblem) -> ConfigProblem:
        """A problem of a key, with what of its text YAML took away."""
        trace = self.result.trace.find(key)
        reader = self.layers[trace.layer].reader
        lost = reader.lost.get(trace.key) if reader is not None else None
        return (
            problem
            if lost is None
            else replace(problem, line=lost.line, message=f"{problem.message}; {lost.message}")
        )

    def finding(self, finding: MergeFinding) -> ConfigProblem:
        """A finding of merging in one of the files, at its line."""
        layer = self.layers[finding.layer]
        known = next(
            (finding.key[:n] for n in range(len(finding.key), -1, -1) if finding.key[:n] in layer.lines), ()
        )
        return ConfigProblem(
            layer.lines.get(known, 1), dotted(finding.key), finding.message, self._file_of(layer)
        )

    def hidden(self, key: Key) -> str | None:
        """What a complaint says in place of the value of a key that must not be repeated; else None."""
        trace = self.result.trace.find(key)
        reader = self.layers[trace.layer].reader
        return reader.hidden(trace.key) if reader is not None else None

    def problems(self) -> Iterator[ConfigProblem]:
        """What the reading and the merging found to be wrong."""
        for layer in self.layers:
            for problem in layer.reader.problems if layer.reader is not None else ():
                yield replace(problem, file=self._file_of(layer))
        yield from map(self.finding, self.result.problems)

    def warnings(self) -> Iterator[ConfigProblem]:
        """What is valid, and perhaps not meant."""
        for layer in self.layers:
            if layer.reader is None:
                continue
            lost = (ConfigProblem(t.line, dotted(key), t.message) for key, t in layer.reader.lost.items())
            for problem in (*layer.reader.warnings, *lost):
                yield replace(problem, file=self._file_of(layer))
        yield from map(self.finding, self.result.warnings)

    def origin(self, key: Key) -> str:
        """Where a key of the result stands, as ``config.yaml:12``."""
        layer, _, line = self.place(key)
        return f"{layer.shown}:{line}"

    def _file_of(self, layer: Layer) -> str:
        return "" if layer is self.layers[-1] else layer.shown


def read_layers(
    data: bytes, shown: str, folder: Path | None, environment: Mapping[str, str], keys: ReferenceKeys | None
) -> Layers:
    """The files of a configuration.

    Args:
        data: the bytes of its own file.
        shown: what that is called in complaints.
        folder: where it lies; None: nowhere, and what it extends is looked for in the current folder.
        environment: where references get their values.
        keys: the keys in which they do; None: references stay as they are written.

    Raises:
        ConfigError: a file cannot be read or is no YAML, or files extend each other in a circle.
    """
    reading = _ReadingOfFiles(environment, keys, folder)
    own = None if folder is None else folder / Path(shown).name
    try:
        reading.add(data, shown, own, folder or Path(), [])
    except ConfigError as error:
        # Whoever waits for the file to be mended watches these.
        error.files = tuple(reading.seen)
        raise
    return Layers(tuple(reading.layers), _together(reading.layers), reading.secrets())


def _together(layers: list[Layer]) -> Merged:
    # A file that extends none is what it says: what it would remove or replace is an unknown key in it.
    return Merged(layers[0].values) if len(layers) == 1 else merged(layer.values for layer in layers)


@dataclass
class _ReadingOfFiles:
    environment: Mapping[str, str]
    keys: ReferenceKeys | None
    top: Path | None
    layers: list[Layer] = field(default_factory=list)
    seen: list[Path] = field(default_factory=list)
    _done: set[Path] = field(default_factory=set)

    def secrets(self) -> dict[str, str]:
        """Values that no complaint may repeat."""
        return {v: n for la in self.layers if la.reader is not None for v, n in la.reader.secrets.items()}

    def add(self, data: bytes, shown: str, path: Path | None, folder: Path, chain: list[Path]) -> None:
        """Read a file, and before it those that it extends."""
        chain = [*chain, (path or folder / shown).resolve()]
        self.seen += [path] if path is not None else []
        try:
            text = text_of(data, shown)
        except TextError as error:
            raise ConfigError(shown, [ConfigProblem(error.line, "", error.words)]) from None
        reader = PlainReader(self.environment, self.keys)
        values = plain_mapping(text, shown, reader)
        for key, wanted in _wanted(values.pop(EXTENDS, []), reader, shown):
            self._extend(wanted, key, reader, shown, folder, chain)
        if self.top is not None and folder != self.top:
            values = _with_own_paths(values, folder)
        self.layers.append(Layer(shown, values, reader, path))

    def _extend(
        self, wanted: str, key: Key, reader: PlainReader, shown: str, folder: Path, chain: list[Path]
    ) -> None:
        if wanted == PACKAGED:
            if Path(PACKAGED) not in self._done:
                self._done.add(Path(PACKAGED))
                self.layers.append(Layer(PACKAGED, packaged_values(), None, packaged()))
            return
        path = folder / Path(wanted).expanduser()
        found = path.resolve()
        if found in self._done:
            return
        self.seen.append(path)
        try:
            data = _bytes_of(wanted, path, chain)
        except _CannotExtendError as error:
            problem = ConfigProblem(reader.lines.get(key, 1), dotted(key), str(error))
            raise ConfigError(shown, [problem]) from None
        called = os.path.normpath(Path(shown).parent / Path(wanted).expanduser())
        self.add(data, called, path, path.parent, chain)
        self._done.add(found)


class _CannotExtendError(Exception):
    """A file cannot be extended; the message says why, and what can be."""


def _bytes_of(wanted: str, path: Path, chain: list[Path]) -> bytes:
    """The bytes of a file that another one extends, itself at the end of a chain of such."""
    allowed = f"allowed: {PACKAGED}, or the path of a file from the folder of the one that says so"
    if path.resolve() in chain:
        circle = " → ".join(p.name for p in (*chain[chain.index(path.resolve()) :], path))
        raise _CannotExtendError(f"files extend each other in a circle: {circle}")
    if len(chain) >= MOST_FILES:
        raise _CannotExtendError(f"more than {MOST_FILES} files extend each other in a row")
    if "://" in wanted:
        raise _CannotExtendError(f"{wanted} is no file of this machine; {allowed}")
    if path.is_dir():
        raise _CannotExtendError(f"{wanted} is a folder; {allowed}")
    if wanted.lower() == PACKAGED and not path.exists():
        raise _CannotExtendError(f"{wanted} is written {PACKAGED}")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise _CannotExtendError(f"there is no file {os.path.normpath(path)}; {allowed}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise _CannotExtendError(f"{os.path.normpath(path)} cannot be read: {why}") from None


def _wanted(given: Any, reader: PlainReader, shown: str) -> Iterator[tuple[Key, str]]:
    """What a file extends, each with its key."""
    many = given if isinstance(given, list) else [given]
    for number, one in enumerate(many):
        key: Key = (EXTENDS, number) if isinstance(given, list) else (EXTENDS,)
        if isinstance(one, RefusedValue):
            continue  # the reader has complained of it already
        if not isinstance(one, str) or not one.strip():
            message = f"allowed: {PACKAGED}, the path of a file, or a list such as [{PACKAGED}, ../shared-terms.yaml]"
            raise ConfigError(shown, [ConfigProblem(reader.lines.get(key, 1), dotted(key), message)])
        yield key, one


def _with_own_paths(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Values whose relative paths begin at the folder of their own file."""
    for pattern in _path_keys():
        values = _placed(values, pattern, folder)
    return values


@cache
def _path_keys() -> tuple[Key, ...]:
    def find(metadata: Iterable[Any]) -> Any:
        return next((m for m in metadata if getattr(m, "func", None) is resolve_local_path), None)

    return tuple(key for key, _ in marked_keys(Settings, find))


def _placed(value: Any, pattern: Key, folder: Path) -> Any:
    if not pattern:
        absolute = isinstance(value, str) and not value.startswith("~")
        return str((folder / value).absolute()) if absolute else value
    first, rest = pattern[0], pattern[1:]
    if first == ANY and isinstance(value, list):
        return [_placed(v, rest, folder) for v in value]
    if not isinstance(value, dict):
        return value
    names = list(value) if first == ANY else [first]
    return {**value, **{n: _placed(value[n], rest, folder) for n in names if n in value}}


def packaged_values() -> dict[str, Any]:
    """What the packaged configuration gives those who extend it. It is shared: nobody may change it."""
    return _packaged_values(packaged().read_bytes())


@lru_cache(maxsize=1)
def _packaged_values(data: bytes) -> dict[str, Any]:
    prepared = files("crawler").joinpath("data", "parsed", "config.json")
    if prepared.is_file():
        known: dict[str, Any] = json.loads(prepared.read_bytes())
        if known["of"] == crc32(data):
            return dict(known["table"])
    return shared_values(data)


def shared_values(data: bytes) -> dict[str, Any]:
    """The same, worked out from the file."""
    values = plain_mapping(data.decode("utf-8"), PACKAGED, PlainReader({}, None))
    return {name: value for name, value in values.items() if name not in OWN_SECTIONS}


@cache
def _lines_of_packaged() -> Mapping[Key, int]:
    reader = PlainReader({}, None)
    plain_mapping(packaged().read_text(encoding="utf-8"), PACKAGED, reader)
    return reader.lines
