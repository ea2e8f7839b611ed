"""Sources near the thresholds of their audit: what is one too many, too dear, too late, dead or too new to tell."""

from __future__ import annotations

from datetime import timedelta

from crawler.polling.audit import SourceYield, audit_all
from tests.crawler.margins.case import Case
from tests.crawler.margins.polling import NOW, steady


def verdict(found: SourceYield | None = None, *, days: float = 28, failing: float = 0, both: int = 0) -> str:
    """The verdict on a source beside a larger one that lists ``both`` of its items too."""
    own = found or SourceYield("outlet", entries=100, relevant=9, requests=900)
    other = SourceYield("other", entries=900, relevant=90, firsts=9, requests=900)
    if both:
        own = SourceYield("outlet", entries=own.entries, relevant=9, requests=900, overlaps={"other": both})
    more = {"since": NOW - timedelta(days=days), "new_at": NOW}
    if failing:
        more |= {
            "failing_since": NOW - timedelta(days=failing),
            "outcome": "failed",
            "kind": "dns",
            "message": "x",
        }
    states = {"outlet": steady(4, **more), "other": steady(40, new_at=NOW)}
    audits = audit_all([own, other], states, NOW)
    return next(str(a.verdict) for a in audits if a.name == "outlet")


def of_lags(hours: float, stories: int) -> SourceYield:
    return SourceYield("outlet", entries=100, relevant=9, lags=(hours * 3600,) * stories)


CASES = [
    Case("a source that has failed for five days is no dead one", lambda: verdict(failing=5), "failing"),
    Case("one that has failed for nine days is", lambda: verdict(failing=9), "dead"),
    Case("a source of two days is too new to tell", lambda: verdict(days=2), "too new"),
    Case("one of four days is not", lambda: verdict(days=4), "well"),
    Case("a source of which another lists 88 of 100 items stays", lambda: verdict(both=88), "well"),
    Case("one of which another lists 95 goes", lambda: verdict(both=95), "duplicated"),
    Case("25 items are enough to tell", lambda: verdict(SourceYield("outlet", entries=25), both=25), "duplicated"),
    Case("15 are not", lambda: verdict(SourceYield("outlet", entries=15), both=15), "well"),
    Case("800 requests for a relevant article are let be", lambda: verdict(SourceYield("outlet", entries=9, relevant=2, requests=1600)), "well"),
    Case("1,300 are too many", lambda: verdict(SourceYield("outlet", entries=9, relevant=2, requests=2600)), "noisy"),
    Case("reports that come eight hours late are let be", lambda: verdict(of_lags(8, 9)), "well"),
    Case("those that come sixteen hours late are told", lambda: verdict(of_lags(16, 9)), "late"),
    Case("six shared stories are enough to tell", lambda: verdict(of_lags(30, 6)), "late"),
    Case("four are not", lambda: verdict(of_lags(30, 4)), "well"),
]  # fmt: skip
