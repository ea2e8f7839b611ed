"""The judge: term sets, topics and rules compiled once; then an article in, a reading with its reasons out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple

from crawler.judging.bases.joint_names import PartyWords
from crawler.judging.bases.mentions import BaseReading, bases_in, is_of_all, launched_of_both
from crawler.judging.bases.rule import BaseRule
from crawler.judging.entities.anchors import anchors_of, head_of, named_in
from crawler.judging.entities.credit import credit_of
from crawler.judging.entities.known import built_in_sets
from crawler.judging.features import FeatureKind, feature, kind_of, values
from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.event_places import OF_ALL, parties_in, site_anchors
from crawler.judging.places.gazetteer import Place, gazetteer
from crawler.judging.places.longer_names import keep_longest, longer_names
from crawler.judging.places.party_sets import WHOLE, mentions_party_sets, party_sets
from crawler.judging.places.personal_names import drop_personal_names
from crawler.judging.places.towns import towns_in
from crawler.judging.queries.gate import TermGate
from crawler.judging.queries.nearest import nearest
from crawler.judging.queries.prefilter import Prefilter
from crawler.judging.queries.query import NEW_BASE, QueryError
from crawler.judging.queries.relevance import UNCONCERNED, RelevanceRule, RelevanceSets, judge_relevance
from crawler.judging.queries.topics import TopicOutcome, TopicSet, match_of
from crawler.judging.stories.duplicates import fingerprint, fingerprint_of, hash_of
from crawler.judging.stories.grouping import content_words
from crawler.judging.text.abbreviations import drop_other_meanings
from crawler.judging.text.language import language_of
from crawler.judging.text.letters import Letters, letters_of
from crawler.judging.text.matching import (
    BASE_NAME,
    BASE_SENTENCE,
    Field,
    Findings,
    Hit,
    Matcher,
    Stretch,
    field_of,
)
from crawler.judging.text.nearness import outermost
from crawler.judging.text.terms import UnknownTermSetError, expand, patterns
from crawler.judging.weights import weights
from crawler.model import (
    Anchors,
    Article,
    AseanwatchError,
    BaseMention,
    Classification,
    Relevance,
    TermSet,
    Topic,
)
from crawler.plugins import JUDGES, contained, loaded
from crawler.runtime.error_words import in_words

RETRACTION = "retraction"
"""The set of terms by which an article takes back what was reported; a configuration may leave it out."""
ASEAN_WIDE = "asean"
"""The set of terms that name ASEAN as a whole; a configuration may leave it out. Other parties have a set built in."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All that an operator writes about judging, as plain values."""

    terms: Mapping[str, TermSet]
    topics: tuple[Topic, ...]
    relevance: RelevanceRule = field(default_factory=RelevanceRule)
    bases: BaseRule = field(default_factory=BaseRule)
    window: timedelta = timedelta(days=5)
    also: tuple[str, ...] = ()
    """Judges of other packages that have a say, by name (`Also`)."""
    parties: Parties = CHINA_ASEAN
    """Between whom cooperation is news."""
    second_reader: bool = False
    """Whether somebody else may say that a candidate is a new base which they took for none."""


NO_ANCHORS = Anchors()
_FIELDS = ("title", "text")

Also = Callable[[Article, Classification], Classification]
"""A judge of another package. It gets an article with our classification, and returns the one to use. It must be pure."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading together with everything that led to it."""

    reading: Classification
    findings: Findings
    outcomes: tuple[TopicOutcome, ...]
    bases: BaseReading = field(default_factory=BaseReading)


class _Decided(NamedTuple):
    """What the terms of an article say, before it is made comparable with others, and what that is made of."""

    explanation: Explanation
    places: Sequence[tuple[Hit, Place]]
    named: tuple[str, ...]


