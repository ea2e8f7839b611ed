"""What may be the news: a word for a base and an act in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.judging.bases.acts import Act, Form, acts_in, last_words, words_behind
from crawler.judging.bases.grammar import NEVER, Grammar, grammar_of
from crawler.judging.bases.joint_names import PartyWords
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
        parties: PartyWords,
    ) -> None:
        self.findings = findings
        self.parties = parties
        self.grammar: Grammar = grammar_of(findings.lang)
        self.sentences = {name: FieldSentences(place) for name, place in findings.fields.items()}
        self._launches = self.by_sentence(launches)
        self._named = frozenset(named)
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
        pronouns = list(self._pronouns(kept))
        self.bases = kept + pronouns + list(self._left_out([*kept, *pronouns]))

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

    def _left_out(self, bases: Sequence[BaseWord]) -> Iterator[BaseWord]:
        """The bases of rites whose sentence leaves them out, for the one beside it names them.

        "The centre will stand here. The foundation stone was laid on Monday."
        """
        named = [b for b in bases if b.how in ("known", "named") and b.hit.field == "text"]
        if not named:
            return
        sentences = self.sentences["text"]
        text = self.findings.fields["text"].normal.text
        holding = {sentences.number_at(base.hit.start): base for base in reversed(named)}
        with_words = {sentences.number_at(base.hit.start) for base in bases if base.hit.field == "text"}
        beside = {number + step for number in holding for step in (1, -1)}
        for number in sorted(beside - with_words):
            if not 0 <= number < len(sentences):
                continue
            base = holding.get(number - 1) or holding[number + 1]
            if act := self._rite_in(sentences[number], text):
                hit = Hit(base.hit.pattern, "text", act.end, act.end)
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

    def is_agreed(self, candidate: ClauseCandidate) -> bool:
        """Whether the headline, the lead or the sentence before a candidate's tells that something was signed."""
        text = self.sentences["text"]
        before = text.number_at(candidate.sentence.start) - 1 if candidate.sentence.field == "text" else 0
        spans = [text[n] for n in sorted({0, 1, before}) if 0 <= n < len(text)]
        title = self.sentences["title"]
        spans += [title[n] for n in range(len(title))]
        return any(self._tells_of_signing(span, (Form.DONE, Form.BEFORE)) for span in spans)

    def follows_agreement(self, candidate: ClauseCandidate) -> bool:
        """Whether a candidate's sentence tells that it comes after something was signed."""
        return self._tells_of_signing(candidate.sentence, (Form.BEFORE,))

    def _tells_of_signing(self, span: SentenceSpan, forms: Sequence[Form]) -> bool:
        text = self.findings.fields[span.field].normal.text
        return any(
            act.stage == "signed" and act.form in forms and not act.is_a("nouns")
            for act in acts_in(text, span.start, span.end, self.grammar, ())
        )

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
                telling = [a for a in acts if not a.is_a("needs_complement")]
                if not telling and self._introduces(base, sentence):
                    yield ClauseCandidate(base, Act.unknown(base.hit.end), sentence, None), acts, bases
                for act in _nearest(base.hit, telling, most):
                    governor = _governor(act, base.hit, acts, self.grammar, text)
                    yield ClauseCandidate(base, act, sentence, governor), acts, bases

    def _introduces(self, base: BaseWord, sentence: SentenceSpan) -> bool:
        """Whether a clause may introduce a base by a verb that no table knows.

        The base has a name of its own, and stands in the headline or the lead.
        """
        # A table that says little of a language cannot tell what else a clause may be about.
        if base.how not in ("known", "named") or self.grammar.lists["others"] is NEVER:
            return False
        number = self.sentences[sentence.field].number_at(sentence.start)
        return sentence.field == "title" or number < weights().bases.lead

    def is_of_both(self, base: BaseWord) -> bool:
        """Whether a base has a name that holds both parties: "China-Laos training centre"."""
        return any(
            hit.field == base.hit.field and base.hit.start <= hit.start and hit.end <= base.hit.end
            for hit in self._named
        )

    @cached_property
    def rites(self) -> list[SentenceSpan]:
        """The sentences of the lead that tell of a rite for which no base stands in them."""
        sentences = self.sentences["text"]
        text = self.findings.fields["text"].normal.text
        with_words = {sentences.number_at(base.hit.start) for base in self.bases if base.hit.field == "text"}
        numbers = [n for n in range(min(len(sentences), weights().bases.lead + 1)) if n not in with_words]
        return [sentences[n] for n in numbers if self._rite_in(sentences[n], text)]

    def _rite_in(self, sentence: SentenceSpan, text: str) -> Act | None:
        """The rite that a sentence tells of, if it is not one for something else."""
        lists = self.grammar.lists
        if any(lists[name].search(text, sentence.start, sentence.end) for name in ("others", "tenants")):
            return None
        forms = (Form.DONE, Form.NOUN, Form.DESCRIPTION)
        acts = acts_in(text, sentence.start, sentence.end, self.grammar, ())
        return next((act for act in acts if act.is_a("rites") and act.form in forms), None)


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
    return _governor_before(act, acts, grammar, text) or _governor_behind(act, base, acts, grammar, text)


