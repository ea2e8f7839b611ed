"""What speaks for and against a candidate: that its act, in its clause, brings its base into being as news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from crawler.judging.bases.acts import Act, Form, last_words, words_behind
from crawler.judging.bases.candidates import ArticleClauses, BaseWord, ClauseCandidate
from crawler.judging.bases.grammar import Grammar
from crawler.judging.bases.past import Time, belonging, times_of
from crawler.judging.bases.roles import role_of
from crawler.judging.bases.sentences import SentenceSpan
from crawler.judging.bases.sides import OURS, THEIRS, Sides
from crawler.judging.text.matching import Hit
from crawler.judging.text.normal import normal_spelling
from crawler.judging.weights import weights

FORMS = {
    Form.INTENDED: "only intended",
    Form.NOUN: "a noun",
    Form.DESCRIPTION: "a description",
    Form.PAST: "a point in the past",
    Form.BEFORE: "only before something",
    Form.HYPOTHETICAL: "hypothetical",
    Form.DENIED: "denied",
}
_IN_BRACKETS = re.compile(r"\([^()]*\)?")
_OPENING = re.compile(r"[\s\[【(（|]*([^:：|】\])）–/]{2,24})[:：|】\])）–/]")
"""What a headline begins with, up to the sign that sets it off."""
_NUMBER = re.compile(r"(?<![\d.,])(?!(?:19|20|25)\d\d)\d[\d.,]* ?(?:[^\W\d]+[ -])?[^\W\d]{0,3} ?$")
"""A number right before something, one word between at most; not a year."""


class Features:
    """Finds the features of the candidates of one reading."""

    def __init__(
        self,
        reading: ArticleClauses,
        sides: Sides,
        published: date,
        old: Sequence[Hit],
        progress: Sequence[Hit],
    ) -> None:
        self._reading = reading
        self._sides = sides
        self._published = published
        self._old = reading.by_sentence(old)
        title = reading.findings.fields["title"].normal.text
        closing = reading.grammar.lists["closing"].search(title)
        self._old_headline = bool(closing) or any(hit.field == "title" for hit in old)
        self._is_comment = _is_comment(reading.findings.fields["title"].original, reading.grammar)
        self._progress = reading.by_sentence(progress)
        self._times: dict[SentenceSpan, dict[Act, list[Time]]] = {}
        self._parties: dict[SentenceSpan, dict[str, float]] = {}

    def of(
        self,
        candidate: ClauseCandidate,
        acts: Sequence[Act],
        bases: Sequence[BaseWord],
        *,
        headline_without: bool,
    ) -> dict[str, float]:
        """The features of a candidate by name; those that are missing are 0.

        Args:
            candidate: a base and an act.
            acts: all acts of its sentence.
            bases: all bases of its sentence.
            headline_without: whether the headline names a base and tells of no beginning.
        """
        return {"headline: names a base and no beginning": float(headline_without)} | (
            self._of_act(candidate)
            | self._of_relation(candidate, acts, bases)
            | self._of_base(candidate)
            | self._of_time(candidate, acts)
            | self._of_sentence(candidate)
        )

    def _of_act(self, c: ClauseCandidate) -> dict[str, float]:
        found = {f"act: {c.stage}": 1.0}
        if not c.act.is_known:
            rites = self._reading.rites
            return {"act: unknown": 1.0, "act: unknown, behind a rite": float(bool(rites))}
        news = c.governor or c.act
        # "Proposed that the possibility of building … be explored": a complement may be unreal where its verb is not.
        unreal = {c.act.form} & {Form.HYPOTHETICAL, Form.DENIED, Form.PAST}
        found |= {f"act: {FORMS[form]}": 1.0 for form in {news.form, *unreal} if form in FORMS}
        if c.governor:
            wished = c.governor.is_a("needs_complement")
            found["act: only wished" if wished else "act: governs another"] = 1.0
        found["act: of a beginning"] = float(news.is_a("ceremonies") or c.act.is_a("ceremonies"))
        found["act: of many things"] = float(news.is_a("weak") and c.act.is_a("weak"))
        return found

    def _of_relation(
        self, c: ClauseCandidate, acts: Sequence[Act], bases: Sequence[BaseWord]
    ) -> dict[str, float]:
        reading = self._reading
        text = reading.findings.fields[c.sentence.field].normal.text
        grammar = reading.grammar
        base, act = c.base.hit, c.act
        low, high = (act.end, base.start) if act.end <= base.start else (base.end, act.start)
        between = _without_brackets(text[low:high])
        ruler = reading.findings.fields[c.sentence.field].ruler
        words = ruler.distance(low, high) * (len(between) / max(1, high - low))
        cuts = len(grammar.cuts.findall(between))
        first = act.end <= base.start
        if cuts == 1 and act.form is Form.DESCRIPTION:
            cuts = 0  # "the laboratory, which was opened": what cuts it off belongs to the base
        if cuts and not first and self._resumes(between, act):
            cuts, words = 0, min(words, float(grammar.reach))
        found = {
            "relation: distance": min(words, 24.0) / 12,
            "relation: other clause": float(cuts > 0),
            "relation: clauses between": float(min(3, max(0, cuts - 1))),
            "relation: another act between": float(
                any(
                    low <= a.start and a.end <= high
                    for a in acts
                    if a is not c.governor and not a.is_a("needs_complement")
                )
            ),
            "relation: another base between": float(
                any(low <= b.hit.start and b.hit.end <= high for b in bases if b.hit.end > b.hit.start)
            ),
            "relation: tenants": float(self._tenants(c, text)),
            "relation: tenants between": float(bool(grammar.lists["tenants"].search(between))),
        }
        role = role_of(reading, c)
        found[f"relation: {role}"] = 1.0
        if self._begins_something_else(c, between, text, first=first):
            found["relation: something else is begun"] = 1.0
        return found

    def _begins_something_else(self, c: ClauseCandidate, between: str, text: str, *, first: bool) -> bool:
        """Whether the act is of a course, a road, an exhibition that stands beside the base."""
        if c.act.is_a("rites"):
            return False  # "welcomed its first class": the base is what begins
        grammar = self._reading.grammar
        others = grammar.lists["others"]
        if not first:
            behind = words_behind(text, c.act.end, c.sentence.end, grammar)
            return bool(others.search(behind) or (grammar.verb_final and others.search(between)))
        found = others.search(between)
        if not (found and grammar.name_grows_left):
            return bool(found)
        # "Opened a railway training centre" is of the centre, "opened an exhibition in the centre" of the other.
        rest = between[found.end() :]
        return bool(grammar.lists["place"].search(rest) or grammar.cuts.search(rest))

    def _resumes(self, between: str, act: Act) -> bool:
        """Whether an act goes on with a base behind something in between: "The centre, a project of …, was opened"."""
        grammar = self._reading.grammar
        last = [m.end() for m in grammar.cuts.finditer(between)][-1]
        own = between[last:]
        short = len(own.split()) < grammar.reach if grammar.spaced else len(own) < grammar.reach
        return (
            short
            and (act.passive or grammar.marks_voice or not grammar.spaced)
            and act.form is not Form.DESCRIPTION
        )

    def _tenants(self, c: ClauseCandidate, text: str) -> bool:
        """Whether a number of firms or projects stands in the clause of the act: they sign and settle, not the base."""
        grammar = self._reading.grammar
        reach = weights().bases.numeral_reach
        last = max(c.act.end, c.base.hit.start)
        for match in grammar.lists["tenants"].finditer(text, c.sentence.start, last):
            before = text[max(c.sentence.start, match.start() - reach) : match.start()]
            if _NUMBER.search(before) or grammar.lists["numerals"].search(before):
                return True
        return False

    def _of_base(self, c: ClauseCandidate) -> dict[str, float]:
        reading = self._reading
        text = reading.findings.fields[c.sentence.field].normal.text
        grammar, hit = reading.grammar, c.base.hit
        near = last_words(text, c.sentence.start, hit.start, 4, grammar)
        before = near if grammar.spaced else text[max(c.sentence.start, hit.start - 10) : hit.start]
        behind = words_behind(text, hit.end, c.sentence.end, grammar)
        has = grammar.lists
        return {
            f"base: {c.base.how} word": 1.0,
            "base: introduced as new": float(
                bool(has["new"].search(before) or has["new_behind"].search(behind))
            ),
            "base: known already": float(
                bool(has["this"].search(before) or has["this_behind"].search(behind))
            ),
            "base: part of another name": float(self._is_part(c, text)),
            "base: in the headline": float(c.sentence.field == "title"),
        }

    def _is_part(self, c: ClauseCandidate, text: str) -> bool:
        """Whether the word only helps to name something else: "twin parks conference", hội nghị khu công nghiệp."""
        grammar, hit = self._reading.grammar, c.base.hit
        if grammar.lists["station"].fullmatch(text, hit.start, hit.end):
            before = last_words(text, c.sentence.start, hit.start, 2, grammar)
            behind = " ".join(text[hit.end : c.sentence.end].split()[:5])
            return bool(grammar.lists["works"].search(before) or grammar.lists["works"].search(behind))
        if grammar.name_grows_left:
            near = words_behind(text, hit.end, c.sentence.end, grammar)
        else:
            near = last_words(text, c.sentence.start, hit.start, 2, grammar)
        near = grammar.cuts.split(near)[0 if grammar.name_grows_left else -1] or ""
        if grammar.spaced and grammar.name_grows_left:
            near = grammar.lists["place"].split(near)[0]  # "a park near the railway"
        return bool(grammar.lists["others"].search(near)) and not grammar.acts.search(near)

    def _of_time(self, c: ClauseCandidate, acts: Sequence[Act]) -> dict[str, float]:
        weigh = weights().bases
        news = c.governor or c.act
        times = self._times_of(c.sentence, acts) if c.act.is_known else self._belonging(c.sentence, [c.act])
        mine = {t for act in (news, c.act) for t in times.get(act, ())}
        # A day of some weeks ago may still be news, a month that ended weeks ago is told as history.
        ages = {"day": weigh.look_back, "month": weigh.lately, "year": weigh.look_back}
        old = [t for t in mine if t.last < self._published - ages[t.unit]]
        # A month or day without a year lies ahead where the act does ("to be set up in November").
        to_come = news.form is Form.INTENDED and all(t.without_year for t in old)
        lately = [
            t for t in mine if t.unit == "day" and timedelta(0) <= self._published - t.last <= weigh.lately
        ]
        recent = bool(lately) and not old
        return {
            "act: unknown, these days": float(
                recent and not c.act.is_known and self._reading.is_of_both(c.base)
            ),
            "time: described as of these days": float(news.form is Form.DESCRIPTION and recent),
            "time: long ago": float(bool(old) and not to_come),
            "time: these days": float(recent),
            "time: to come": float(any(t.last > self._published for t in mine) and not old),
            "time: years ago": float(self._is_ago(c)),
        }

    def _times_of(self, sentence: SentenceSpan, acts: Sequence[Act]) -> dict[Act, list[Time]]:
        found = self._times.get(sentence)
        if found is None:
            found = self._times[sentence] = self._belonging(sentence, acts)
        return found

    def _belonging(self, sentence: SentenceSpan, acts: Sequence[Act]) -> dict[Act, list[Time]]:
        reading = self._reading
        text = reading.findings.fields[sentence.field].normal.text
        times = times_of(reading.findings, sentence, self._published, reading.grammar)
        return belonging(times, acts, text, reading.grammar.cuts)

    def _is_ago(self, c: ClauseCandidate) -> bool:
        """Whether words of what is long ago stand around the act or the base."""
        text = self._reading.findings.fields[c.sentence.field].normal.text
        reach = weights().bases.ago_reach
        low = max(c.sentence.start, min(c.act.start, c.base.hit.start) - reach)
        high = min(c.sentence.end, max(c.act.end, c.base.hit.end) + reach)
        return bool(self._reading.grammar.lists["ago"].search(text, low, high))

    def _of_sentence(self, c: ClauseCandidate) -> dict[str, float]:
        # What points back to a base has its parties.
        source = self._reading.sentence_of(c.base.source)
        parties = self._parties.get(source)
        if parties is None:
            parties = self._parties[source] = self._parties_of(source)
        if c.base.how != "pointing" and self._sides.instead(self._clause_of(c), c.sentence):
            parties = parties | {"parties: another country instead": 1.0}
        return parties | {
            "sentence: tells of what exists": float(c.sentence in self._old),
            "sentence: tells how it gets on": float(self._gets_on(c)),
            "headline: tells of what exists": float(self._old_headline),
            "headline: gives an opinion": float(self._is_comment),
        }

    def _clause_of(self, c: ClauseCandidate) -> SentenceSpan:
        """The part of a sentence, without what is cut off before and behind, that holds a base and its act."""
        text = self._reading.findings.fields[c.sentence.field].normal.text
        low, high = min(c.base.hit.start, c.act.start), max(c.base.hit.end, c.act.end)
        cuts = self._reading.grammar.cuts
        start = max((m.end() for m in cuts.finditer(text, c.sentence.start, low)), default=c.sentence.start)
        end = next((m.start() for m in cuts.finditer(text, high, c.sentence.end)), c.sentence.end)
        return SentenceSpan(c.sentence.field, start, end)

    def _gets_on(self, c: ClauseCandidate) -> bool:
        """Whether words of progress stand in the sentence besides the act itself."""
        hits = self._progress.get(c.sentence, ())
        return any(hit.end <= c.act.start or c.act.end <= hit.start for hit in hits)

    def _parties_of(self, sentence: SentenceSpan) -> dict[str, float]:
        here = self._sides.of(sentence)
        missing = self._sides.missing(sentence)
        third = self._sides.third(sentence)
        return {
            "parties: both in the sentence": float(here == 2),
            "parties: one in the sentence": float(here == 1),
            "parties: both near": float(self._sides.around(sentence) == 2),
            "parties: none Chinese near": float(bool(missing & OURS)),
            "parties: no partner near": float(bool(missing & THEIRS)),
            "parties: members among themselves": float(self._sides.members_alone(sentence)),
            "parties: another country instead": float(third and here < 2),
            "parties: another country too": float(third and here == 2),
        }


def _is_comment(title: str, grammar: Grammar) -> bool:
    """Whether a headline begins with a word for an opinion, set off from the rest: "Opinion: …", 【评论】."""
    found = _OPENING.match(title)
    return bool(found and grammar.lists["comment"].fullmatch(normal_spelling(found[1].strip())))


def _without_brackets(text: str) -> str:
    return _IN_BRACKETS.sub("", text) if "(" in text else text