def all_sets(
    terms: Mapping[str, TermSet], parties: Parties = CHINA_ASEAN, named: Iterable[str] | None = None
) -> dict[str, TermSet]:
    """The built-in sets of the gazetteer, of people and of the parties, and the operator's own, which win.

    Args:
        terms: the operator's own sets.
        parties: between whom cooperation is news.
        named: queries, and sets as ``$name``, that are read; what follows the parties of the shipped desk is left out where
            neither they nor ``terms`` name it. None: all are wanted.
    """
    known = gazetteer(parties)
    people = built_in_sets()
    spellings = (s for t in terms.values() for of_language in t.spellings.values() for s in of_language)
    wanted = named is None or not parties.is_default or mentions_party_sets(chain(named, spellings))
    following = party_sets(parties, known, (s.name for s in people)) if wanted else ()
    return {s.name: s for s in (*known.sets, *people, *following)} | dict(terms)


class JudgedPart(NamedTuple):
    """The beginnings of a headline and a text, which are all of them that is judged."""

    title: str
    text: str


def judged_part(title: str, text: str) -> JudgedPart:
    """What is judged of an article."""
    look = weights().first_look
    return JudgedPart(title[: look.longest_title], text[: look.longest_text])


class ReadArticle:
    """What every step of judging asks of an article: what is judged of it, its letters, its language and its fields."""

    def __init__(self, article: Article) -> None:
        self.title, self.text = judged_part(article.title, article.text)
        self.letters: Letters = letters_of(self.title, self.text)
        self.lang = language_of(self.title, self.text, article.lang_hint)
        self._fields: dict[str, Field] = {}
        self.ruled_out: Classification | None = None
        """The classification where it can be no news."""
        self.findings: Findings | None = None
        """Its terms, once they were looked for."""
        self.decided: _Decided | None = None
        """What its terms say, once that was found out."""

    def field(self, name: str) -> Field:
        """The headline (``title``) or the text (``text``) as it is searched: its words are found once, whoever asks for them."""
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = field_of(name, self.title if name == "title" else self.text)
        return found


