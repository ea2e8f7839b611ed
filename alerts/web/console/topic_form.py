"""The form of a topic: from its fields to the values of config.yaml, and the words for what is wrong with them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.digests.wording import FRAMES, Words
from alerts.operations import tuning
from alerts.web.console.request import ConsoleRequest
from crawler.config.entry_lines import EntryLinesError
from crawler.config.plain import ConfigError, ConfigProblem
from crawler.config.settings import TopicSetting
from crawler.model import AseanwatchError
from crawler.store.search_query import SearchNode, parse_search

TRANSLATED = tuple(code for code in FRAMES if code != "en")
"""The languages that a title has a field of its own for; the main field is for English and for languages without a title."""
DEFAULTS = {"threshold": 0.0, "alert": "story", "only_relevant": True, "if_best": False}


@dataclass(frozen=True, slots=True)
class TopicForm:
    """A posted form of a topic.

    Attributes:
        name: as it was typed; empty if the form has none.
        values: all values of the form.
        written: the values that config.yaml needs: those that differ from the defaults.
    """

    name: str
    values: dict[str, Any]
    written: dict[str, Any]


def form_values(setting: TopicSetting) -> dict[str, Any]:
    """The values of the form's fields for a topic as it is."""
    titles = dict(setting.title)
    main = titles.pop("en", "")
    return setting.model_dump(mode="json") | {"title": main, "titles": titles}


def read_topic_form(request: ConsoleRequest) -> TopicForm:
    """The posted form. Whether its values are allowed is checked when they become a configuration."""
    examples = {kind: _lines(request.value(kind)) for kind in ("match", "no_match")}
    values: dict[str, Any] = {
        "title": request.value("title"),
        "titles": {code: text for code in TRANSLATED if (text := request.value(f"title_{code}"))},
        "query": " ".join(request.value("query").split()),
        "threshold": _number(request.value("threshold", "0") or "0"),
        "alert": request.value("alert", "story"),
        "only_relevant": bool(request.value("only_relevant")),
        "if_best": bool(request.value("if_best")),
        "examples": examples,
    }
    title = _title(values["title"], values["titles"])
    written: dict[str, Any] = {"title": title} if title else {}
    written |= {k: values[k] for k in ("query", *DEFAULTS) if k not in DEFAULTS or values[k] != DEFAULTS[k]}
    given_examples = {kind: texts for kind, texts in examples.items() if texts}
    if given_examples:
        written["examples"] = given_examples
    return TopicForm(request.value("name"), values, written)


def _title(main: str, translated: Mapping[str, str]) -> str | dict[str, str]:
    """A title as config.yaml has it: a text, or one for each language; empty where there is none."""
    if not translated:
        return main
    return ({"en": main} if main else {}) | dict(translated)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str) -> float | str:
    """The number; other text stays, so that the configuration's check names it."""
    try:
        return float(text)
    except ValueError:
        return text


def query_of(search: str) -> str:
    """The query of a topic that catches what a search finds: each thing by its names in all languages, phrases as they are."""
    root = parse_search(search).root
    return "" if root is None else _query_of(root, is_outer=True)


def _query_of(node: SearchNode, *, is_outer: bool = False) -> str:
    if node.term is not None:
        return _any_of(node.term.spellings)
    parts = [_query_of(child) for child in node.children]
    if node.kind == "not":
        return f"NOT {parts[0]}"
    joined = parts[0]
    for part in parts[1:]:
        is_without = node.kind == "and" and part.startswith("NOT ")
        joined += f" {part}" if is_without else f" {node.kind.upper()} {part}"
    return joined if is_outer else f"({joined})"


def _any_of(spellings: Sequence[str]) -> str:
    """The part of a query that any of some spellings fulfils."""
    terms = [_term(spelling) for spelling in spellings]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"


def _term(spelling: str) -> str:
    bare = spelling.replace('"', "").strip()
    stem = bare.removesuffix("*")
    # Words in capitals could be operators of the query language. Within quotation marks a star would be a character.
    is_plain_word = re.fullmatch(r"[^\W\d_]+", stem) and stem.upper() != stem
    return bare if is_plain_word else f'"{stem}"'


def name_of(title: str) -> str:
    """A name for a topic of this title; empty if none can be made of it."""
    return "_".join(re.findall("[a-z0-9]+", title.lower()))[:40]


def problem_text(error: AseanwatchError, section: str, name: str, say: Words) -> str:
    """What is wrong with an entry. What is wrong elsewhere in the file is named only if the entry itself is right."""
    if isinstance(error, EntryLinesError):
        return "\n".join(_in_line(problem, say) for problem in error.problems)
    if not isinstance(error, ConfigError):
        return say.said_error(error)
    problems = tuning.problems_of(error, section, name)
    if problems.own:
        return "\n".join(problems.own)
    return "\n".join(f"{p.key}: {p.message}" if p.key else p.message for p in error.problems)


def _in_line(problem: ConfigProblem, say: Words) -> str:
    """A problem of lines that were typed, with the line and the key."""
    message = say.said(problem.message)
    what = f"{problem.key}: {message}" if problem.key else message
    return say.gettext("Line %(line)s: %(what)s", line=str(problem.line), what=what)
