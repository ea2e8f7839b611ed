"""What is believed of an answer: nothing that what it is made from does not say.

All is pure: a request and an answer in, a verdict out. An answer is refused for the first thing that speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from crawler.assist.glossary import has_name, is_called
from crawler.assist.model import (
    AssistReport,
    BriefAnswer,
    BriefRequest,
    CheckRequest,
    Opinion,
    Passage,
    Statement,
)
from crawler.assist.trust.addresses import new_address
from crawler.assist.trust.claims import faults_of_stage
from crawler.assist.trust.figures import faults_of_figures
from crawler.assist.trust.form import faults_of_copy, faults_of_form, faults_of_length
from crawler.assist.trust.opinions import faults_of_opinion
from crawler.assist.trust.verdict import Verdict, first_of, quoted
from crawler.assist.trust.where import NamedPlaces, faults_of_places
from crawler.assist.trust.who import KnownNames, faults_of_names

MOST_STATEMENTS = 2
LONGEST_STATEMENT = 400
"""Characters of a statement."""


def believed_translation(passage: Passage, to: str, text: str, names: Mapping[str, str]) -> Verdict:
    """Whether a translation is believed.

    Args:
        passage: the original.
        to: the language that was wanted.
        text: the translation.
        names: what names in the original are called in that language (`crawler.assist.glossary`).
    """
    return first_of(_faults_of_translation(passage, to, text, names))


def _faults_of_translation(passage: Passage, to: str, text: str, names: Mapping[str, str]) -> Iterator[str]:
    source = _readable(passage.text)
    yield from faults_of_form(text, source, passage.lang, to)
    yield from faults_of_length(text, source)
    yield from faults_of_copy(text, source, passage.lang, to)
    texts = ((source, passage.lang),)
    # Against two days: what is "yesterday" and what is a Saturday differ then.
    for reference in (date(2024, 5, 15), date(2027, 9, 26)):
        yield from faults_of_figures(text, to, [(source, passage.lang, reference)], reference, whole=True)
    yield from _faults_of_words(text, to, texts, names, strict=False)
    yield from faults_of_stage(text, to, texts, texts)


def _faults_of_words(
    text: str, to: str, texts: Sequence[tuple[str, str]], names: Mapping[str, str], *, strict: bool
) -> Iterator[str]:
    named = KnownNames(texts, names)
    proved, _ = named.proved(text, to)
    yield from faults_of_places(text, to, NamedPlaces(texts), proved)
    yield from faults_of_names(text, to, named, strict=strict)
    for mine, theirs in named.glossary.items() if not strict else ():
        if not has_name(text, theirs) and not is_called(text, mine):
            yield f"It does not call {quoted(mine)} by its name: {quoted(theirs)}."


def _readable(text: str) -> str:
    """A text without halves of characters, which feeds may hold and no automaton reads."""
    return text.encode("utf-8", "replace").decode()


def believed_brief(request: BriefRequest, answer: BriefAnswer) -> Verdict:
    """Whether a brief is believed: each statement by the reports that it names."""
    return first_of(_faults_of_brief(request, answer))


def _faults_of_brief(request: BriefRequest, answer: BriefAnswer) -> Iterator[str]:
    if not 1 <= len(answer.statements) <= MOST_STATEMENTS:
        yield f"It has {len(answer.statements)} statements, not one or two."
        return
    reports = {r.number: r for r in request.reports}
    for statement in answer.statements:
        unknown = sorted(set(statement.reports) - reports.keys())
        if unknown or not statement.reports:
            yield f"A statement names reports that it was not given: {', '.join(map(str, unknown)) or 'none'}."
            return
        yield from _faults_of_statement(
            statement, [reports[n] for n in dict.fromkeys(statement.reports)], request
        )


def _faults_of_statement(
    statement: Statement, reports: Sequence[AssistReport], request: BriefRequest
) -> Iterator[str]:
    text, to = statement.text, request.to
    if len(text) > LONGEST_STATEMENT:
        yield "A statement is too long."
    texts = [(_readable(f"{r.title}\n{r.text}"), r.lang) for r in reports]
    source = "\n".join(said for said, _ in texts)
    yield from faults_of_form(text, source, reports[0].lang, to)
    if led := new_address(text, ""):
        yield f"A statement has a {led[0]}: {quoted(led[1])}."
    if "\n" in text.strip():
        yield "A statement has several lines."
    dated = [(said, lang, r.published.date()) for (said, lang), r in zip(texts, reports, strict=True)]
    yield from faults_of_figures(text, to, dated, max(r.published for r in reports).date(), whole=False)
    yield from _faults_of_words(text, to, texts, request.names, strict=True)
    yield from faults_of_stage(text, to, texts, [(_readable(r.title), r.lang) for r in reports])


def believed_opinion(request: CheckRequest, opinion: Opinion) -> Verdict:
    """Whether the second reader's opinion is believed: its words stand in the report that it names."""
    return first_of(faults_of_opinion(request, opinion))


__all__ = ["Verdict", "believed_brief", "believed_opinion", "believed_translation"]
