"""What somebody answered about a new topic: kept, written as YAML, and read back with every mistake named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from alerts.authoring.answer_mistakes import ALONE, LANGUAGE_KEYS, NAME, TAKEN_NAMES, WITHOUT, problems_of
from crawler.config.yaml_text import block_text
from crawler.model import AseanwatchError

Spellings = Mapping[str, tuple[str, ...]]
"""Terms by language; ``*`` for any language, ``except`` for words inside which they do not count."""


class AnswersError(AseanwatchError):
    """Answers that cannot be used; one line for each mistake."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers so far; None where a question is open.

    Attributes:
        looking_for: a few words in any language.
        match: news that the topic must match: a text whose first line is the headline, or a stored article's address.
        no_match: news that it must not match.
        terms: for each thing that is looked for its terms.
        open_terms: the things of which terms were not asked yet, where the questions were broken off among them.
        alone: terms that are enough by themselves.
        without: terms that must not stand in the headline.
        only_relevant: whether only news of cooperation matches.
        query: the query; it names the sets of terms by ``$`` and their name.
        alert: what is told: story, article or new_base.
        name: of the topic.
        title: what readers see.
    """

    looking_for: str = ""
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()
    terms: Mapping[str, Spellings] | None = None
    open_terms: tuple[str, ...] = ()
    alone: Spellings = field(default_factory=dict)
    without: Spellings | None = None
    only_relevant: bool | None = None
    query: str | None = None
    alert: str | None = None
    name: str | None = None
    title: str | None = None

    def with_values(self, **values: Any) -> Answers:
        """These answers with others in their place."""
        return replace(self, **values)

    def plain(self) -> dict[str, Any]:
        """The answers as YAML has them; open questions are left out."""
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in ("match", "no_match"):
                if value:
                    found.setdefault("examples", {})[one.name] = list(value)
            elif one.name == "terms" and value is not None:
                found["terms"] = {part: _lists(spellings) for part, spellings in value.items()}
            elif (one.name == WITHOUT and value is not None) or (one.name == ALONE and value):
                found[one.name] = _lists(value)
            elif one.name == "open_terms":
                found |= {one.name: list(value)} if value else {}
            elif value not in (None, "", {}):
                found[one.name] = value
        return found

    def yaml(self) -> str:
        """The answers as YAML."""
        return block_text(self.plain()) if self.plain() else ""


def _lists(spellings: Spellings) -> dict[str, list[str]]:
    return {lang: list(spellings[lang]) for lang in LANGUAGE_KEYS if spellings.get(lang)}


def joined(first: Spellings, second: Spellings) -> dict[str, tuple[str, ...]]:
    """Terms of two groups together."""
    return {
        lang: tuple(dict.fromkeys((*first.get(lang, ()), *second.get(lang, ()))))
        for lang in {**first, **second}
    }


def read_answers(path: Path) -> Answers:
    """The answers of a file.

    Raises:
        AnswersError: it cannot be read, or a value is wrong; names the file, the line and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AnswersError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AnswersError(f"{path} is not UTF-8") from None
    return answers_of(text, str(path))


def answers_of(text: str, name: str) -> Answers:
    """The answers of a text; as `read_answers`."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{name}:{mark.line + 1}" if mark else name
        raise AnswersError(f"{line}: no YAML: {getattr(error, 'problem', None) or 'unreadable'}") from None
    if values is None:
        values = {}
    if not isinstance(values, dict):
        raise AnswersError(f"{name}: must be a mapping such as 'looking_for: durian exports'")
    problems = list(problems_of(values))
    if problems:
        lines = [f"{name}:{_line_of(text, key)}: {key}: {message}" for key, message in problems]
        raise AnswersError("\n".join(lines))
    examples = values.get("examples") or {}
    terms = values.get("terms")
    return Answers(
        looking_for=str(values.get("looking_for") or "").strip(),
        match=tuple(examples.get("match") or ()),
        no_match=tuple(examples.get("no_match") or ()),
        terms=None if terms is None else {part: _tuples(s) for part, s in terms.items()},
        open_terms=tuple(values.get("open_terms") or ()),
        alone=_tuples(values.get(ALONE) or {}),
        without=_tuples(values[WITHOUT]) if WITHOUT in values else None,
        only_relevant=values.get("only_relevant"),
        query=values.get("query"),
        alert=values.get("alert"),
        name=values.get("name"),
        title=values.get("title"),
    )


def _tuples(spellings: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(terms) for lang, terms in spellings.items()}


def _line_of(text: str, key: str) -> int:
    """The line on which the last part of a key stands, counted from 1; 1 where it cannot be found."""
    last = re.escape(key.rsplit(".", maxsplit=1)[-1].split("[", maxsplit=1)[0])
    found = re.search(rf"^\s*['\"]?{last}['\"]?\s*:", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def name_of(words: str, fallback: str = "topic") -> str:
    """A name made of some words; the fallback where nothing of them is left."""
    found = "_".join(re.findall("[a-z0-9]+", words.lower()))[:40].strip("_")
    return found if NAME.fullmatch(found) and found not in TAKEN_NAMES else fallback
