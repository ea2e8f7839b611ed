"""How far something has come: an answer does not open what its reports only plan, and does not drop that they deny or put it off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from crawler.assist.judged_words import remembered
from crawler.assist.trust.said import is_opened
from crawler.judging.bases.grammar import grammar_of
from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.text.script import UNSPACED_LANGUAGES

DONE = frozenset({"launched", "operating", "expanded"})
_AHEAD = frozenset({"proposed", "planned", "approved", "signed"})
_FUTURE = re.compile(
    r"\b(?:will|to|would|may|might|could|should|shall|plans?|planned|planning|aims?|hopes?|expected|set|due|scheduled|ready|preparing|prepares?|proposed?|proposes|agree[ds]?|wants?|for|before|of|upcoming|if|ahead)\b[\s\w-]{0,24}$"
)


@cache
def _pattern(list_of: str, lang: str) -> re.Pattern[str] | None:
    words = [normal_spelling(str(w)) for w in remembered("assist_words.yaml")[list_of].get(lang, ())]
    if not words:
        return None
    either = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    return re.compile(either if lang in UNSPACED_LANGUAGES else rf"(?<![^\W_])(?:{either})(?![^\W_])")


def _says(list_of: str, text: str, lang: str) -> str:
    pattern = _pattern(list_of, lang)
    found = pattern.search(normalise(text).text) if pattern else None
    return found[0] if found else ""


def _stages(text: str, lang: str, *, done_only: bool) -> set[str]:
    """The stages that the acts of a text tell, by the packaged table; ``done_only``: without what an English text says is to come."""
    grammar = grammar_of(lang)
    low = normalise(text).text
    found: set[str] = set()
    for match in grammar.acts.finditer(low):
        word = grammar.words.get(match[0])
        if word is None or (
            done_only
            and ("weak" in word.kinds or "nouns" in word.kinds or _FUTURE.search(low[: match.start()]))
        ):
            continue
        found.add(word.stage)
    return found


def is_taken_back(text: str, lang: str) -> str:
    """The word by which a text surely puts something off, ends or denies it; empty where it does not."""
    return _says("surely_undone", text, lang)


def keeps_undone(text: str, lang: str) -> bool:
    """Whether a text has any word that says that something is put off, ended or denied."""
    return bool(_says("undone", text, lang))


def is_ahead(text: str, lang: str) -> bool:
    """Whether a text tells only of what is planned, agreed or proposed, as far as the packaged table knows its acts."""
    stages = _stages(text, lang, done_only=False)
    return bool(stages & _AHEAD) and not stages & (DONE | {"under construction"})


def faults_of_stage(
    answer: str,
    to: str,
    texts: Iterable[tuple[str, str]],
    headlines: Iterable[tuple[str, str]],
    near: Sequence[tuple[str, str]] = (),
) -> Iterator[str]:
    """Whether an answer tells of another stage than what it is made from.

    Args:
        answer: the answer.
        to: its language.
        texts: what it is made from, each text with its language.
        headlines: what of it an answer must not pass over when it is put off, ended or denied: further down, reports tell of other things, too.
        near: the sentences that tell of the same as the answer: where all of them take it back, so does it.
    """
    listed = tuple(texts)
    if _pattern("undone", to) is not None:
        kept = _says("undone", answer, to)
        undone = next((w for text, lang in headlines if (w := _says("surely_undone", text, lang))), "")
        taken_back = [_says("surely_undone", text, lang) for text, lang in near]
        if taken_back and all(taken_back):
            undone = taken_back[0]
        if undone and not kept:
            yield f"The reports say that something is put off, ended or denied (“{undone}”), and it does not."
        if (
            (invented := _says("surely_undone", answer, to))
            and not any(_says("undone", text, lang) for text, lang in listed)
            and all(_pattern("undone", lang) for _, lang in listed)
        ):
            yield f"It says that something is put off, ended or denied (“{invented}”), and no report does."
    known = remembered("base_acts.yaml")
    if to != "en" or not all(lang in known for _, lang in listed):
        return
    ours = _stages(answer, to, done_only=True) & DONE
    theirs = {stage for text, lang in listed for stage in _stages(text, lang, done_only=False)}
    if any(is_opened(text, lang) for text, lang in listed):
        theirs |= DONE
    if ours and not theirs & (DONE | {"under construction"}) and theirs & _AHEAD:
        yield f"It tells of a stage that no report tells: {sorted(ours)[0]}."
