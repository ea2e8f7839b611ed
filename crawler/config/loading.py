"""Reads config.yaml and says everything that is wrong with it at once: ``config.yaml:41: key: what, what is allowed``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crawler.config.complaints import complaints, without_secrets
from crawler.config.layer_hints import with_hint
from crawler.config.layers import Layers, read_layers
from crawler.config.plain import ConfigError, ConfigProblem, PlainReader
from crawler.config.references import Key, ReferenceKeys
from crawler.config.rules import rule_problems
from crawler.config.settings import Settings, Storage
from crawler.config.yaml_values import plain_mapping
from crawler.runtime.packaged_config import CONFIG_VARIABLE, packaged

__all__ = [
    "ConfigError",
    "Loaded",
    "find_config",
    "load",
    "load_with_lines",
    "plain_values",
    "raw_layers",
    "read_config",
    "reference_keys",
]


def find_config(path: str | Path | None = None) -> Path:
    """The configuration to use: the given one, else that of ``ASEANWATCH_CONFIG``, else ./config.yaml, else the packaged default.

    Raises:
        ConfigError: the given file does not exist, or what has that name here is none: Docker makes a folder for a file that it
            cannot find, and a service must not run by the packaged configuration instead.
    """
    variable = os.environ.get(CONFIG_VARIABLE)
    by_variable = path is None and bool(variable)
    named = variable if by_variable else path
    own = Path("config.yaml") if named is None else Path(named)
    if own.is_file():
        return own
    # A dangling link exists for nobody, but somebody meant a file by it.
    if named is None and not own.is_symlink() and not own.exists():
        return packaged()
    said = f" ({CONFIG_VARIABLE} names it)" if by_variable else ""
    if own.is_dir():
        raise ConfigError(str(own), [ConfigProblem(1, "", f"is a folder; allowed: a file{said}")])
    what = "is no file" if own.exists() else "there is no such file"
    raise ConfigError(str(own), [ConfigProblem(1, "", f"{what}; `aseanwatch init` writes one{said}")])


def why_this_config(path: str | Path | None = None) -> str:
    """Why `find_config` takes the file that it takes, as the end of a sentence."""
    if path is not None:
        return "--config names it"
    if os.environ.get(CONFIG_VARIABLE):
        return f"{CONFIG_VARIABLE} names it"
    if find_config() == packaged():
        return "no other is named, and there is no config.yaml in this folder"
    return "it lies in this folder"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings of a configuration, its files, and what of it is right and perhaps not meant."""

    settings: Settings
    path: str
    layers: Layers
    warnings: tuple[ConfigProblem, ...] = ()

    def located(self, key: Key, message: str) -> str:
        """A message about a key, as ``config.yaml:41: key: message``."""
        return self.in_one_line(self.placed(key, message))

    def placed(self, key: Key, message: str) -> ConfigProblem:
        """A message about a key, with its line."""
        return self.layers.problem(key, message)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it was read from: the own one and those that it extends."""
        return self.layers.files

    def warning_lines(self, mark: str = "") -> list[str]:
        """What reading the file alone gives cause to, each as a line; `crawler.config.warning` has all."""
        return [self.in_one_line(problem, mark) for problem in self.warnings]

    def in_one_line(self, problem: ConfigProblem, mark: str = "") -> str:
        """A problem as ``config.yaml:41: key: message``, with a mark before its words."""
        problem = replace(problem, message=f"{mark}{problem.message}")
        key = f"{problem.key}: " if problem.key else ""
        return f"{problem.file or self.path}:{problem.line}: {key}{problem.message}"


def load(path: str | Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a file.

    Raises:
        ConfigError: with every problem of the file at once.
    """
    return load_with_lines(path, environment).settings


def load_with_lines(path: str | Path | None = None, environment: Mapping[str, str] | None = None) -> Loaded:
    """The settings of a file with the lines of its keys.

    Raises:
        ConfigError: with every problem of the file at once.
    """
    found = find_config(path)
    shown = str(path or found)
    try:
        data = found.read_bytes()
    except OSError as error:
        raise ConfigError(shown, [ConfigProblem(1, "", f"cannot be read: {error.strerror}")]) from None
    return read_config(data, shown, None if found == packaged() else found.parent, environment)


def read_config(
    data: bytes, shown: str, folder: Path | None, environment: Mapping[str, str] | None = None
) -> Loaded:
    """The settings that the bytes of a file give, on top of the files that it extends.

    Args:
        data: the bytes.
        shown: what the file is called in complaints.
        folder: where relative paths begin; None: at the current folder.
        environment: where references get their values; default: that of the process.

    Raises:
        ConfigError: with every problem at once.
    """
    given = os.environ if environment is None else environment
    layers = read_layers(data, shown, folder, given, reference_keys())
    return Loaded(_validated(layers, shown, folder), shown, layers, tuple(layers.warnings()))


def raw_layers(data: bytes, shown: str, folder: Path | None) -> Layers:
    """The files of a configuration with references as they are written. Whether it is right is not checked.

    Raises:
        ConfigError: a file cannot be read, is no YAML, or is no mapping.
    """
    return read_layers(data, shown, folder, {}, None)


def plain_values(text: str, shown: str) -> dict[str, Any]:
    """What a text holds as plain values, with references as they are written. Whether it is right is not checked.

    Raises:
        ConfigError: it is no YAML, or no mapping.
    """
    return plain_mapping(text.removeprefix("\ufeff"), shown, PlainReader({}, None))


@cache
def reference_keys() -> ReferenceKeys:
    """The keys of config.yaml that take references."""
    return ReferenceKeys.of(Settings)


def _validated(layers: Layers, shown: str, folder: Path | None) -> Settings:
    # All kinds of problems are gathered before any is told: one run shows what is wrong.
    problems = list(layers.problems())
    # Nothing more is said of keys that were refused: their
    # value here is not the one that was written.
    refused = {(p.file, p.key) for p in problems}
    data = layers.result.values
    settings = None
    if isinstance(storage := data.get("storage", {}), dict):  # the default is a path of this file too
        data = data | {"storage": {"url": Storage().url} | storage}
    try:
        settings = Settings.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        found = complaints(error, layers.hidden)
        problems += [layers.at_value(key, _placed(layers, key, message)) for key, message in found]
    rules = ((key, _placed(layers, key, message)) for key, message in rule_problems(data))
    placed = [layers.with_lost(key, problem) for key, problem in rules]
    problems += [p for p in placed if (p.file, p.key) not in refused]
    if problems or settings is None:
        complaint = ConfigError(shown, without_secrets(problems, layers.secrets, reference_keys()))
        complaint.files = layers.files
        raise complaint
    return settings


def _placed(layers: Layers, key: Key, message: str) -> ConfigProblem:
    return layers.problem(key, with_hint(layers, key, message))
