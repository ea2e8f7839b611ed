"""What may be the news: a word for a base and an act in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.judging.bases.acts import Act, Form, acts_in, last_words, words_behind
from crawler.judging.bases.grammar import Grammar, grammar_of
from crawler.judging.bases.joint_names import Parties
from crawler.judging.bases.sentences import FieldSentences, SentenceSpan
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.nearness import outermost
from crawler.judging.weights import weights


@dataclass(frozen=True, slots=True)
class BaseWord:
    """A word that may name a base.

    Attributes:
        hit: where it stands.
        how: what makes it one: it is ``known`` to the operator, ``named`` with both parties, a ``general`` word in a
            sentence of theirs, or ``pointing`` back to a base.
        antecedent: the word that it points back to.
    """

    hit: Hit
    how: str
    antecedent: Hit | None = None

    @property
    def source(self) -> Hit:
        """The word that says what base it is."""
        return self.antecedent or self.hit


@dataclass(frozen=True, slots=True)
class ClauseCandidate:
    """A base and an act of one sentence; ``governor`` is the act whose complement it is, if any."""

    base: BaseWord
    act: Act
    sentence: SentenceSpan
    governor: Act | None

    @property
    def stage(self) -> str:
        """The stage that is the news: a complement never outranks the verb that governs it."""
        return self.governor.stage if self.governor else self.act.stage


class ArticleClauses:
    """An article taken apart for its bases: its sentences, and what stands in each."""

    def __init__(
        self,
        findings: Findings,
        words: Sequence[Hit],
        named: Sequence[Hit],
        heads: Sequence[Hit],
        launches: Sequence[Hit],
        parties: Parties,
    ) -> None:
        self.findings = findings
        self.parties = parties
        self.grammar: Grammar = grammar_of(findings.lang)
        self.sentences = {name: FieldSentences(place) for name, place in findings.fields.items()}
        self._launches = self.by_sentence(launches)
        how = dict.fromkeys(heads, "general") | dict.fromkeys(named, "named") | dict.fromkeys(words, "known")
        # "Industrial park", not the "park" within it.
        self.bases = [BaseWord(hit, how[hit]) for hit in outermost(how)]

    def resolve(self, is_near: Callable[[BaseWord], bool], kind_of: Callable[[str], str]) -> None:
        """Find what general words and pronouns stand for, and leave out those that stand for nothing.

        Args:
            is_near: whether a general word is a base of its own, for the parties stand near it.
            kind_of: the kind of base that a spelling names: "this centre" is no park.
        """
        kept: list[BaseWord] = []
        last: dict[str, BaseWord] = {}
        for base in sorted(self.bases, key=lambda b: b.hit.order):
            kind = kind_of(base.hit.pattern.spelling)
            found: BaseWord | None = base
            if base.how == "general" and not is_near(base):
                found = self._pointing(base, last.get(kind))
            if found:
                kept.append(found)
                last[kind] = found
        self.bases = kept + list(self._pronouns(kept))

    def _pointing(self, base: BaseWord, to: BaseWord | None) -> BaseWord | None:
        """A general word as one that points back to a base of the sentences before: "the centre", ສູນດັ່ງກ່າວ."""
        if to is None or not self._follows(base.hit, to.hit):
            return None
        text = self.findings.fields[base.hit.field].normal.text
        sentence = self.sentence_of(base.hit)
        has = self.grammar.lists
        before = last_words(text, sentence.start, base.hit.start, 2, self.grammar)
        behind = words_behind(text, base.hit.end, sentence.end, self.grammar)
        points = has["this"].search(before) or has["this_behind"].match(behind) or has["the"].search(before)
        return BaseWord(base.hit, "pointing", to.source) if points else None

    def _follows(self, hit: Hit, to: Hit) -> bool:
        """Whether a word stands in one of the next sentences behind another."""
        if hit.field != to.field:
            return hit.field == "text"  # the text goes on from its headline
        sentences = self.sentences[hit.field]
        return sentences.number_at(hit.start) - sentences.number_at(to.start) <= weights().bases.points_back

    def _pronouns(self, bases: Sequence[BaseWord]) -> Iterator[BaseWord]:
        """The pronouns that begin the sentence behind a base's: "It opened on Monday"."""
        for base in bases:
            sentences = self.sentences[base.hit.field]
            number = sentences.number_at(base.hit.start) + 1
            if number >= len(sentences):
                continue
            text = self.findings.fields[base.hit.field].normal.text
            start = sentences[number].start
            start += (
                len(text[start:]) - len(text[start:].lstrip()) if text[start : start + 1].isspace() else 0
            )
            if found := self.grammar.lists["it"].match(text, start):
                hit = Hit(base.hit.pattern, base.hit.field, start, found.end())
                yield BaseWord(hit, "pointing", base.source)

    def sentence_of(self, hit: Hit) -> SentenceSpan:
        """The sentence that a hit stands in."""
        found = self.sentences[hit.field]
        return found[found.number_at(hit.start)]

    def by_sentence(self, hits: Iterable[Hit]) -> dict[SentenceSpan, list[Hit]]:
        """Hits by the sentences that they stand in."""
        found: dict[SentenceSpan, list[Hit]] = {}
        for hit in hits:
            found.setdefault(self.sentence_of(hit), []).append(hit)
        return found

    @cached_property
    def _by_sentence(self) -> dict[SentenceSpan, list[BaseWord]]:
        found: dict[SentenceSpan, list[BaseWord]] = {}
        for base in self.bases:
            found.setdefault(self.sentence_of(base.hit), []).append(base)
        return found

    def candidates(self, field: str) -> Iterator[tuple[ClauseCandidate, list[Act], list[BaseWord]]]:
        """Each base of a field with each act of its sentence, and all acts and bases of the sentence."""
        most = weights().bases.beside
        for sentence, bases in self._by_sentence.items():
            if sentence.field != field:
                continue
            text = self.findings.fields[sentence.field].normal.text
            launches = self._launches.get(sentence, ())
            acts = acts_in(text, sentence.start, sentence.end, self.grammar, launches)
            for base in bases[: weights().bases.most_words]:
                for act in _nearest(base.hit, acts, most):
                    governor = _governor(act, base.hit, acts, self.grammar, text)
                    yield ClauseCandidate(base, act, sentence, governor), acts, bases


