"""What is believed of the second reader's opinion: only words that stand in the report that it names."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.assist.judged_words import remembered
from crawler.assist.model import AssistReport, CheckRequest, Opinion
from crawler.assist.trust.claims import DONE, is_ahead, is_taken_back
from crawler.assist.trust.nearest import sentences
from crawler.assist.trust.verdict import quoted
from crawler.judging.bases.stages import kind_of
from crawler.judging.bases.words import base_words
from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.text.script import UNSPACED_LANGUAGES

VERDICTS = ("yes", "no", "unsure")
_LONGEST_NAME, _LONGEST_QUOTE, _MOST_PLACES = 200, 600, 8
_SHORTEST_QUOTE = 4


def faults_of_opinion(request: CheckRequest, opinion: Opinion) -> Iterator[str]:
    """What speaks against an opinion."""
    if opinion.verdict not in VERDICTS:
        yield f"Its verdict is none of {', '.join(VERDICTS)}: {quoted(str(opinion.verdict))}."
        return
    if opinion.stage and opinion.stage not in request.stages:
        yield f"Its stage is none that it was given: {quoted(opinion.stage)}."
    report = next((r for r in request.reports if r.number == opinion.report), None)
    words = (opinion.name, opinion.quote, *opinion.places)
    if report is None:
        if opinion.report or any(words) or opinion.verdict == "yes":
            yield f"It speaks of a report that it was not given: {opinion.report}."
        return
    yield from _lengths(opinion)
    for what, said in (
        ("name", opinion.name),
        *(("place", p) for p in opinion.places),
        ("quote", opinion.quote),
    ):
        if said and not stands_in(said, report):
            yield f"Its {what} does not stand in the report: {quoted(said)}."
            return
    if opinion.verdict == "yes":
        yield from _proof(opinion, report)
        yield from _said_of_base(opinion, report)


def _lengths(opinion: Opinion) -> Iterator[str]:
    if (
        len(opinion.name) > _LONGEST_NAME
        or len(opinion.quote) > _LONGEST_QUOTE
        or len(opinion.places) > _MOST_PLACES
    ):
        yield "Its name, quote or list of places is too long."


def _proof(opinion: Opinion, report: AssistReport) -> Iterator[str]:
    """A yes needs a quote that has the name of a base or speaks of one."""
    quote = normalise(opinion.quote).text
    if len(quote) < _SHORTEST_QUOTE:
        yield "It says yes and quotes nothing."
    elif (
        opinion.name
        and normal_spelling(opinion.name).strip() not in quote
        and not _speaks_of_base(quote, report.lang)
    ):
        yield f"Its quote neither has the name nor speaks of a base: {quoted(opinion.quote)}."
    elif not opinion.name and not _speaks_of_base(quote, report.lang):
        yield f"Its quote does not speak of a base: {quoted(opinion.quote)}."


def _said_of_base(opinion: Opinion, report: AssistReport) -> Iterator[str]:
    """What a yes makes of the sentences that it rests on: the places and the stage are those of the base there."""
    every = [*sentences(report.title), *sentences(report.text)]
    named = normal_spelling(opinion.name).strip()
    quote = normal_spelling(opinion.quote).strip()
    of_base = [s for s in every if quote in (t := normalise(s).text) or (named and named in t)]
    if not of_base:
        return  # a quote of several sentences
    for place in opinion.places:
        there = [s for s in every if normal_spelling(place).strip() in normalise(s).text]
        if not any(s in of_base or _speaks_of_base(normalise(s).text, report.lang) for s in there):
            yield f"Its place is not told of the base: {quoted(place)}."
    quoted_in = next((s for s in of_base if quote in normalise(s).text), of_base[0])
    if (word := is_taken_back(quoted_in, report.lang)) and (
        opinion.stage in DONE or not opinion.stage or _is_denial(word)
    ):
        yield f"The report takes back what it says yes to: {quoted(word)}."
    if opinion.stage in DONE and is_ahead(quoted_in, report.lang):
        yield f"Its stage is not the one that the report tells: {quoted(opinion.stage)}."


def _is_denial(word: str) -> bool:
    return word in {
        normal_spelling(w) for words in remembered("assist_claims.yaml")["denials"].values() for w in words
    }


def stands_in(words: str, report: AssistReport) -> bool:
    """Whether words stand in a report as they are, but for their case, dashes and spaces."""
    said = normal_spelling(words).strip()
    if not said or not any(c.isalnum() for c in said):
        return False
    for text in (report.title, report.text):
        there = normalise(text).text
        at = there.find(said)
        while at >= 0:
            if report.lang in UNSPACED_LANGUAGES or _is_whole(there, at, at + len(said)):
                return True
            at = there.find(said, at + 1)
    return False


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum() and text[start].isalnum()) and not (
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    )


def _speaks_of_base(quote: str, lang: str) -> bool:
    heads = (
        normal_spelling(str(w))
        for names in remembered("base_parts.yaml")["heads"].items()
        for w in (names[0], *names[1].get(lang, ()))
    )
    kinds = (normal_spelling(str(part)) for parts in base_words()["kinds"].values() for part in parts)
    return any(word in quote for word in (*heads, *kinds)) or kind_of(quote) != "base"
