"""Which word for a base the news is of, where several clauses are about as sure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crawler.judging.bases.decision import ClauseDecision
from crawler.judging.bases.stages import kind_of
from crawler.judging.text.matching import Hit
from crawler.judging.weights import weights


def named_base(decisions: Sequence[ClauseDecision], decided: ClauseDecision, known: Collection[Hit]) -> Hit:
    """The word for the base that the surest clause is of; none that stands in a name known already if another is as sure.

    "The Suzhou Industrial Park signed for the Clark Technology Park": what is known signs, what is new is built.

    Args:
        decisions: those on all clauses.
        decided: the surest.
        known: the names that the configuration and the packaged tables have.
    """
    best = decided.candidate.base.source
    if not _is_known(best, known):
        return best
    kind = kind_of(best.pattern.spelling)
    least = decided.chance - weights().bases.stage_margin
    others = (d for d in decisions if d.is_new and d.chance >= least)
    sources = (d.candidate.base.source for d in sorted(others, key=lambda d: -d.chance))
    return next((s for s in sources if kind_of(s.pattern.spelling) == kind and not _is_known(s, known)), best)


def signs(decided: ClauseDecision, base: Hit) -> bool:
    """Whether a base stands before what is signed, where those stand who sign: "Perak and the institute sign …"."""
    c = decided.candidate
    act = c.governor or c.act
    return act.stage == "signed" and base == c.base.hit and base.end <= act.start and not act.passive


def _is_known(base: Hit, known: Collection[Hit]) -> bool:
    holding = (k for k in known if k.field == base.field and k.start <= base.start and base.end <= k.end)
    return any(k.end - k.start > base.end - base.start for k in holding)