def _nearest(base: Hit, acts: Sequence[Act], most: int) -> list[Act]:
    """The acts beside a base, the nearest first; none that stands inside its word."""
    apart = [act for act in acts if act.end <= base.start or base.end <= act.start]
    return sorted(apart, key=lambda act: max(base.start - act.end, act.start - base.end))[:most]


def _governor(act: Act, base: Hit, acts: Sequence[Act], grammar: Grammar, text: str) -> Act | None:
    """The act that takes another as its complement: "agree" in "agree to build", အတည်ပြု in တည်ဆောက်ရန် အတည်ပြု."""
    if act.form in (Form.DESCRIPTION, Form.PAST):
        return None
    if grammar.verb_final:
        behind = [a for a in acts if a.start >= act.end and a.is_a("governing")]
        return behind[0] if behind and act.form is not Form.DONE else None
    before = [a for a in acts if a.end <= act.start and a.form not in (Form.DESCRIPTION, Form.PAST)]
    # "Peletakan batu pertama pembangunan …": the stone is laid, and nothing else done yet.
    if before and before[-1].end >= act.start - 1 and not act.is_a("governing"):
        return before[-1]
    if act.is_a("governing") and act.form is Form.DONE:
        return None
    governing = [a for a in before if a.is_a("governing")]
    if not governing:
        return None
    last = governing[-1]
    # A finite act of its own, in another clause or side by side ("signed … and launched"), is no complement.
    beside = grammar.lists["and"].search(last_words(text, last.end, act.start, 2, grammar))
    apart = grammar.cuts.search(text, last.end, act.start)
    # 签下协议，共同组建…: without tenses, what is agreed goes on behind a comma.
    if apart and not grammar.spaced and last.stage == "signed" and not act.is_a("ceremonies"):
        apart = None
    finite = act.form is Form.DONE and (beside or apart)
    return None if finite else last
