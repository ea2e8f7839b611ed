"""Which of the names in an article is that of the base which the news is of."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.judging.bases.name_candidates import NameCandidate
from crawler.judging.bases.name_in_english import kind_in_english
from crawler.judging.bases.sentences import same_sentence
from crawler.judging.bases.stages import kind_of
from crawler.judging.weights import weights

_BRIEF = 2
"""The most that a name says which may be a headline's short form of a fuller one."""


def chosen_name(
    own: NameCandidate, others: Sequence[NameCandidate], *, signs: bool = False
) -> NameCandidate | None:
    """The best name for the base that the news is of; None where only its kind is told.

    Args:
        own: the name at the word that the news is of.
        others: those at the other words for bases.
        signs: whether the base of its own stands where those stand who sign; what they sign for is the news.
    """
    named = [c for c in others if not c.is_general and not _is_beside(c, own)]
    if (signs or own.stands_between) and not own.is_of_pair:
        signed = [c for c in named if _is_of_new_pair(c) and _is_given_next(c, own)]
        if signed:
            return max(signed, key=lambda c: c.worth)
    if own.is_general or own.is_plain:
        likely = [c for c in named if not c.is_plain and _may_be_meant(c, own)]
        proper = max(likely, key=lambda c: c.worth + c.is_news, default=None)
        if proper or own.is_general:
            return proper
    same = [c for c in named if _is_same(c, own) and not _loses_parties(c, own)]
    return max([own, *same], key=lambda c: (c.worth, c is own))


def _loses_parties(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether another name only describes in small letters what its own says of whom: "a collaborative innovation base"."""
    return other.is_plain and (own.has_both or own.is_of_pair)


def _is_same(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether another name is the same base's: it says all that its own says, or is given as the name of it.

    What a headline says briefly, the text says again where it tells the news.
    """
    if not (other.is_of_kind or (other.is_news and _is_in_text(other, own))):
        return False
    if own.shares(other) >= weights().names.same or _is_official(other, own):
        return True
    if _is_in_text(other, own) and own.is_of_pair and other.is_of_pair and _have_one_head(other, own):
        # A headline that only says whose ("Thai-Chinese joint lab opens"), or says it in its own words.
        is_in_own_words = own.is_in_small_letters and not other.is_in_small_letters
        return own.says_only_whose or (is_in_own_words and own.shares(other) >= weights().names.official)
    says_less = own.is_plain or len(own.pieces) <= _BRIEF
    is_alike = says_less or own.shares(other) >= weights().names.official
    if not (is_alike and other.is_news and _is_in_text(other, own)):
        return False
    return _have_one_head(other, own) or kind_of(own.hit.pattern.spelling) != "base"


def _have_one_head(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether the word for what one is holds that of the other, in its language or in English: a university is no institute."""
    a, b = other.hit.pattern, own.hit.pattern
    if a.key in b.key or b.key in a.key:
        return True
    heads = [kind_in_english(p.spelling, own.around.lang, "").split()[-1:] for p in (a, b)]
    return heads[0] == heads[1] != []


def _may_be_meant(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether a name may be that of a base which a report calls only by its kind.

    What it points back to was named before. Else its name stands near, and not only as a place where something is.
    """
    if other.says_where or other.is_compared:
        return False
    if _is_of_new_pair(other) and (_is_given_next(other, own) or _is_given_before(other, own)):
        return True
    if not other.is_of_kind:
        return False
    is_reported = other.is_news or other.is_announced or other.is_quoted
    is_alike = _have_one_head(other, own) and (other.is_base or other.has_act or own.shares(other) > 0)
    if not (is_reported or is_alike or (other.is_base and other.has_acronym)):
        return False
    if other.hit.field != own.hit.field or (own.points_back and other.hit.start < own.hit.start):
        return True
    # Else it is what the new one is held against: "… the Subic park has 50 tenants already".
    is_reported = is_reported or other.has_act or other.has_acronym
    is_news = own.points_back or is_reported
    return _is_near(other, own) and is_news


def _is_of_new_pair(other: NameCandidate) -> bool:
    """Whether a name ties two sides, and is none that is known already."""
    is_another = other.around.is_known_name or other.says_where or other.is_compared or other.is_old
    return other.is_of_pair and not is_another


def _is_given_next(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether the name of two sides follows soon upon what was told without one: "a zone of 212 hectares … The X-Y Zone …"."""
    if _is_in_text(other, own):
        return other.hit.start <= weights().bases.proving
    return 0 < other.hit.start - own.hit.start <= weights().bases.next_reach


def _is_given_before(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether the name of two sides stands soon before what is then told by its kind: "… Thai-Chinese Research Centre. … the centre"."""
    is_near = other.hit.field == own.hit.field and _is_near(other, own)
    return own.is_general and is_near and other.hit.start < own.hit.start and _have_one_head(other, own)


def _is_official(other: NameCandidate, own: NameCandidate) -> bool:
    is_near = _is_in_text(other, own) or (other.hit.field == own.hit.field and _is_near(other, own))
    says_it = other.is_announced or own.shares(other) >= weights().names.official
    return other.is_quoted and says_it and is_near


def _is_in_text(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether a name of the text is held against one of the headline."""
    return own.hit.field == "title" and other.hit.field == "text"


def _is_near(other: NameCandidate, own: NameCandidate) -> bool:
    return abs(other.hit.start - own.hit.start) <= weights().bases.next_reach


def _is_beside(other: NameCandidate, own: NameCandidate) -> bool:
    """Whether one sentence names both without a word that says they are one: "a zone for A and a zone for B"."""
    is_given = other.is_quoted or other.has_acronym or other.is_announced
    return (
        other.hit.field == own.hit.field
        and not (is_given or own.is_general or own.is_plain)
        and same_sentence(own.around.findings, own.hit, other.hit)
    )
