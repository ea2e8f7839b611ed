"""Reads config.yaml and says everything that is wrong with it at once: ``config.yaml:41: key: what, what is allowed``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from crawler.config.complaints import complaints
from crawler.config.rules import rule_problems
from crawler.config.settings import Settings, Storage
from crawler.model import AseanwatchError

Key = tuple[str | int, ...]
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
SECRET_KEYS = {"password", "secret", "token"}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, at a line (counted from 1) under a key such as ``topics.trade.query``."""

    line: int
    key: str
    message: str


class ConfigError(AseanwatchError):
    """All problems of one file, in the order of its lines. ``str()`` gives one line for each."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path, self.problems = path, sorted(set(problems))
        lines = (f"{path}:{p.line}: {p.key + ': ' if p.key else ''}{p.message}" for p in self.problems)
        super().__init__("\n".join(lines))


@dataclass
class _Reader:
    """Turns YAML nodes into plain values and remembers each key's line."""

    environment: Mapping[str, str]
    lines: dict[Key, int]
    problems: list[Problem]

    def value(self, node: yaml.Node, key: Key) -> Any:
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*key, i)) for i, child in enumerate(node.value)]
        return self._scalar(node, key)

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name_node, child in node.value:
            name = str(name_node.value)
            below = (*key, name)
            if name in out:
                self.problem(name_node.start_mark.line + 1, below, "this key stands here twice")
            self.lines[below] = name_node.start_mark.line + 1
            out[name] = self.value(child, below)
        return out

    def _scalar(self, node: yaml.Node, key: Key) -> Any:
        if node.tag != "tag:yaml.org,2002:str":
            # Country and language codes such as NO or on must stay text; only true booleans become booleans.
            plain = str(node.value)
            if node.tag.endswith(":bool") and plain.lower() not in ("true", "false"):
                return plain
            # A clock time such as 22:00 is text too: YAML 1.1 reads it as a number of base 60.
            if node.tag.endswith(":int") and ":" in plain:
                return plain
            return yaml.safe_load(plain) if node.tag.split(":")[-1] in ("int", "float", "bool", "null") else plain
        text = str(node.value)
        if key and key[-1] in SECRET_KEYS and text and not _VARIABLE.search(text):
            self.problem(
                self.lines[key],
                key,
                "a secret must come from the environment; allowed: ${NAME} or ${NAME:-default}",
            )
        return _VARIABLE.sub(lambda m: self._variable(m, key), text)

    def _variable(self, match: re.Match[str], key: Key) -> str:
        name, default = match[1], match[2]
        if name not in self.environment and default is None:
            message = f"the environment variable {name} is not set; set it or give a default as ${{{name}:-default}}"
            self.problem(self.lines[key], key, message)
        return self.environment.get(name, default or "")

    def problem(self, line: int, key: Key, message: str) -> None:
        self.problems.append(Problem(line, dotted(key), message))


def dotted(key: Key) -> str:
    """A key as people write it: ``sources[2].url``."""
    out = ""
    for part in key:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def find_config(path: str | Path | None = None) -> Path:
    """The configuration to use: the given one, else ./config.yaml, else the packaged default.

    Raises:
        ConfigError: the given file does not exist.
    """
    if path is not None:
        if not Path(path).is_file():
            raise ConfigError(str(path), [Problem(1, "", "there is no such file; `aseanwatch init` writes one")])
        return Path(path)
    if Path("config.yaml").is_file():
        return Path("config.yaml")
    return packaged()


def packaged() -> Path:
    """The configuration that comes with the product."""
    inside = Path(str(files("crawler").joinpath("data", "config.yaml")))
    return inside if inside.is_file() else Path(str(files("crawler"))).parent / "config.yaml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings of a file, and where in it each key stands."""

    settings: Settings
    path: str
    lines: Mapping[Key, int]

    def line(self, key: Key, message: str) -> str:
        """What is to say of a key, as ``config.yaml:41: key: message``."""
        problem = _placed(self.lines, key, message)
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
        text = found.read_text(encoding="utf-8")
        node = yaml.compose(text, yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(shown, [Problem(1, "", f"cannot be read: {error}")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise ConfigError(shown, [Problem(mark.line + 1 if mark else 1, "", f"is no YAML: {problem}")]) from None
    reader = _Reader(os.environ if environment is None else environment, {}, [])
    data = reader.value(node, ()) if node is not None else {}
    if not isinstance(data, dict):
        raise ConfigError(shown, [Problem(1, "", "must be a mapping of keys; allowed: " + ", ".join(Settings.model_fields))])
    folder = None if found == packaged() else found.parent
    return Loaded(_validated(data, reader, shown, folder), shown, reader.lines)


def _validated(data: dict[str, Any], reader: _Reader, shown: str, folder: Path | None) -> Settings:
    problems, settings = list(reader.problems), None
    if isinstance(storage := data.get("storage", {}), dict):  # the default is a path of this file too
        data = data | {"storage": {"url": Storage().url} | storage}
    try:
        settings = Settings.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        problems += [_placed(reader.lines, key, message) for key, message in complaints(error)]
    problems += [_placed(reader.lines, key, message) for key, message in rule_problems(data)]
    if problems or settings is None:
        raise ConfigError(shown, problems)
    return settings


def _placed(lines: Mapping[Key, int], key: Key, message: str) -> Problem:
    """A problem at the line of its key, or of the nearest key above that the file has."""
    known = next((key[:n] for n in range(len(key), -1, -1) if key[:n] in lines), ())
    return Problem(lines.get(known, 1), dotted(key), message)