class Judge:
    """Reads articles by one set of rules. Safe to share between threads: it keeps no state of the articles.

    Raises:
        QueryError: a topic's query cannot be read.
        UnknownTermSetError: a query or a rule names a set that does not exist.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        read = [*(t.query for t in rules.topics), *(f"${name}" for name in rules.relevance.sets())]
        sets = all_sets(rules.terms, rules.parties, read)
        self._topics = TopicSet(rules.topics, sets)
        # A set that a configuration may leave out is passed over; one
        # that it must have fails when the judge is made, not per article.
        self._wide = ASEAN_WIDE if rules.parties.is_default else WHOLE
        optional = {*rules.bases.optional(), RETRACTION, ASEAN_WIDE}
        named = (*rules.bases.sets(), RETRACTION, self._wide)
        used = rules.relevance.sets() + [n for n in named if n in sets or n not in optional]
        self._members = self._topics.members | {name: expand(sets, name) for name in used}
        rule = rules.relevance
        self._relevance_sets = RelevanceSets.of(rule, self._members)
        self._ours = frozenset(m for n in (rule.ours, rule.both) for m in self._members[n])
        # Of the other names of parties none is short for as much as PRC is.
        self._doubtful = self._ours if "CN" in rules.parties.ours.countries else frozenset[str]()
        parties = frozenset(
            m for n in (rule.ours, rule.theirs) for m in self._members[n] if m.startswith("country_")
        )
        self._parties_sets = sorted(parties)
        # Words that every report of cooperation has; as
        # anchors they would tie all of them together.
        self._everywhere = parties.union(*(self._members[n] for n in (*rule.cooperation, *rule.strong)))
        of_bases = (self._members.get(name, frozenset()) for name in rules.bases.sets())
        self._of_bases = frozenset[str]().union(*of_bases)
        names = {n for members in self._members.values() for n in members} | {
            s.name for s in gazetteer(rules.parties).sets
        }
        # Sorted, so that every process builds the same automaton and finds hits in the same order.
        own = patterns(
            (sets[n] for n in sorted(names)),
            [*gazetteer(rules.parties).proper, *(s.name for s in built_in_sets())],
        )
        longer = () if rules.parties.is_default else longer_names(rules.parties).sets
        self._patterns = [*own, *patterns(longer), *self._topics.literals()]
        self._matcher = Matcher(self._patterns)
        self._also: tuple[tuple[str, Also], ...] = tuple((name, loaded(JUDGES, name)) for name in rules.also)

    def begin(self, article: Article, *, page_may_help: bool = False) -> ReadArticle | None:
        """The first step of judging: an article's letters, its language, and whether it can be news.

        `classify` does all steps. Who judges many articles does each step for some of them in a row: the tables that it reads
        are far larger than what a processor keeps at hand, and stay there only as long as nothing else is done.

        Args:
            article: the article.
            page_may_help: whether `classify_without_page` is going to be asked.

        Returns:
            What was read; None for an article whose page is fetched whatever it says.
        """
        if page_may_help and len(article.text) < weights().first_look.telling_summary:
            return None
        read = ReadArticle(article)
        read.ruled_out = self._ruled_out(article, read, page_may_help=page_may_help)
        return read

    def search(self, begun: ReadArticle) -> None:
        """The second step: look for all terms in an article that may be news."""
        if begun.ruled_out is None:
            begun.findings = self._found(begun)

    def decide(self, article: Article, begun: ReadArticle) -> None:
        """The third step: find out what an article's terms say, whether it is news and of what; not by what it is compared."""
        if begun.ruled_out is None:
            begun.decided = self._decided(article, begun, findings=begun.findings)

    def classify(
        self, article: Article, *, confirmed: bool = False, begun: ReadArticle | None = None
    ) -> Classification:
        """All that can be said of one article by its words.

        Args:
            article: the article.
            confirmed: whether somebody else says that its doubtful candidate is a new base.
            begun: the same article by `begin`.
        """
        read = begun or self.begin(article)
        assert read is not None
        if read.ruled_out is not None:
            return read.ruled_out
        decided = None if confirmed else read.decided
        if decided is None:
            decided = self._decided(article, read, findings=read.findings, confirmed=confirmed)
        reading = self._finished(article, decided).reading
        return reading if confirmed else self._with_confirmed(article, read, reading)

    def _with_confirmed(self, article: Article, read: ReadArticle, reading: Classification) -> Classification:
        """A classification with the one that would hold if its candidate were confirmed, where somebody may do that."""
        if not self.rules.second_reader or reading.doubt is None or reading.doubt.taken or reading.new_base:
            return reading
        return replace(reading, confirmed=self._judged(article, read, confirmed=True).reading)

    def classify_without_page(
        self, article: Article, *, begun: ReadArticle | None = None
    ) -> Classification | None:
        """The classification by the feed's words. None if the article's page should be fetched first.

        It should if the article might match: if it names China, or has a name of both parties. For
        a Chinese source ASEAN or a member is enough, and so is a term of a topic that looks at all
        articles. A short summary excludes nothing. ``begun`` is the article by `begin`.
        """
        read = begun or self.begin(article, page_may_help=True)
        if read is None:
            return None
        if read.ruled_out is not None:
            return read.ruled_out
        findings = read.findings or self._found(read)
        could_match = self._could_match(article, findings)
        if could_match:
            return None
        return self._with_confirmed(article, read, self._judged(article, read, findings=findings).reading)

    def classify_without_features(self, article: Article) -> Classification:
        """Language, relevance, topics and bases alone, for judging again: neither fingerprint nor anchors, which take longest."""
        read = ReadArticle(article)
        return self._ruled_out(article, read, whole=False) or self._judged(article, read, whole=False).reading

    @cached_property
    def prefilter(self) -> Prefilter:
        """Rules out texts that cannot be news by these rules, many times as fast as reading and judging them."""
        rule, members = self.rules.relevance, self._members
        sides = {
            "ours": self._ours,
            # News in a national language may say "both countries" and name our side alone.
            "theirs": members[rule.theirs] | members[rule.two_sides],
            "alone": members[rule.both] | self._topics.anywhere,
        }
        return Prefilter(self._patterns, sides, is_open=self._is_open)

    @property
    def _is_open(self) -> bool:
        """Whether anything may be news, so that no article can be ruled out."""
        return bool(self._also) or self._topics.takes_anything

    @cached_property
    def _gate(self) -> TermGate:
        # What takes something back is noted of every article.
        return TermGate(self._patterns, self._gate_names | self._members.get(RETRACTION, frozenset()))

    @cached_property
    def _gate_at_home(self) -> TermGate:
        """The same for sources of our own side, which need not name it: "our country and Vietnam"."""
        theirs = self._members[self.rules.relevance.theirs]
        return TermGate(
            self._patterns, self._gate_names | self._members.get(RETRACTION, frozenset()) | theirs
        )

    @cached_property
    def _gate_names(self) -> frozenset[str]:
        """The sets of which an article must have a term to be news, or to have its page asked for."""
        return self._ours | self._topics.anywhere

    def _ruled_out(
        self, article: Article, read: ReadArticle, *, whole: bool = True, page_may_help: bool = False
    ) -> Classification | None:
        """The reading of an article that can be no news, the same as judging gives; None for another one.

        It names no party on the Chinese side and has no term of a topic that looks at all articles, so nothing
        else that is looked for in it could count.
        """
        if self._is_open:
            return None
        lang = read.lang
        is_ours = page_may_help and article.country in self.rules.parties.ours.countries
        gate = self._gate_at_home if is_ours else self._gate
        takes_back = False
        if gate.may_have(read.letters):
            retracting = self._members.get(RETRACTION, frozenset())
            # What the headline names, as that of most news does, need not be looked for in the text.
            for name in _FIELDS:
                findings = gate.find(read.field(name), lang)
                if not findings.hits.keys() <= retracting - self._gate_names:
                    return None
                takes_back = takes_back or retracts(findings, retracting)
        return Classification(
            lang=lang or "und",
            relevance=UNCONCERNED,
            topics=(),
            countries=(),
            bases=(),
            fingerprint=frozenset(),
            text_hash=hash_of(read.letters) if whole else "",
            anchors=NO_ANCHORS,
            credit=credit_of(read.text),
            retracts=takes_back,
        )

    def explain(self, article: Article) -> Explanation:
        """The reading with what was found where and the tree of every topic."""
        return self._judged(article, ReadArticle(article), every=True)

    def _found(self, read: ReadArticle) -> Findings:
        findings = self._matcher.find_in(map(read.field, _FIELDS), read.lang)
        findings.parties = self.rules.parties
        drop_personal_names(findings)
        if not self.rules.parties.is_default:
            keep_longest(findings)
        drop_other_meanings(findings, self._doubtful, self._parties_sets)
        return findings

    def _judged(
        self,
        article: Article,
        read: ReadArticle,
        *,
        every: bool = False,
        whole: bool = True,
        findings: Findings | None = None,
        confirmed: bool = False,
    ) -> Explanation:
        decided = self._decided(
            article, read, every=every, whole=whole, findings=findings, confirmed=confirmed
        )
        return self._finished(article, decided, whole=whole)

    def _decided(
        self,
        article: Article,
        read: ReadArticle,
        *,
        every: bool = False,
        whole: bool = True,
        findings: Findings | None = None,
        confirmed: bool = False,
    ) -> _Decided:
        text = read.text
        findings = findings or self._found(read)
        lang = findings.lang
        # What names no party on the Chinese side is most of what feeds hold. It is neither
        # relevant nor a copy of what is, so it gets neither places nor a fingerprint.
        concerns = not self._ours.isdisjoint(findings.hits)
        parties = self._parties(findings) if concerns else PartyWords(findings)
        relevance = self._relevance(findings, parties) if concerns else UNCONCERNED
        places = _places(findings) if concerns or every or self._topics.looks_anywhere or self._also else []
        named = _countries(findings, places)
        # Set before topics are judged: queries ask for lang:, country: and source:.
        findings.about = {
            "lang": frozenset([lang or ""]),
            "country": frozenset(named),
            "source": frozenset([article.source]),
        }
        # Queries may ask whether there is a new base.
        bases = self._bases(findings, places, article, parties) if relevance.relevant else BaseReading()
        if confirmed and bases.doubt is not None and not bases.doubt.taken:
            bases = replace(bases, mentions=(bases.doubt.mention,))
        self._note_new_base(findings, bases.mentions)
        outcomes = self._topics.outcomes(findings, relevance.relevant, every=every)
        reading = Classification(
            lang=lang or "und",
            relevance=relevance,
            topics=tuple(match_of(o, findings) for o in outcomes if o.matches),
            countries=named if relevance.relevant else (),
            bases=bases.mentions,
            fingerprint=fingerprint_of(read.letters.text) if whole and concerns else frozenset(),
            text_hash=hash_of(read.letters) if whole else "",
            anchors=NO_ANCHORS,
            credit=credit_of(text),
            retracts=retracts(findings, self._members.get(RETRACTION, frozenset())),
            doubt=bases.doubt,
        )
        # After our own verdict and before anchors: what
        # another judge makes news of needs them, too.
        for name, judge in self._also:
            reading = _asked(name, judge, article, reading)
        return _Decided(Explanation(reading, findings, outcomes, bases), places, named)

    def _finished(self, article: Article, decided: _Decided, *, whole: bool = True) -> Explanation:
        """A reading with all that only news has."""
        explanation, places, named = decided
        reading = explanation.reading
        if not reading.is_news:
            return explanation
        reading = replace(reading, countries=reading.countries or named)
        if whole:
            reading = self._comparable(article, reading, explanation.findings, places)
        return replace(explanation, reading=reading)

    def _comparable(
        self,
        article: Article,
        reading: Classification,
        findings: Findings,
        places: Sequence[tuple[Hit, Place]],
    ) -> Classification:
        """The reading with all by which an article finds its copies and its story; only news needs these."""
        # News without a Chinese party (a topic for all
        # articles, another package's judge) has none so far.
        marks = reading.fingerprint or fingerprint(judged_part(article.title, article.text).text)
        return replace(reading, fingerprint=marks, anchors=self._anchors(article, reading, findings, places))

    def needs(self, outcome: TopicOutcome, explanation: Explanation) -> tuple[str, ...]:
        """The smallest change of an article that would have made a topic match; nothing where it does."""
        score = explanation.reading.relevance.score
        return nearest(outcome, explanation.findings, score, self.rules.relevance.threshold)

    def _could_match(self, article: Article, findings: Findings) -> bool:
        if not self._ours.isdisjoint(findings.hits) or not self._topics.anywhere.isdisjoint(findings.hits):
            return True
        # A Chinese source need not name China: "our country and Vietnam".
        return article.country in self.rules.parties.ours.countries and not self._members[
            self.rules.relevance.theirs
        ].isdisjoint(findings.hits)

    def _relevance(self, findings: Findings, parties: PartyWords) -> Relevance:
        together = launched_of_both(findings, self.rules.bases, self._members, parties)
        return judge_relevance(findings, self._relevance_sets, self.rules.relevance.threshold, together)

    def _parties(self, findings: Findings) -> PartyWords:
        rule = self.rules.relevance
        ours, theirs, both = (
            findings.of(self._members[name]) for name in (rule.ours, rule.theirs, rule.both)
        )
        return PartyWords(findings, ours, theirs, both)

    def _bases(
        self, findings: Findings, places: list[tuple[Hit, Place]], article: Article, parties: PartyWords
    ) -> BaseReading:
        return bases_in(
            findings,
            places,
            self.rules.bases,
            self._members,
            article.when.date(),
            parties,
            is_dated=article.published is not None,
        )

    def _note_new_base(self, findings: Findings, bases: Sequence[BaseMention]) -> None:
        """Let queries know of a new base, with the words for bases in the sentences that prove it."""
        new = [base for base in bases if base.is_new]
        if not new:
            return
        findings.about["new"] = frozenset(["base"])
        findings.stretches = {
            BASE_NAME: _stretches(findings, (base.name for base in new)),
            BASE_SENTENCE: _stretches(findings, (base.sentence for base in new)),
        }
        words = findings.of(self._of_bases)
        proving = [hit for hit in words if findings.stands_in(hit, BASE_SENTENCE)]
        findings.hits[NEW_BASE] = proving or words

    def _anchors(
        self,
        article: Article,
        reading: Classification,
        findings: Findings,
        places: Sequence[tuple[Hit, Place]],
    ) -> Anchors:
        title, text = findings.fields["title"], findings.fields["text"]
        said: dict[str, list[tuple[int, int]]] = {}
        everyday: set[str] = set()
        for hit in findings.of(self._everywhere):
            said.setdefault(hit.field, []).append((hit.start, hit.end))
            everyday.update(hit.pattern.key.split())
        # Parties further down are background, and would
        # tie the report to events of other countries.
        head = head_of(text.original)
        parties = parties_in(findings, places, findings.of(self._members[self.rules.relevance.both]))
        near = {party.country for hit, party in parties if hit.field == "title" or hit.start < len(head)}
        new = [b for b in reading.bases if b.is_new]
        more = [feature(FeatureKind.TOPIC, topic.name) for topic in reading.topics]
        more += [feature(FeatureKind.BASE_KIND, base.kind) for base in new]
        more += [feature(FeatureKind.BASE_CITY, city) for base in new for city in base.cities]
        more += [feature(FeatureKind.LINK, link) for link in article.links]
        # What a base is for stands in its name.
        for base in new:
            concepts = values(named_in(base.name, findings.lang), FeatureKind.CONCEPT)
            more += [feature(FeatureKind.PURPOSE, concept) for concept in concepts]
        if new:
            of_bases = findings.of(self._of_bases)
            countries, cities = ([hit for hit, p in parties if p.is_city is said] for said in (False, True))
            found = towns_in(findings, [*of_bases, *findings.of(self._everywhere), *countries], cities)
            more += [
                # Where a city of the gazetteer is known, an unknown
                # town says nothing more: it may be a district of it.
                f
                for f in found
                if kind_of(f) is FeatureKind.INSTITUTION or not any(b.cities for b in new)
            ]
        wide = findings.of(self._members.get(self._wide, ()))
        if new and is_of_all(findings, self.rules.bases, self._members, wide):
            more.append(OF_ALL)
        more += site_anchors(findings, parties, reading.bases, wide)
        features = anchors_of(findings, head, places, near, article.when.date(), more, everyday)
        return Anchors(features, content_words(title.normal.text, text.normal.text, said))


