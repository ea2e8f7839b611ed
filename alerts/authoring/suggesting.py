"""Terms for what somebody looks for: from the packaged tables, and from stored stories that several languages tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alerts.authoring.answer_mistakes import ALONE, WITHOUT
from alerts.authoring.answers import Answers, Spellings, joined, name_of
from alerts.authoring.reports import ReadReport, TermCount, count_terms, matcher_of
from alerts.authoring.wishes import wish_of
from crawler.judging.entities.lexicon import (
    Meaning,
    NamedThing,
    TermOrigin,
    language_of_spelling,
    pieces_of,
    plural_of,
    related_to,
    things_in,
)
from crawler.judging.queries.query import LEAD
from crawler.judging.queries.suggesting import Suggestion, Tally, unknown_words
from crawler.judging.text.language import LANGUAGES
from crawler.judging.text.matching import Findings
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.terms import is_unspaced
from crawler.model import AseanwatchError, Phrase

EVERYDAY = 0.2
"""A term in a larger share of the reports is no sign of anything."""
FEW_REPORTS = 20
"""With fewer reports no share says anything."""
PRECISE = 0.8
"""Share of the reports with a word of the store that must be of the stories, for it to be chosen beforehand."""
MOST_THINGS = 12
"""Things, alternatives counted each, that a topic may be about: each has up to sixty terms."""
MOST_FROM_STORE = 3
"""Words of the store that are suggested for one thing in one language."""
LEAST_OF_STORE = 2


@dataclass(frozen=True, slots=True)
class SuggestedTerm:
    """A term that is suggested for one thing.

    Attributes:
        part: the thing, by the name of its term set.
        lang: the language.
        term: the spelling.
        origins: where it comes from.
        is_chosen: whether it is taken unless somebody refuses it.
        count: in how many stored reports it stands, with one place.
    """

    part: str
    lang: str
    term: str
    origins: tuple[TermOrigin, ...]
    is_chosen: bool
    count: TermCount = field(default_factory=TermCount)


@dataclass(frozen=True, slots=True)
class TopicPart:
    """One thing that a topic is about: the words as they were typed, the name of its set, and what is suggested for it."""

    typed: str
    name: str
    terms: tuple[SuggestedTerm, ...]


def parts_of(looking_for: str, reports: Sequence[ReadReport] = ()) -> list[TopicPart]:
    """The things that somebody looks for, each with suggested terms.

    Args:
        looking_for: a few words in any language.
        reports: stored reports, in which terms are counted and further ones are found.

    Raises:
        AseanwatchError: they name too many things.
    """
    things = _few_things(looking_for)
    names = list(_names(things))
    # A name of several words is enough by itself; so are its parts together, however they are joined.
    if len(things) == 1 and (pieces := pieces_of(things[0])):
        names = [ALONE, *_names(pieces)]
        things = [*things, *pieces]
    drafts = [_from_tables(thing) for thing in things]
    for name, draft in zip(names, drafts, strict=True):
        for lang, term, is_sure in _from_store(name, draft, reports):
            draft.setdefault((lang, term), _Draft((TermOrigin.STORE,), is_chosen=is_sure))
    keys = [key for draft in drafts for key in draft]
    counts = dict(zip(keys, count_terms(reports, keys), strict=True))
    of_language: dict[str, int] = {}
    for report in reports:
        of_language[report.lang] = of_language.get(report.lang, 0) + 1
    return [
        TopicPart(
            "/".join(one.typed for one in thing.alternatives),
            name,
            tuple(
                SuggestedTerm(
                    name, lang, term, made.origins, made.is_chosen and not _is_everyday(counts[lang, term], len(reports)), counts[lang, term]
                )
                for (lang, term), made in _in_order(draft)
            ),
        )
        for thing, name, draft in zip(things, names, drafts, strict=True)
    ]  # fmt: skip


def unwanted_terms(looking_for: str) -> dict[str, Spellings]:
    """What somebody does not want who typed such as ``durian -festival``: its terms in all languages, by its words.

    Raises:
        AseanwatchError: it is what is wanted, too.
    """
    wish = wish_of(looking_for)
    wanted = {normal_spelling(key[1]) for thing in things_in(wish.wanted) for key in _from_tables(thing)}
    found: dict[str, Spellings] = {}
    for words in wish.unwanted:
        terms = [key for key in _unwanted(words) if normal_spelling(key[1]) not in wanted]
        if not terms:
            raise AseanwatchError(
                f"{words} is both looked for and refused; leave it out of one of them, or write the longer name of what is meant"
            )
        found[words] = {lang: tuple(t for own, t in terms if own == lang) for lang, _ in terms}
    return found


def _unwanted(words: str) -> list[_Key]:
    things = things_in(words)
    # Of several words each alone would refuse too much: a "rice festival" is neither rice nor a festival.
    if len(things) != 1:
        plain = words.strip('"')
        return [(language_of_spelling(plain), plain)] if any(c.isalnum() for c in plain) else []
    return [key for key, made in _from_tables(things[0]).items() if made.is_chosen]


def _few_things(looking_for: str) -> list[NamedThing]:
    things = things_in(wish_of(looking_for).wanted)
    if sum(len(thing.alternatives) for thing in things) > MOST_THINGS:
        raise AseanwatchError(
            Phrase("a topic is about a few things: name at most %(num)s", num=str(MOST_THINGS))
        )
    return things


def check_words(looking_for: str) -> None:
    """Make sure that words name something to look for.

    Raises:
        AseanwatchError: they name nothing, or too many things, or refuse what they look for.
    """
    # Full-width marks, such as ？, are taken for words.
    things = _few_things(looking_for)
    unwanted_terms(looking_for)
    if not any(letter.isalnum() for thing in things for letter in thing.typed):
        raise AseanwatchError(
            f"{looking_for} names nothing to look for; write what it is about, such as 'durian exports'"
        )


def open_parts(answers: Answers, reports: Sequence[ReadReport] = ()) -> list[TopicPart]:
    """The things whose terms are still to be asked: all of them, or the rest where some were answered."""
    if answers.terms is not None and not answers.open_terms:
        return []
    parts = parts_of(answers.looking_for, reports)
    return parts if answers.terms is None else [part for part in parts if part.name in answers.open_terms]


def with_terms(answers: Answers, chosen: Mapping[str, Spellings], still_open: Iterable[str] = ()) -> Answers:
    """Answers with the terms of more things.

    Args:
        answers: so far.
        chosen: the terms by part.
        still_open: the names of the parts that are not asked yet.
    """
    found = answered_by(chosen)
    return answers.with_values(
        terms={**(answers.terms or {}), **found["terms"]},
        open_terms=tuple(still_open),
        alone=joined(found["alone"], answers.alone),
    )


def chosen_terms(parts: Iterable[TopicPart]) -> dict[str, Spellings]:
    """The terms that are taken unless somebody refuses them, by part."""
    return terms_by_part(term for part in parts for term in part.terms if term.is_chosen)


def terms_by_part(terms: Iterable[SuggestedTerm]) -> dict[str, Spellings]:
    """Terms by part and language."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for term in terms:
        of_part = found.setdefault(term.part, {})
        of_part[term.lang] = (*of_part.get(term.lang, ()), term.term)
    return dict(found)


