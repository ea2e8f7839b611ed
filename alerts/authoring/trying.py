"""What a new topic would do: on its examples, on the stored history, to those who are told; and which topic is nearest to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from alerts.analysis.backtest import AlertChange, compare_alerts
from alerts.authoring.answers import Answers, Spellings, joined
from alerts.authoring.building import Closeness, queries, settings_with, topic_setting
from alerts.authoring.missing_languages import LanguageGap, gaps_of
from alerts.authoring.reports import ReadReport, matcher_of
from alerts.authoring.suggesting import unwanted_terms
from alerts.operations import tuning
from alerts.subscriptions.subscriptions import load_subscriptions
from crawler.analysis.backtest import TopicChange, Trial, compare, trials_of
from crawler.analysis.examples import example_article
from crawler.config.settings import Settings, TopicSetting
from crawler.judging.entities.lexicon import TermOrigin, all_meanings, meanings_of
from crawler.judging.judge import Judge, judged_part
from crawler.judging.queries.suggesting import words_of_headline
from crawler.judging.text.language import language_of
from crawler.judging.text.matching import Hit
from crawler.judging.text.terms import is_unspaced
from crawler.model import Article
from crawler.store import Store

PREFERRED = (Closeness.NEAR, Closeness.LEAD, Closeness.ANYWHERE, Closeness.TITLE)
"""Of queries that do as well on the examples, the first is taken."""
MOST_AGAINST = 12
MOST_WORDS = 4
"""Of them, words of single headlines that no table has."""
LEAST_WORD = 5
"""Letters of such a word."""
"""Things against which a topic may speak, that are offered."""


@dataclass(frozen=True, slots=True)
class QueryOption:
    """A query that the terms allow.

    Attributes:
        closeness: where the things must stand.
        query: the query.
        broken: examples that it gets wrong.
        articles: stored reports that it would match.
    """

    closeness: Closeness
    query: str
    broken: int
    articles: int


@dataclass(frozen=True, slots=True, eq=False)
class UnwantedThing:
    """A thing in headlines that must not match, and in none that must; equal only to itself.

    Attributes:
        name: what it is.
        terms: what it is called, by language; a reference to a term set of the configuration, or a concept's words.
        examples: the examples that must not match whose headline has it.
        mends: those of them that match without it.
        loses: stored reports that match without it, and would not any more.
        places: where it stands in those headlines, each place counted.
        is_known: whether a table or a term set has it; else it is a word of a headline.
        is_named: whether somebody said so, in words such as ``durian -festival``.
    """

    name: str
    terms: Spellings
    examples: frozenset[str]
    mends: frozenset[str]
    loses: int
    places: int
    is_known: bool
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class NearestTopic:
    """The topic that shares most with the new one: ``shared`` of ``articles`` that the new one catches match it too."""

    name: str
    shared: int
    articles: int


@dataclass(frozen=True, slots=True)
class NewTopicOutcome:
    """What a topic would do.

    Attributes:
        change: the articles and events that it catches.
        tried: the number of articles it was tried on.
        alerts: alerts that would be sent.
        subscriptions: the subscriptions that would send them.
        broken: lines on examples that it gets wrong, with what is missing or too much.
        nearest: the topic nearest to it; None if none shares an article or an example.
        gaps: languages in which it finds hardly anything.
    """

    change: TopicChange
    tried: int
    alerts: tuple[AlertChange, ...]
    subscriptions: tuple[str, ...]
    broken: tuple[str, ...]
    nearest: NearestTopic | None
    gaps: tuple[LanguageGap, ...] = ()


class _JudgedOption(NamedTuple):
    """A query with the examples and the stored reports that it matches."""

    option: QueryOption
    examples: frozenset[str]
    reports: tuple[ReadReport, ...]


class NewTopicTrial:
    """Tries answers on the examples and on stored reports.

    Args:
        settings: the configuration in force.
        reports: the stored reports.
    """

    def __init__(self, settings: Settings, reports: Sequence[ReadReport]) -> None:
        self.settings = settings
        self.reports = reports

    @cached_property
    def _old(self) -> Judge:
        """The judge of the configuration in force: made when it is asked, which takes longest."""
        return Judge(self.settings.rules())

    def examples_of(self, answers: Answers) -> dict[str, Article]:
        """The articles of the examples, by their texts.

        Raises:
            AseanwatchError: an example is an address that is no stored article's.
        """
        return {text: example_article(text, self.settings) for text in (*answers.match, *answers.no_match)}

    def is_all_relevant(self, answers: Answers) -> bool | None:
        """Whether all examples that must match report cooperation of the parties; None where there are none."""
        if not answers.match:
            return None
        articles = self.examples_of(answers)
        readings = (self._old.classify_without_features(articles[text]) for text in answers.match)
        return all(reading.relevance.relevant for reading in readings)

    def options(self, answers: Answers, name: str) -> list[QueryOption]:
        """The queries that the terms allow, the best first: those that get the fewest examples wrong, then the usual ones."""
        return [one.option for one in self._judged(answers, name)]

    def _judged(self, answers: Answers, name: str) -> list[_JudgedOption]:
        """The queries, the best first, with what each matches. One judge has them all: making one takes longest."""
        named = {f"_{c}": (c, query) for c, query in queries(answers, name).items()}
        if not named:
            return []
        relevant = answers.only_relevant is not False
        topics = {key: TopicSetting(query=q, only_relevant=relevant) for key, (_, q) in named.items()}
        judge = Judge(settings_with(self.settings, answers, name, topics).rules())
        examples: dict[str, set[str]] = {key: set() for key in named}
        reports: dict[str, list[ReadReport]] = {key: [] for key in named}
        for text, article in self.examples_of(answers).items():
            for topic in judge.classify_without_features(article).topics:
                if topic.name in named:
                    examples[topic.name].add(text)
        for report in self.reports:
            for topic in judge.classify_without_features(report.past.article).topics:
                if topic.name in named:
                    reports[topic.name].append(report)
        found = []
        for key, (closeness, query) in named.items():
            broken = len(examples[key] & set(answers.no_match)) + len(set(answers.match) - examples[key])
            option = QueryOption(closeness, query, broken, len(reports[key]))
            found.append(_JudgedOption(option, frozenset(examples[key]), tuple(reports[key])))
        return sorted(found, key=lambda o: (o.option.broken, PREFERRED.index(o.option.closeness)))

    def against(self, answers: Answers, name: str) -> list[UnwantedThing]:
        """What was named as unwanted; then things in headlines that must not match and in none that must, the most useful first."""
        refused = unwanted_terms(answers.looking_for)
        if not (refused or answers.no_match):
            return []
        best = next(iter(self._judged(answers.with_values(without={}), name)), None)
        named = [_named_thing(words, terms, best) for words, terms in refused.items()]
        if not answers.no_match:
            return named
        articles = self.examples_of(answers)
        wrong = best.examples & set(answers.no_match) if best else frozenset()
        things = {
            f"{i}": thing for i, thing in enumerate((*_things(self.settings), *_words(articles, answers)))
        }
        matcher = matcher_of({key: thing.terms for key, thing in things.items()})
        found: dict[str, set[str]] = {}
        wanted: set[str] = set()
        places_of = Counter[str]()
        for text, article in articles.items():
            title, body = judged_part(article.title or article.text, article.text)
            hits = _outermost(
                matcher.find({"title": title}, language_of(title, body, article.lang_hint)).hits
            )
            if text in answers.match:
                wanted |= hits.keys()
            else:
                for key, places in hits.items():
                    found.setdefault(key, set()).add(text)
                    places_of[key] += places
        lost = Counter(
            key
            for report in (best.reports if best else ())
            for key in matcher.find_in(report.fields[:1], report.lang).hits
        )
        own = _words_of(answers)
        offered = [
            UnwantedThing(
                things[key].name, things[key].written, frozenset(t), wrong & t, lost[key], places_of[key], things[key].is_known
            )
            for key, t in found.items()
            if key not in wanted and own.isdisjoint(t for terms in things[key].terms.values() for t in terms)
        ]  # fmt: skip
        # Of several that do the same the one that headlines name most, then the narrowest; words of a single headline come last.
        ordered = sorted(
            offered, key=lambda u: (-len(u.mends), not u.is_known, u.loses, -u.places, _size(u), u.name)
        )
        ordered = [u for u in ordered if u.name not in {one.name for one in named}]
        known = [u for u in ordered if u.is_known]
        return [
            *named,
            *known[: MOST_AGAINST - MOST_WORDS],
            *[u for u in ordered if not u.is_known][:MOST_WORDS],
        ]

    def outcome(self, store: Store, answers: Answers, name: str) -> NewTopicOutcome:
        """What the topic of the answers, whose query is known, would do.

        Raises:
            AseanwatchError: an example is an address that is no stored article's.
        """
        after = settings_with(self.settings, answers, name, {name: topic_setting(answers)})
        judge = Judge(after.rules())
        past = [report.past for report in self.reports]
        trials = list(trials_of(past, self._old, judge))
        change = next(iter(compare(trials, [name])))
        added = []
        if past:
            with store.read() as connection:
                added = [k.subscription for k in load_subscriptions(connection, self.settings) if k.added]
        alerts = compare_alerts(trials, self.settings, after, added)
        subscribed = dict.fromkeys(a.subscription for a in alerts.gained)
        return NewTopicOutcome(
            change,
            len(past),
            tuple(alerts.gained),
            tuple(subscribed),
            tuple(tuning.broken(after, judge, name)),
            self._nearest(answers, change, trials),
            gaps_of(after, answers, name),
        )

    def _nearest(self, answers: Answers, change: TopicChange, trials: Sequence[Trial]) -> NearestTopic | None:
        """The topic that matches most of what the new one catches; where it catches nothing, of its examples."""
        everywhere = Counter(t.name for trial in trials for t in trial.old.topics)
        gained = {past.id for past in change.gained}
        readings = [trial.old for trial in trials if trial.past.id in gained]
        if not readings:
            examples = self.examples_of(answers)
            readings = [self._old.classify_without_features(examples[text]) for text in answers.match]
        shared = Counter(t.name for reading in readings for t in reading.topics)
        if not shared:
            return None
        # Of several the one that catches least beside: it is the most like.
        best = min(shared, key=lambda name: (-shared[name], everywhere[name], name))
        return NearestTopic(best, shared[best], len(readings))


def _named_thing(words: str, terms: Spellings, best: _JudgedOption | None) -> UnwantedThing:
    """What somebody named as unwanted."""
    matcher = matcher_of({words: terms})
    loses = sum(bool(matcher.find_in(r.fields[:1], r.lang).hits) for r in (best.reports if best else ()))
    none = frozenset[str]()
    return UnwantedThing(words, terms, none, none, loses, 0, is_known=True, is_named=True)


def _size(thing: UnwantedThing) -> int:
    return sum(len(terms) for terms in thing.terms.values())


def preset_against(offered: Sequence[UnwantedThing]) -> list[UnwantedThing]:
    """The things against which a topic speaks unless somebody refuses them: those that were named, and as few as mend the examples.

    Words of one headline, which say nothing of others, are only offered.
    """
    chosen = [thing for thing in offered if thing.is_named]
    mended: frozenset[str] = frozenset()
    for thing in offered:
        if thing.mends - mended and thing.is_known:
            mended |= thing.mends
            chosen.append(thing)
    return chosen


class _Thing(NamedTuple):
    """What a headline may be about: its name, its terms as they are looked for, and as the new set has them."""

    name: str
    terms: Spellings
    written: Spellings
    is_known: bool = True


def _things(settings: Settings) -> Iterator[_Thing]:
    """The things of the packaged tables, and the sets that speak against cooperation."""
    for name in settings.relevance.against:
        if name in settings.terms:
            terms = {k: tuple(v) for k, v in settings.terms[name].items() if k != "except"}
            # By its name: so it keeps up with the set of the configuration.
            yield _Thing(f"${name}", terms, {"*": (f"${name}",)})
    of_tables = (TermOrigin.NEWS, TermOrigin.CONCEPTS, TermOrigin.BASES, TermOrigin.FIELDS)
    # What several tables have under one name is one thing.
    by_name: dict[str, dict[str, tuple[str, ...]]] = {}
    for meaning in all_meanings():
        if meaning.origin in of_tables and meaning.name.lower() not in _OF_ANY_NEWS:
            name = meaning.name.lower()
            by_name[name] = joined(by_name.get(name, {}), meaning.spellings)
    yield from (_Thing(name, terms, terms) for name, terms in by_name.items())


_FREQUENT = (
    "opening closing completion groundbreaking agreement talks summit forum centre center innovation open new joint "
    "international cooperation development base zone park hub exchange friendship national modern trade"
)
_OF_ANY_NEWS = frozenset(_FREQUENT.split())
"""Things that headlines of every topic have: a topic that spoke against them would miss much."""


def _words(articles: Mapping[str, Article], answers: Answers) -> Iterator[_Thing]:
    """The words of headlines that must not match and that no table has."""
    own = {word for term in _words_of(answers) for word in term.lower().split()}
    for text in answers.no_match:
        title, body = judged_part(articles[text].title or articles[text].text, articles[text].text)
        lang = language_of(title, body, articles[text].lang_hint)
        for word in sorted(words_of_headline(title)):
            if (
                lang
                and (is_unspaced(word) or len(word) >= LEAST_WORD)
                and word not in own
                and not meanings_of(word)
            ):
                yield _Thing(word, {lang: (word,)}, {lang: (word,)}, is_known=False)


def _words_of(answers: Answers) -> frozenset[str]:
    """The terms of a topic, in all languages."""
    groups = [*(answers.terms or {}).values(), answers.alone]
    return frozenset(term for spellings in groups for terms in spellings.values() for term in terms)


def _outermost(hits: Mapping[str, Sequence[Hit]]) -> dict[str, int]:
    """In how many places each thing stands, of those places that lie in no longer one: a box office is no office."""
    spans = {(hit.start, hit.end) for of_thing in hits.values() for hit in of_thing}

    def is_outermost(hit: Hit) -> bool:
        return not any(
            start <= hit.start and hit.end <= end and (start, end) != (hit.start, hit.end)
            for start, end in spans
        )

    counted = {key: sum(map(is_outermost, of_thing)) for key, of_thing in hits.items()}
    return {key: places for key, places in counted.items() if places}