class PluginError(AseanwatchError):
    """A judge of another package failed; the message names it."""


def _asked(name: str, judge: Also, article: Article, reading: Classification) -> Classification:
    """What a judge of another package says.

    Raises:
        PluginError: it raises, or gives something else than a reading.
    """
    try:
        found: object = contained(judge, article, reading)
    except Exception as error:
        raise PluginError(f"the judge {name} failed: {in_words(error)}") from error
    if not isinstance(found, Classification):
        raise PluginError(f"the judge {name} gave something else than a reading")
    return found


def _stretches(findings: Findings, texts: Iterable[str]) -> list[Stretch]:
    """Where some words stand in an article."""
    return [
        Stretch(name, start, start + len(words))
        for words in dict.fromkeys(texts)
        if words
        for name, field in findings.fields.items()
        for start in _places_of(words, field.original)
    ]


def _places_of(words: str, text: str) -> Iterator[int]:
    """Where words begin in a text, the next ones behind the end of the last ones."""
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + len(words))


def retracts(findings: Findings, sets: Iterable[str]) -> bool:
    """Whether an article takes something back: its headline or its first words say so."""
    lead = weights().first_look.retraction_lead
    return any(h.field == "title" or h.start < lead for h in findings.of(sets))


@cache
def _place_sets(parties: Parties) -> frozenset[str]:
    return frozenset(s.name for s in gazetteer(parties).sets if s.name.startswith("places_"))


def _places(findings: Findings) -> list[tuple[Hit, Place]]:
    # The longer name wins: Medan (棉兰) is not named where Mindanao (棉兰老) is.
    known = gazetteer(findings.parties)
    found = ((h, known.place(h.pattern)) for h in outermost(findings.of(_place_sets(findings.parties))))
    return [(h, p) for h, p in found if p is not None]


def _countries(findings: Findings, places: Iterable[tuple[Hit, Place]]) -> tuple[str, ...]:
    """The parties that an article names, ours first; Hong Kong and Macao count as themselves."""
    named = {code for code in findings.parties.all if findings.hits.get(f"country_{code}")}
    named |= {p.country for _, p in places}
    # In one order: readers and exports see the list, and sets have none.
    return findings.parties.in_order(named)


__all__ = ["Explanation", "Judge", "QueryError", "Rules", "UnknownTermSetError", "all_sets"]
