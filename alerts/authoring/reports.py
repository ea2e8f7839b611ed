"""The latest stored reports, read once for all that a new topic is held against: counts of terms, translations, trials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crawler.analysis.history import PastArticle, past_article_of
from crawler.judging.judge import judged_part
from crawler.judging.text.matching import Field, Findings, Matcher, field_of
from crawler.judging.text.terms import patterns
from crawler.model import TermSet
from crawler.store import Store
from crawler.store.schema import articles

MOST_REPORTS = 2_000
"""Reports that are read, the latest: some seconds of one core."""
AROUND = 45
"""Characters of context on each side of a term."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A stored report with its words in normal form."""

    past: PastArticle
    lang: str
    fields: tuple[Field, Field]

    def find(self, matcher: Matcher) -> Findings:
        """What a matcher finds in it."""
        return matcher.find_in(self.fields, self.lang)


@dataclass(frozen=True, slots=True)
class TermCount:
    """In how many reports a term stands, and one place as (before, the term, behind)."""

    articles: int = 0
    context: tuple[str, str, str] | None = None


def latest_reports(store: Store, most: int = MOST_REPORTS) -> list[ReadReport]:
    """The latest reports that are no copies, the earliest of them first; none where there is no store."""
    if not store.exists():
        return []
    statement = (
        select(articles).where(articles.c.duplicate_of.is_(None)).order_by(articles.c.id.desc()).limit(most)
    )
    with store.read() as connection:
        past = [past_article_of(row) for row in connection.execute(statement)][::-1]
    return [read_report(one) for one in past]


def read_report(past: PastArticle) -> ReadReport:
    """A stored report, read."""
    title, text = judged_part(past.article.title, past.article.text)
    return ReadReport(past, past.article.lang_hint or "", (field_of("title", title), field_of("text", text)))


def matcher_of(sets: Mapping[str, Mapping[str, Iterable[str]]]) -> Matcher:
    """A matcher of term sets: by name, their terms by language."""
    return Matcher(patterns(TermSet(n, {lang: tuple(t) for lang, t in s.items()}) for n, s in sets.items()))


def count_terms(reports: Sequence[ReadReport], terms: Sequence[tuple[str, str]]) -> list[TermCount]:
    """For each term, given as (language, spelling), in how many reports it stands, and the latest place."""
    matcher = matcher_of({str(i): {lang: (term,)} for i, (lang, term) in enumerate(terms)})
    counts = [0] * len(terms)
    contexts: dict[int, tuple[str, str, str]] = {}
    for report in reports:
        findings = report.find(matcher)
        for name, hits in findings.hits.items():
            counts[int(name)] += 1
            found = findings.evidence(hits[0])
            original = findings.fields[found.field].original
            contexts[int(name)] = (
                original[max(0, found.start - AROUND) : found.start],
                original[found.start : found.end],
                original[found.end : found.end + AROUND],
            )
    return [TermCount(count, contexts.get(i)) for i, count in enumerate(counts)]
