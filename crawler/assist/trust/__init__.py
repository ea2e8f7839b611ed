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
from crawler.assist.trust.claims import faults_of_stage, keeps_undone
from crawler.assist.trust.figures import faults_of_figures
from crawler.assist.trust.form import faults_of_copy, faults_of_form, faults_of_length
from crawler.assist.trust.joined import faults_of_joining
from crawler.assist.trust.nearest import nearest
from crawler.assist.trust.offices import faults_of_ministries, faults_of_offices
from crawler.assist.trust.opinions import faults_of_opinion
from crawler.assist.trust.order import faults_of_sides
from crawler.assist.trust.persons import faults_of_persons
from crawler.assist.trust.said import (
    faults_of_claims,
    faults_of_direction,
    faults_of_negation,
    faults_of_time,
    faults_of_units,
)
from crawler.assist.trust.verdict import Verdict, first_of, quoted
from crawler.assist.trust.where import NamedPlaces, faults_of_places, named_in
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
    yield from _faults_of_claims(text, to, texts, texts, whole=True)


def _faults_of_claims(
    text: str, to: str, texts: Sequence[tuple[str, str]], near: Sequence[tuple[str, str]], *, whole: bool
) -> Iterator[str]:
    """What an answer claims: ``near`` are the texts, or the sentences of them that tell of the same."""
    yield from faults_of_claims(text, to, texts, whole=whole)
    yield from faults_of_units(text, to, texts)
    yield from faults_of_ministries(text, to, texts)
    yield from faults_of_direction(text, to, near)
    yield from faults_of_time(text, to, near)
    yield from faults_of_negation(text, to, near)
    yield from faults_of_sides(text, to, near)
    yield from faults_of_offices(text, to, texts, whole=whole)


def _faults_of_words(
    text: str, to: str, texts: Sequence[tuple[str, str]], names: Mapping[str, str], *, strict: bool
) -> Iterator[str]:
    named = KnownNames(texts, names)
    proved, _ = named.proved(text, to)
    yield from faults_of_places(text, to, NamedPlaces(texts), proved)
    yield from faults_of_names(text, to, named, strict=strict)
    places = {i for n in named_in(text, to) for i in range(n.start, n.end)}
    yield from faults_of_persons(text, to, texts, proved | places)
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
    # What headlines take back, one statement says for all of them.
    is_kept = any(keeps_undone(s.text, request.to) for s in answer.statements)
    for statement in answer.statements:
        unknown = sorted(set(statement.reports) - reports.keys())
        if unknown or not statement.reports:
            yield f"A statement names reports that it was not given: {', '.join(map(str, unknown)) or 'none'}."
            return
        yield from _faults_of_statement(
            statement, [reports[n] for n in dict.fromkeys(statement.reports)], request, is_kept=is_kept
        )


def _faults_of_statement(
    statement: Statement, reports: Sequence[AssistReport], request: BriefRequest, *, is_kept: bool
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
    yield from faults_of_joining(text, to, dated)
    yield from _faults_of_words(text, to, texts, request.names, strict=True)
    near = nearest(text, to, texts)
    headlines = [] if is_kept else [(_readable(r.title), r.lang) for r in reports]
    yield from faults_of_stage(text, to, texts, headlines, near)
    yield from _faults_of_claims(text, to, texts, near, whole=False)


def believed_opinion(request: CheckRequest, opinion: Opinion) -> Verdict:
    """Whether the second reader's opinion is believed: its words stand in the report that it names."""
    return first_of(faults_of_opinion(request, opinion))


__all__ = ["Verdict", "believed_brief", "believed_opinion", "believed_translation"]
