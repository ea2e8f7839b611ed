"""The whole of a configuration in force, with references as they are written, its defaults, and where each part comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from crawler.config.layers import OWN_SECTIONS, Layers, packaged_values
from crawler.config.listing import called
from crawler.config.loading import find_config, raw_layers
from crawler.config.merging import is_named_list, merged, name_in
from crawler.config.references import Key
from crawler.config.settings import Settings
from crawler.runtime.packaged_config import packaged
from crawler.runtime.redaction import HIDDEN, without_credentials

DEFAULT = "default"
_REFERENCE = re.compile(r"[^$]*\$\{[^}]*\}")


class ConfigChange(NamedTuple):
    """One difference of two configurations: what happened to a key (added, removed, changed), and its values."""

    what: str
    key: str
    before: Any
    after: Any
    origin: str


@dataclass(frozen=True)
class Effective:
    """A configuration in force.

    Attributes:
        path: its own file.
        layers: that and the files that it extends.
        values: what they say, with the defaults of what they do not.
    """

    path: Path
    layers: Layers
    values: dict[str, Any]

    def origin(self, key: Key) -> str:
        """Where a value stands, as ``config.yaml:12``, or that it is a default."""
        held: Any = self.layers.result.values
        for part in key:
            is_there = part in held if isinstance(held, Mapping) else isinstance(held, list)
            if not is_there:
                return DEFAULT
            held = held[part]
        return self.layers.origin(key)

    def origins(self) -> dict[str, str]:
        """Where each value stands, by its key."""
        return {called(self.values, key): self.origin(key) for key in _leaves(self.values, ())}

    def changes(self) -> list[ConfigChange]:
        """What the own file changes in what it extends; one that extends nothing is compared with the packaged one."""
        own = self.layers.layers
        if self.path == packaged():
            return []
        beneath = merged(layer.values for layer in own[:-1]).values if len(own) > 1 else packaged_values()
        return list(self._changes(with_defaults(beneath, leave=OWN_SECTIONS), self.values, (), ()))

    def _changes(self, before: Any, after: Any, key: Key, names: Key) -> Iterator[ConfigChange]:
        """The differences of two values; ``key`` is the place of the later one, ``names`` what people call it."""
        old, new = _parts(before), _parts(after)
        if old is None or new is None or type(before) is not type(after):
            if before != after:
                yield ConfigChange("changed", _dots(names), before, after, self.origin(key))
            return
        for part, (_, value) in old.items():
            if part not in new:
                below = names if isinstance(part, _Word) else (*names, part)
                yield ConfigChange("removed", _dots(below), value, None, self._remover((*names, part)))
        for part, (number, value) in new.items():
            below = names if isinstance(part, _Word) else (*names, part)
            if part not in old:
                yield ConfigChange("added", _dots(below), None, value, self.origin((*key, number)))
            elif not isinstance(part, _Word):
                yield from self._changes(old[part][1], value, (*key, number), below)

    def _remover(self, names: Key) -> str:
        """Where it is said that something goes; empty where it is not said, but left out."""
        trace = self.layers.result.removed.get(names)
        if trace is None:
            return ""
        layer = self.layers.layers[trace.layer]
        line = next(
            (
                layer.lines[trace.key[:n]]
                for n in range(len(trace.key), 0, -1)
                if trace.key[:n] in layer.lines
            ),
            1,
        )
        return f"{layer.shown}:{line}"


def _dots(names: Key) -> str:
    return ".".join(map(str, names))


class _Word(str):
    """A word of a list, which is no name of anything below it."""

    __slots__ = ()


def _parts(value: Any) -> dict[Any, tuple[Any, Any]] | None:
    """The parts of a value by their names, each with its key and its value; None where it has none."""
    if isinstance(value, Mapping):
        return {n: (n, v) for n, v in value.items()}
    if is_named_list(value):
        return {name_in(v): (n, v) for n, v in enumerate(value)}
    if isinstance(value, list):
        return {_Word(v): (n, v) for n, v in enumerate(value)}
    return None


def effective(config: str | Path | None) -> Effective:
    """The configuration of a command. Whether it is right is not checked.

    Raises:
        ConfigError: a file cannot be read or is no YAML.
    """
    path = find_config(config)
    folder = None if path == packaged() else path.parent
    layers = raw_layers(path.read_bytes(), str(config or path), folder)
    return Effective(path, layers, with_defaults(layers.result.values))


def with_defaults(values: Mapping[str, Any], leave: tuple[str, ...] = ()) -> dict[str, Any]:
    """A configuration with the defaults of keys that it does not have, in the order of the sections.

    Entries of lists and those that have names get none: most of their keys are left out by everybody.
    """
    made: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        held = values.get(name)
        if (
            isinstance(field.annotation, type)
            and issubclass(field.annotation, BaseModel)
            and name not in leave
        ):
            made[name] = _filled(field.annotation, held) if isinstance(held, Mapping | None) else held
        elif name in values:
            made[name] = held
    return {**made, **{n: v for n, v in values.items() if n not in made}}


def _filled(model: type[BaseModel], values: Mapping[str, Any] | None) -> dict[str, Any]:
    made = dict(values or {})
    plain = model.model_construct().model_dump(mode="json", by_alias=True, warnings=False)
    for name, field in model.model_fields.items():
        key = field.alias or name
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            if isinstance(made.get(key, {}), Mapping):
                made[key] = _filled(inner, made.get(key))
        elif key not in made and plain.get(key) is not None and not field.is_required():
            made[key] = plain[key]
    return made


def _leaves(value: Any, key: Key) -> Iterator[Key]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(inner, (*key, name))
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*key, number))
    else:
        yield key


def without_keys(value: Any, key: str = "") -> Any:
    """Values without passwords and keys that are written out: in addresses, and as what sources are asked with."""
    if isinstance(value, Mapping):
        if key == "headers":
            return {n: v if _REFERENCE.match(str(v)) else HIDDEN for n, v in value.items()}
        return {n: without_keys(v, str(n)) for n, v in value.items()}
    if isinstance(value, list):
        return [without_keys(v, key) for v in value]
    return (
        without_credentials(value)
        if isinstance(value, str) and "://" in value and "${" not in value
        else value
    )