def answered_by(terms: Mapping[str, Spellings]) -> dict[str, Any]:
    """The values of answers for terms by part: those that are enough by themselves are a question of their own."""
    return {
        "terms": {part: own for part, own in terms.items() if part != ALONE},
        "alone": terms.get(ALONE, {}),
    }


def _names(things: Sequence[NamedThing]) -> Iterator[str]:
    """A name for the term set of each thing: its English name where there is one."""
    # The sets of what is enough alone and of what is not wanted have these names.
    taken: set[str] = {ALONE, WITHOUT}
    for number, thing in enumerate(things, 1):
        english = [thing.typed, *(w for m in thing.meanings for w in m.spellings.get("en", ()))]
        wanted = next((n for words in english if (n := name_of(words, ""))), f"part_{number}")
        name = wanted if wanted not in taken else f"{wanted}_{number}"
        taken.add(name)
        yield name


@dataclass(frozen=True, slots=True)
class _Draft:
    """A term before it is counted."""

    origins: tuple[TermOrigin, ...]
    is_chosen: bool


_Key = tuple[str, str]


class _DraftTerms:
    """The terms of one thing while they are gathered; the same spelling from two tables is one term of two origins."""

    def __init__(self) -> None:
        self.found: dict[_Key, _Draft] = {}
        self._seen: dict[_Key, _Key] = {}

    def add(self, lang: str, term: str, origin: TermOrigin, *, is_sure: bool) -> None:
        """Add one term."""
        # Compared as texts are searched.
        key = self._seen.setdefault((lang, normal_spelling(term.strip("=*"))), (lang, term))
        known = self.found.get(key)
        if known is None:
            self.found[key] = _Draft(
                (origin,), is_chosen=is_sure and (origin is TermOrigin.TYPED or not _is_too_short(term))
            )
        elif origin not in known.origins:
            self.found[key] = _Draft((*known.origins, origin), known.is_chosen)

    def add_meaning(self, meaning: Meaning, *, is_sure: bool) -> None:
        """Add all that a thing is called."""
        for lang, spellings in meaning.spellings.items():
            for spelling in spellings:
                self.add(lang, spelling, meaning.origin, is_sure=is_sure)
                if lang == "en" and (plural := plural_of(spelling)):
                    self.add(lang, plural, meaning.origin, is_sure=is_sure)