def _governor_before(act: Act, acts: Sequence[Act], grammar: Grammar, text: str) -> Act | None:
    before = [a for a in acts if a.end <= act.start and a.form not in (Form.DESCRIPTION, Form.PAST)]
    # "Peletakan batu pertama pembangunan …": the stone is laid, and nothing else done yet.
    if before and before[-1].end >= act.start - 1 and not act.is_a("governing"):
        # "Memulai ground breaking": who begins the work has not opened it.
        begins = act.stage == "under construction"
        return None if begins else _governor_before(before[-1], acts, grammar, text) or before[-1]
    governing = [a for a in before if a.is_a("governing")]
    if not governing or (act.is_a("governing") and act.form is Form.DONE):
        return None
    last = governing[-1]
    # "Discussed the construction of the park" tells how it gets on.
    of_course = last.is_a("needs_complement") and act.form is Form.NOUN and act.stage == "planned"
    return None if of_course or _is_apart(act, last, grammar, text) else last


def _is_apart(act: Act, last: Act, grammar: Grammar, text: str) -> bool:
    """Whether a finite act is one of its own, in another clause or side by side: "signed … and launched"."""
    beside = grammar.lists["and"].search(last_words(text, last.end, act.start, 2, grammar))
    apart = grammar.cuts.search(text, last.end, act.start)
    # 签下协议，共同组建…: without tenses, what is agreed goes on behind a comma.
    if apart and not grammar.spaced and last.stage == "signed":
        apart = apart if act.is_a("ceremonies") and apart.start() > last.end else None
    return act.form in (Form.DONE, Form.BEFORE) and bool(beside or apart)


def _governor_behind(act: Act, base: Hit, acts: Sequence[Act], grammar: Grammar, text: str) -> Act | None:
    """What is done with an act that stands before it as a noun: "the founding of … was approved", 共建…协议签署."""
    if act.is_a("governing") or act.is_a("ceremonies"):
        return None
    behind = [a for a in acts if a.start >= max(act.end, base.end) and a.is_a("governing")]
    if act.form is Form.INTENDED:
        # "Will be built under a memorandum signed on Monday".
        signed = (a for a in behind if a.stage == "signed")
        return next((a for a in signed if _is_under(a, grammar, text)), None)
    is_noun = act.form is Form.NOUN or (grammar.name_grows_left and not grammar.spaced)
    if not behind or not is_noun or act.end > base.start:
        return None
    other = behind[0]
    joined = grammar.cuts.search(text, base.end, other.start) or grammar.lists["and"].search(
        text, base.end, other.start
    )
    is_done = (other.passive or not grammar.spaced) and not other.is_a("needs_complement")
    return other if is_done and not joined else None


def _is_under(act: Act, grammar: Grammar, text: str) -> bool:
    """Whether a word like "under", ตาม, stands right before an agreement."""
    near = last_words(text, max(0, act.start - 40), act.start, 3, grammar)
    return bool(grammar.lists["under"].search(near))
