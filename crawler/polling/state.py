"""All that is remembered of one source between two polls. Small, plain, and kept in the store as one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from crawler.polling.rhythm import Rhythm

_MOMENTS = (
    "polled", "due", "answered", "new_at", "failing_since", "moved_since", "gone_since", "held_until", "boosted_until", "changed_at",
    "since", "newest", "checked_304", "pushed", "pushed_until",
)  # fmt: skip
_STORED = {"honours_conditional": "trusted", "boosted_until": "hot_until"}
"""Attributes that rows in the store have under another name, which they keep."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source.

    Attributes:
        source: its name.
        since: when it was first polled.
        polled: the latest poll; ``due``: the next one; ``interval``: seconds between, as last chosen.
        outcome, kind, message: of the latest poll.
        answered: when it last gave a usable answer; ``new_at``: an entry that was not known; ``changed_at``: other bytes.
        newest: the latest publication among its entries.
        polls, failed, entries: counts since the beginning.
        failing_since, failures, weight: since when it fails, how often in a row, and how heavily.
        address: where it lives now, where it moved for good; ``moving`` is where it seems to move, seen ``moved`` times.
        home: a digest of the configured address that all this was learned at (`crawler.polling.moving.digest_of`).
        gone_since: since when it answers that it is gone (410).
        held_until: until when the server asked to be left alone; ``fresh``: seconds for which it says an answer is fresh.
        boosted_until: until when it is asked more often, because it just brought what is worth an alert.
        listed: how many entries its latest answer held.
        honours_conditional: whether its answer "unchanged" (304) is believed.
        rhythm: when its entries come; ``longest_gap``: the longest time without one, in seconds.
        skew: seconds by which its clock is ahead of ours.
        hints: what the feed says of its polling: ttl, period (seconds), skip_hours, skip_days, archive; ``newest``, the sitemaps of an
            index that are asked with each poll; ``cut``, what was left out of its latest answer; ``hubs`` and ``topic``, where what
            is new can be subscribed to.
        days: new entries of the last days, the latest last; ``day``: the number of that day.
        pages: share of its pages that gave an article, faded; ``walls``: share behind consent or payment.
        pushed: when a hub last pushed what is new; ``pushed_until``: until when it is relied on to do so.
        delays: how long after publication entries were stored: faded counts by bucket (`crawler.polling.delays`).
    """

    source: str
    since: datetime | None = None
    polled: datetime | None = None
    due: datetime | None = None
    interval: float = 0.0
    outcome: str = ""
    kind: str | None = None
    message: str | None = None
    answered: datetime | None = None
    new_at: datetime | None = None
    changed_at: datetime | None = None
    newest: datetime | None = None
    polls: int = 0
    failed: int = 0
    entries: int = 0
    failing_since: datetime | None = None
    failures: int = 0
    weight: float = 0.0
    address: str | None = None
    moving: str | None = None
    moved: int = 0
    moved_since: datetime | None = None
    home: str | None = None
    gone_since: datetime | None = None
    held_until: datetime | None = None
    fresh: float = 0.0
    boosted_until: datetime | None = None
    listed: int = 0
    honours_conditional: bool = True
    checked_304: datetime | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    longest_gap: float = 0.0
    skew: float | None = None
    hints: Mapping[str, Any] = field(default_factory=dict)
    days: tuple[int, ...] = ()
    day: int = 0
    pages: float | None = None
    walls: float | None = None
    pushed: datetime | None = None
    pushed_until: datetime | None = None
    delays: Mapping[int, float] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As values that JSON can hold."""
        found = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "rhythm"}
        for name in _MOMENTS:
            found[name] = found[name].isoformat() if found[name] else None
        found["hints"] = dict(self.hints)
        found["delays"] = {str(k): round(v, 3) for k, v in self.delays.items()}
        # Not by `asdict`, which copies each value, and takes longer than all the rest.
        rhythm: dict[str, Any] = {f.name: getattr(self.rhythm, f.name) for f in fields(self.rhythm)}
        rhythm["bins"] = {str(k): round(v, 3) for k, v in self.rhythm.bins.items()}
        rhythm["at"] = self.rhythm.at.isoformat() if self.rhythm.at else None
        found["rhythm"] = rhythm
        # Defaults are left out: most of a state says nothing, and there is a row for each source.
        said = {
            name: value
            for name, value in found.items()
            # False equals 0, and is no default here: `honours_conditional` is true by default.
            if value is False or value not in (None, (), {}, 0, "")
        }
        return {_STORED.get(name, name): value for name, value in said.items()}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> SourceState:
        """The state that `plain` was made of; names that are not known any more are left out."""
        stored = _names_in_store()
        # A newer worker may have written names that this one does
        # not know: versions run side by side during an upgrade.
        found = {stored[name]: value for name, value in plain.items() if name in stored}
        for name in _MOMENTS:
            if found.get(name):
                found[name] = datetime.fromisoformat(found[name])
        if "rhythm" in found:
            given = found["rhythm"]
            at = datetime.fromisoformat(given["at"]) if given.get("at") else None
            found["rhythm"] = Rhythm(
                {int(k): v for k, v in given.get("bins", {}).items()}, given.get("hours", 0.0), at
            )
        found["delays"] = {int(k): v for k, v in found.get("delays", {}).items()}
        found["days"] = tuple(found.get("days", ()))
        return cls(**found)

    @property
    def gap(self) -> timedelta:
        """The longest time without a new entry that was seen."""
        return timedelta(seconds=self.longest_gap)


@cache
def _names_in_store() -> Mapping[str, str]:
    """The names of fields by those that they are stored under; once, for a page reads the states of all sources."""
    return {_STORED.get(f.name, f.name): f.name for f in fields(SourceState)}
