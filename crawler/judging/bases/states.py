"""How far a base has come, beside what the verb of its clause says: work at its site, and proposals that go on over commas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from crawler.judging.bases.candidates import ArticleClauses, ClauseCandidate
from crawler.judging.bases.sentences import SentenceSpan
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_NEVER = r"(?!)"


def is_proposed_before(candidate: ClauseCandidate, reading: ArticleClauses) -> bool:
    """Whether the words before an act in its sentence propose something, with nothing but commas between the clauses."""
    text = _before(candidate, reading)
    found = [*_words("proposing", reading.findings.lang).finditer(text)]
    return bool(found) and not _looking_back().match(text, found[-1].end())


def is_going_on(candidate: ClauseCandidate, reading: ArticleClauses) -> bool:
    """Whether an act goes on: "sedang didirikan"."""
    text = _before(candidate, reading).rstrip()
    return any(m.end() == len(text) for m in _words("going_on", reading.findings.lang).finditer(text))


def is_in_works(candidate: ClauseCandidate, reading: ArticleClauses) -> bool:
    """Whether the headline, the base's sentence or one beside it shows work at the site that has begun."""
    words = _words("works", reading.findings.lang)
    future = reading.grammar.lists["future"]
    negation = reading.grammar.lists["negation"]
    reach = weights().bases.ahead
    for span in _beside(candidate.sentence, reading):
        text = reading.findings.fields[span.field].normal.text
        for match in words.finditer(text, span.start, span.end):
            before = text[max(span.start, match.start() - reach) : match.start()]
            if not future.search(before) and not negation.search(before):
                return True
    return False


def _beside(sentence: SentenceSpan, reading: ArticleClauses) -> Iterable[SentenceSpan]:
    """A headline, a sentence and the ones before and behind it."""
    title = reading.sentences["title"]
    yield from (title[n] for n in range(len(title)))
    text = reading.sentences["text"]
    at = text.number_at(sentence.start) if sentence.field == "text" else 0
    yield from (text[n] for n in (at - 1, at, at + 1) if 0 <= n < len(text))


def _before(candidate: ClauseCandidate, reading: ArticleClauses) -> str:
    field = reading.findings.fields[candidate.sentence.field]
    return field.normal.text[candidate.sentence.start : candidate.act.start]


@cache
def _table() -> Any:
    return table("base_states.yaml")


@cache
def _looking_back() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _table()["looking_back"])))


@cache
def _words(list_of: str, lang: str | None) -> re.Pattern[str]:
    words = sorted(map(normal_spelling, _table()[list_of].get(lang, ())), key=len, reverse=True)
    if not words:
        return re.compile(_NEVER)
    found = "|".join(map(re.escape, words))
    unspaced = script_of(words[0][0]) in UNSPACED
    return re.compile(f"(?:{found})" if unspaced else rf"(?<![^\W_])(?:{found})(?![^\W_])")
