"""The text of a configuration as plain values, or what keeps it from being YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from crawler.config.former_keys import former_keys
from crawler.config.look_alikes import near_look_alike, unreadable_sign
from crawler.config.lost_text import lost_texts
from crawler.config.plain import MOST_NESTED, ConfigError, ConfigProblem, PlainReader
from crawler.config.references import Key
from crawler.config.settings import Settings
from crawler.config.yaml_traps import explained, joined_lines, lost_anchors
from crawler.runtime.text_file import TextError, text_of


@dataclass(frozen=True, slots=True)
class PlainText:
    """What a file of YAML holds as plain values, the line of each key, and what of it cannot be read."""

    values: Any
    lines: Mapping[Key, int]
    problems: Sequence[ConfigProblem]


def read_plain(data: bytes, shown: str) -> PlainText:
    """The plain values of a file that is no config.yaml, and takes no references. Whether they are right is not checked.

    Raises:
        ConfigError: it is no text, or no YAML.
    """
    try:
        text = text_of(data, shown)
    except TextError as error:
        raise ConfigError(shown, [ConfigProblem(error.line, "", error.words)]) from None
    reader = PlainReader({}, None)
    node = _composed(text, shown)
    values = reader.value(node) if node is not None else {}
    return PlainText(values, reader.lines, tuple(reader.problems))


def plain_mapping(text: str, shown: str, reader: PlainReader) -> dict[str, Any]:
    """What a text holds, as a reader gives it.

    Raises:
        ConfigError: it is no YAML, or no mapping.
    """
    node = _composed(text, shown)
    if reader.keys is not None:
        reader.warnings += [ConfigProblem(line, "", message) for line, message in lost_anchors(text)]
        reader.warnings += [ConfigProblem(n, f"terms.{own}", words) for n, own, words in joined_lines(node)]
        reader.lost = {lost.key: lost for lost in lost_texts(node, text)}
    for former in list(former_keys(node)):
        if reader.keys is not None:
            shown_key = f"{former.section}.{former.node.value}"
            reader.warnings.append(ConfigProblem(former.line, shown_key, former.notice))
        former.node.value = former.present
    data = reader.value(node) if node is not None else {}
    if not isinstance(data, dict):
        raise ConfigError(
            shown,
            [ConfigProblem(1, "", "must be a mapping of keys; allowed: " + ", ".join(Settings.model_fields))],
        )
    return data


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
        if strange := unreadable_sign(text) or near_look_alike(text, mark.line + 1 if mark else 1):
            raise ConfigError(shown, [ConfigProblem(strange[0], "", f"is no YAML: {strange[1]}")]) from None
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        shown_problem = f"is no YAML: {explained(problem, text, mark.line + 1 if mark else 0)}"
        raise ConfigError(shown, [ConfigProblem(mark.line + 1 if mark else 1, "", shown_problem)]) from None
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
