"""The lines of one entry as somebody typed them: what they say, or what is wrong in which of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from crawler.config.complaints import complaints
from crawler.config.merging import DIRECTIVES
from crawler.config.plain import ConfigError, ConfigProblem, PlainReader, dotted
from crawler.config.references import Key
from crawler.config.settings import Settings
from crawler.config.term_rules import term_problems
from crawler.config.yaml_traps import lost_anchors
from crawler.config.yaml_values import plain_mapping
from crawler.model import AseanwatchError, Phrase

SHOWN = "these lines"
"""What the lines are called in complaints."""
_KEY = re.compile(r"""\s*(?:- +)?["']?([^\s"':#\[\]{},]+)["']?\s*:(?:\s|$)""")


class EntryLinesError(ConfigError):
    """What is wrong with the lines of an entry. The problems have the lines as they were typed, and keys without the section."""

    def __init__(self, problems: list[ConfigProblem]) -> None:
        super().__init__(SHOWN, problems)


class EntryLines:
    """The lines of an entry of a section that is a mapping.

    Args:
        section: such as ``terms``.
        name: of the entry, which is the first line's key.
        text: the lines.

    Raises:
        EntryLinesError: something in them cannot be read, or is no such entry.
        AseanwatchError: they are not those of this entry.

    Attributes:
        value: what they say.
    """

    def __init__(self, section: str, name: str, text: str) -> None:
        reader = PlainReader({}, None)
        try:
            given = plain_mapping(text, SHOWN, reader)
        except ConfigError as error:
            raise EntryLinesError([_with_key(p, text) for p in error.problems]) from None
        if reader.problems:
            raise EntryLinesError(reader.problems)
        if list(given) != [name]:
            raise AseanwatchError(
                Phrase("the first line must be %(name)s: and all others be indented beneath it", name=name)
            )
        self.section, self.name, self.text = section, name, text
        self.value: Any = given[name]
        self._lines = {dotted((section, *key)): line for key, line in reader.lines.items()}
        problems = [ConfigProblem(self._line(key), dotted(key[1:]), words) for key, words in self._wrong()]
        if problems:
            raise EntryLinesError(problems)

    def refuse_lost_anchors(self) -> None:
        """Make sure that nothing of the lines is lost where not they but their values are written.

        Raises:
            EntryLinesError: an anchor would be.
        """
        if found := [ConfigProblem(line, self.name, words) for line, words in lost_anchors(self.text)]:
            raise EntryLinesError(found)

    def placed(self, error: ConfigError) -> ConfigError:
        """An error of the whole configuration as one of these lines, where it is theirs; else the error itself."""
        place = f"{self.section}.{self.name}"
        own = [p for p in error.problems if p.key == place or p.key.startswith((f"{place}.", f"{place}["))]
        if not own:
            return error
        return EntryLinesError(
            [
                ConfigProblem(self._line_of(p.key), p.key.removeprefix(f"{self.section}."), p.message)
                for p in own
            ]
        )

    def _wrong(self) -> Iterator[tuple[Key, str]]:
        """What is no such entry, by its key."""
        value, place = self.value, (self.section, self.name)
        is_empty = self.section == "terms" and isinstance(value, dict) and not any(value.values())
        if value is None or value == "" or (is_empty and None not in value.values()):
            yield place, Phrase("has no spellings; write some, or use the button that takes the set out")
            return
        directives = [name for name in DIRECTIVES if isinstance(value, dict) and name in value]
        for name in directives:
            words = Phrase("%(name)s cannot be the name of a language; leave out what is to go", name=name)
            yield (*place, name), words
        if directives:
            value = {lang: said for lang, said in value.items() if lang not in directives}
        try:
            _model_of(self.section).model_validate({self.section: {self.name: value}})
        except ValidationError as error:
            yield from complaints(error)
        if self.section == "terms":
            yield from term_problems({self.name: value})

    def _line(self, key: Key) -> int:
        return self._line_of(dotted(key))

    def _line_of(self, key: str) -> int:
        """The line of a key; of one that is not in the lines, that of what it stands in."""
        while key and key not in self._lines:
            key = re.sub(r"(\.[^.\[]*|\[[^\[]*|[^.\[]+)$", "", key)
        return self._lines.get(key, 1)


@cache
def _model_of(section: str) -> type[BaseModel]:
    """What checks a section alone, as the whole configuration checks it."""
    field = Settings.model_fields[section]
    made: type[BaseModel] = create_model("OneSection", **{section: (field.annotation, ...)})  # type: ignore[call-overload]
    return made


def _with_key(problem: ConfigProblem, text: str) -> ConfigProblem:
    """A complaint that the lines are no YAML, with the key in its line or the next one above."""
    lines = text.splitlines()[: problem.line]
    found = (match[1] for line in reversed(lines) if (match := _KEY.match(line)))
    return ConfigProblem(problem.line, problem.key or next(found, ""), problem.message)
