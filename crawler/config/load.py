"""Reads config.yaml and says everything that is wrong with it at once: ``config.yaml:41: key: what, what is allowed``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from crawler.config.complaints import complaints, without_secrets
from crawler.config.plain import MOST_NESTED, ConfigProblem, PlainReader, dotted
from crawler.config.references import Key, ReferenceKeys
from crawler.config.rules import rule_problems
from crawler.config.settings import Settings, Storage
from crawler.model import AseanwatchError
from crawler.runtime.packaged_config import CONFIG_VARIABLE, packaged
from crawler.runtime.text_file import TextError, text_of


class ConfigError(AseanwatchError):
    """All problems of one file, in the order of its lines. ``str()`` gives one line for each."""

    def __init__(self, path: str, problems: list[ConfigProblem]) -> None:
        self.path = path
        self.problems = sorted(set(problems))
        lines = (f"{path}:{p.line}: {p.key + ': ' if p.key else ''}{p.message}" for p in self.problems)
        super().__init__("\n".join(lines))


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
    """The settings of a file, where in it each key stands, and what of it is right and perhaps not meant."""

    settings: Settings
    path: str
    lines: Mapping[Key, int]
    warnings: tuple[ConfigProblem, ...] = ()

    def located(self, key: Key, message: str) -> str:
        """A message about a key, as ``config.yaml:41: key: message``."""
        return self._in_one_line(_placed(self.lines, key, message))

    def warning_lines(self, mark: str = "") -> list[str]:
        """The warnings, each as a line, with a mark before its words."""
        return [self._in_one_line(replace(p, message=f"{mark}{p.message}")) for p in self.warnings]

    def _in_one_line(self, problem: ConfigProblem) -> str:
        return f"{self.path}:{problem.line}: {problem.key}: {problem.message}"


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
    """The settings that the bytes of a file give.

    Args:
        data: the bytes.
        shown: what the file is called in complaints.
        folder: where relative paths begin; None: at the current folder.
        environment: where references get their values; default: that of the process.

    Raises:
        ConfigError: with every problem at once.
    """
    try:
        text = text_of(data, shown)
    except TextError as error:
        raise ConfigError(shown, [ConfigProblem(error.line, "", error.words)]) from None
    reader = PlainReader(os.environ if environment is None else environment, reference_keys())
    values = _plain_values(text, shown, reader)
    return Loaded(_validated(values, reader, shown, folder), shown, reader.lines, tuple(reader.warnings))


def plain_values(text: str, shown: str) -> dict[str, Any]:
    """What a text holds as plain values, with references as they are written. Whether it is right is not checked.

    Raises:
        ConfigError: it is no YAML, or no mapping.
    """
    return _plain_values(text.removeprefix("\ufeff"), shown, PlainReader({}, None))


def _plain_values(text: str, shown: str, reader: PlainReader) -> dict[str, Any]:
    node = _composed(text, shown)
    data = reader.value(node) if node is not None else {}
    if not isinstance(data, dict):
        raise ConfigError(
            shown,
            [ConfigProblem(1, "", "must be a mapping of keys; allowed: " + ", ".join(Settings.model_fields))],
        )
    return data


@cache
def reference_keys() -> ReferenceKeys:
    """The keys of config.yaml that take references."""
    return ReferenceKeys.of(Settings)


def _composed(text: str, shown: str) -> yaml.Node | None:
    try:
        # The exact look walks through all events, so it
        # is kept for the few texts that could be deep.
        if _may_be_deep(text) and _is_deep(text):
            raise ConfigError(
                shown,
                [
                    ConfigProblem(
                        1, "", f"lists, mappings or brackets lie deeper than {MOST_NESTED} in one another"
                    )
                ],
            )
        node: yaml.Node | None = yaml.compose(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        # libyaml's words for a tab are no help to whoever wrote it.
        if "\t" in text and "cannot start any token" in problem:
            problem = "a tab stands where only blanks may; indent by blanks"
        raise ConfigError(
            shown, [ConfigProblem(mark.line + 1 if mark else 1, "", f"is no YAML: {problem}")]
        ) from None
    return node


def _may_be_deep(text: str) -> bool:
    """Whether collections could lie deep in one another, by signs that may also be text: brackets, dashes, blanks at a line's begin."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth = max(0, depth + (1 if bracket in "[{" else -1))
        deepest = max(deepest, depth)
    return deepest > MOST_NESTED or _DEEP_LINE.search(text) is not None


_DEEP_LINE = re.compile(rf"(?m)^(?: {{{MOST_NESTED},}}| *(?:[-?][ \t]+){{{MOST_NESTED // 2},}})")


def _is_deep(text: str) -> bool:
    """Whether collections lie too deep in one another. The composer calls itself for each and would end the process; the events do not."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_NESTED:
            return True
    return False


def _validated(data: dict[str, Any], reader: PlainReader, shown: str, folder: Path | None) -> Settings:
    # All kinds of problems are gathered before any is told: one run shows what is wrong.
    problems = list(reader.problems)
    settings = None
    if isinstance(storage := data.get("storage", {}), dict):  # the default is a path of this file too
        data = data | {"storage": {"url": Storage().url} | storage}
    try:
        settings = Settings.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        problems += [_placed(reader.lines, key, message) for key, message in complaints(error, reader.hidden)]
    # Nothing more is said of keys that the reader refused:
    # their value here is not the one that was written.
    refused = {p.key for p in reader.problems}
    found = [_placed(reader.lines, key, message) for key, message in rule_problems(data)]
    problems += [p for p in found if p.key not in refused]
    if problems or settings is None:
        raise ConfigError(shown, without_secrets(problems, reader))
    return settings


def _placed(lines: Mapping[Key, int], key: Key, message: str) -> ConfigProblem:
    """A problem at the line of its key, or of the nearest key above that the file has."""
    known = next((key[:n] for n in range(len(key), -1, -1) if key[:n] in lines), ())
    return ConfigProblem(lines.get(known, 1), dotted(key), message)