def _from_tables(thing: NamedThing) -> dict[_Key, _Draft]:
    terms = _DraftTerms()
    for one in thing.alternatives:
        lang = _language_typed(one)
        terms.add(lang, one.typed, TermOrigin.TYPED, is_sure=True)
        if lang == "en" and (plural := plural_of(one.typed)):
            terms.add(lang, plural, TermOrigin.TYPED, is_sure=True)
    for one in thing.alternatives:
        for meaning in one.meanings:
            terms.add_meaning(meaning, is_sure=True)
    # Last: what one alternative is surely called may be only near to another.
    for one in thing.alternatives:
        for meaning in related_to(one.meanings, one.typed):
            terms.add_meaning(meaning, is_sure=False)
    return terms.found


def _language_typed(thing: NamedThing) -> str:
    """The language of the words as they were typed: the one in which a table has them, else by their script."""
    key = normal_spelling(thing.typed)
    of_tables = [
        lang
        for meaning in thing.meanings
        for lang, spellings in meaning.spellings.items()
        if any(normal_spelling(s.strip("=*")) == key for s in spellings)
    ]
    return of_tables[0] if of_tables and "en" not in of_tables else language_of_spelling(thing.typed)


def _is_too_short(term: str) -> bool:
    """Whether a term is so short that it stands in many words that mean something else."""
    bare = term.strip("=*")
    return len(bare) < (2 if is_unspaced(bare) else 3)


def _is_everyday(count: TermCount, reports: int) -> bool:
    return reports >= FEW_REPORTS and count.articles > EVERYDAY * reports


def _in_order(draft: Mapping[_Key, _Draft]) -> list[tuple[_Key, _Draft]]:
    order = {lang: number for number, lang in enumerate((*LANGUAGES, "*"))}
    return sorted(draft.items(), key=lambda item: (order.get(item[0][0], 99), not item[1].is_chosen))


def _from_store(
    name: str, draft: Mapping[_Key, _Draft], reports: Sequence[ReadReport]
) -> Iterator[tuple[str, str, bool]]:
    """Words for a thing from stories that several languages tell: (language, word, whether it is surely one).

    Where a report in one language names the thing, reports of the same story in other languages do so too. Their words that no
    other reports use are likely its name.
    """
    sure = {key for key, made in draft.items() if made.is_chosen}
    spellings: dict[str, list[str]] = {}
    for lang, term in sure:
        spellings.setdefault(lang, []).append(term)
    if not reports or not spellings:
        return
    matcher = matcher_of({name: spellings})
    read = [(report, report.find(matcher)) for report in reports]
    named: dict[int, set[str]] = {}
    for report, findings in read:
        if report.past.story is not None and _is_named_early(findings, name):
            named.setdefault(report.past.story, set()).add(report.lang)
    tally = Tally()
    for report, findings in read:
        others = named.get(report.past.story or -1, set())
        # A report that names it by a word that is known says nothing of an unknown one.
        has_name_elsewhere = bool(others - {report.lang}) and not findings.hits
        tally.add(report.lang, unknown_words(findings), [name] if has_name_elsewhere else [], relevant=True)
    for lang, words in _by_language(tally.suggestions(LEAST_OF_STORE)).items():
        is_missing = not any(known == lang for known, _ in sure)
        for word in words[:MOST_FROM_STORE]:
            yield lang, word.term, is_missing and word.precision >= PRECISE


def _is_named_early(findings: Findings, name: str) -> bool:
    """Whether a thing stands in the headline or at the beginning."""
    return any(hit.field == "title" or hit.start < LEAD for hit in findings.hits.get(name, ()))


def _by_language(suggestions: Iterable[Suggestion]) -> dict[str, list[Suggestion]]:
    found: dict[str, list[Suggestion]] = {}
    for one in suggestions:
        if one.lang in LANGUAGES:
            found.setdefault(one.lang, []).append(one)
    return found
