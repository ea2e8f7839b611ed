"""The ledger of lost coverage: for each source, language and country what was expected, what was seen, what was lost, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.model import Length, Phrase
from crawler.polling import rhythm
from crawler.polling.failing import is_given_up, is_gone
from crawler.polling.state import SourceState
from crawler.polling.weights import weights
from crawler.runtime.redaction import without_credentials


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """Something that costs coverage. ``kind`` is a short stable word, ``since`` when it began, ``advice`` what to do."""

    kind: str
    message: str
    since: datetime | None
    advice: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The account of one source, language or country over a time; ``share`` is what was seen of what there was, 0..1."""

    name: str
    expected: float
    seen: int
    lost: float
    problems: tuple[SourceProblem, ...] = ()
    sources: int = 1
    last_new: datetime | None = None

    @property
    def share(self) -> float:
        """Seen, over seen and lost; 1 where nothing was to be seen."""
        total = self.seen + self.lost
        return 1.0 if total == 0 else round(self.seen / total, 4)


def problems_of(state: SourceState, now: datetime) -> tuple[SourceProblem, ...]:
    """What is wrong with a source now."""
    found = [
        _failing(state, now),
        _silent(state, now),
        _volume(state, now),
        *_pages(state),
        _skew(state),
        _moved(state),
        _cut(state),
    ]
    if not state.honours_conditional:
        message = Phrase("it answers 304 although its content changed; it is asked without conditions now")
        advice = Phrase("nothing; tell the publisher if you can")
        found.append(SourceProblem("wrong 304", message, state.checked_304, advice))
    return tuple(p for p in found if p is not None)


def _failing(state: SourceState, now: datetime) -> SourceProblem | None:
    if state.failing_since is None:
        return None
    message = state.message or state.kind or ""
    # The more hopeless, the earlier it is said: each of these is also a failure.
    if is_gone(state):
        return SourceProblem(
            "gone",
            message,
            state.gone_since,
            Phrase("remove it, or look for its new address: aseanwatch sources discover"),
        )
    if is_given_up(state, now):
        return SourceProblem(
            "given up",
            message,
            state.failing_since,
            Phrase("look for its new address: aseanwatch sources discover; it is tried weekly"),
        )
    advice = {
        "selector": Phrase("mend select in config.yaml: the page has another structure now"),
        "not a feed": Phrase("look for the feed's new address: aseanwatch sources discover"),
        "http 403": Phrase(
            "the site refuses us; ask its publisher, or take another source of the same outlet"
        ),
        "http 404": Phrase("look for the feed's new address: aseanwatch sources discover"),
        "tls": Phrase("open its address in a browser: has the site a valid certificate?"),
        "certificate expired": Phrase(
            "the publisher must renew it; until then set pin, as aseanwatch sources probe prints it"
        ),
        "certificate name": Phrase(
            "look for the address under the name that the certificate is for, or set pin as sources probe prints it"
        ),
        "certificate issuer": Phrase(
            "set trust to a file with the missing certificate or authority, or pin as sources probe prints it"
        ),
        "certificate self-signed": Phrase(
            "ask the publisher for the key and set pin, as aseanwatch sources probe prints it"
        ),
        "certificate pin": Phrase(
            "the server has a new key: ask its publisher, then set pin to what aseanwatch sources probe prints"
        ),
        "dns": Phrase("check the address; the domain may have lapsed"),
    }.get(state.kind or "", Phrase("nothing yet; it is tried again by itself"))
    return SourceProblem("failing", message, state.failing_since, advice)


def _silent(state: SourceState, now: datetime) -> SourceProblem | None:
    since = state.new_at or state.since
    if (
        since is None
        or state.failing_since is not None
        or not rhythm.too_quiet(state.rhythm, since, now, state.gap)
    ):
        return None
    count = rhythm.expected(state.rhythm, since, now)
    message = Phrase(
        "it answers, but nothing new came where %(count)s entries were to be expected", count=round(count)
    )
    return SourceProblem(
        "silent", message, since, Phrase("open its address in a browser: is the feed still being filled?")
    )


def _volume(state: SourceState, now: datetime) -> SourceProblem | None:
    """A change of volume: the last days under the mean of those before, by the Poisson distribution's tails."""
    weigh = weights().coverage
    # Today is not over; counted in, each morning would look like a fall.
    days = _complete_days(state, now)
    recent = days[-weigh.recent :]
    before = days[-weigh.recent - weigh.before : -weigh.recent]
    # What does not answer is told as failing; that nothing comes of it is no news.
    if len(before) < weigh.least_before or state.failing_since is not None:
        return None
    usual = sum(before) / len(before) * weigh.recent
    count = sum(recent)
    may_have_fallen = count < usual * weigh.fell
    has_risen = count > usual * weigh.rose and count > weigh.least_risen
    if not may_have_fallen and not has_risen:
        return None
    begun = now - timedelta(days=weigh.recent)
    # News is burstier than Poisson: both counts are divided
    # by how much more the days before vary than that.
    spread = max(1.0, _variance(before) / max(usual / weigh.recent, weigh.least_spread))
    message = Phrase(
        "%(count)s new entries in %(days)s days where %(usual)s were usual",
        count=count,
        days=weigh.recent,
        usual=round(usual),
    )
    if may_have_fallen and _below(count / spread, usual / spread) < weigh.sure:
        return SourceProblem(
            "volume fell",
            message,
            begun,
            Phrase("compare with the outlet's page: did a section move to another feed?"),
        )
    if has_risen and _below((count - 1) / spread, usual / spread) > 1 - weigh.sure:
        return SourceProblem(
            "volume rose", message, begun, Phrase("do identities change at each poll, or were feeds merged?")
        )
    return None


def _variance(days: Sequence[int]) -> float:
    mean = sum(days) / len(days)
    return sum((d - mean) ** 2 for d in days) / len(days)


def _below(count: float, mean: float) -> float:
    """The chance of at most ``count`` under a Poisson distribution."""
    total = 0.0
    # exp(-746) is 0.0 for a double: the sum below would stay at nothing.
    term = math.exp(-mean) if mean < 700 else 0.0
    if mean >= 700:  # normal approximation where the exponential is no number
        return 0.5 * math.erfc((mean - count - 0.5) / math.sqrt(2 * mean))
    for k in range(int(count) + 1):
        total += term
        term *= mean / (k + 1)
    return min(1.0, total)


def _complete_days(state: SourceState, now: datetime) -> tuple[int, ...]:
    """New entries of the days before today, the latest last."""
    days = _days_until(state, now)
    watched = (now - state.since).days if state.since else 0
    return days[:-1][-max(0, watched) :] if watched else ()


def _days_until(state: SourceState, now: datetime) -> tuple[int, ...]:
    """New entries by day up to today; of days on which it was not asked, none."""
    # `days` is only written by polls: the days since the latest one are not in it.
    missing = min(weights().coverage.counted, max(0, now.toordinal() - state.day))
    return state.days + (0,) * missing


def _pages(state: SourceState) -> Iterable[SourceProblem]:
    weigh = weights().coverage
    if state.walls is not None and state.walls >= weigh.many_walls:
        message = Phrase(
            "%(share)s of its latest pages stand behind consent or payment", share=f"{state.walls:.0%}"
        )
        advice = Phrase("set pages: never for it; its feed's own words are judged")
        yield SourceProblem("wall", message, None, advice)
    elif state.pages is not None and state.pages < weigh.few_pages:
        message = Phrase("only %(share)s of its latest pages gave an article", share=f"{state.pages:.0%}")
        yield SourceProblem("extraction", message, None, Phrase("set select.article for it in config.yaml"))


def _skew(state: SourceState) -> SourceProblem | None:
    if state.skew is None or abs(state.skew) < weights().coverage.skewed:
        return None
    length = Length(abs(state.skew))
    if state.skew > 0:
        message = Phrase("its clock is %(length)s ahead", length=length)
        # As `crawler.parsing.timestamps.believable` has it.
        advice = Phrase("nothing: news that is dated ahead counts from when it came")
    else:
        message = Phrase("its clock is %(length)s behind", length=length)
        advice = Phrase("nothing, unless its news is left out as old; then tell the publisher")
    return SourceProblem("clock", message, None, advice)


def _moved(state: SourceState) -> SourceProblem | None:
    if state.address is None:
        return None
    return SourceProblem(
        "moved",
        Phrase("it lives at %(address)s now", address=without_credentials(state.address)),
        None,
        Phrase("put the new address into config.yaml"),
    )


def _cut(state: SourceState) -> SourceProblem | None:
    message = state.hints.get("cut")
    if not message:
        return None
    advice = Phrase("nothing for what comes from now on; for older news look for a feed of a section")
    return SourceProblem("cut", str(message), state.changed_at, advice)


def coverage_of(state: SourceState, lost: float, now: datetime, span: timedelta) -> Coverage:
    """The account of a source over the last ``span``.

    Args:
        state: what is known of it.
        lost: entries missed by estimate in that time, as the ledger of gaps has them.
        now: the present moment.
        span: at most as many days as are counted.
    """
    start = max(now - span, state.since or now)
    days = max(1, span.days)
    kept = _days_until(state, now)
    seen = sum(kept[-days:])
    # Nobody saw what came since the last usable answer; by its rhythm it is estimated.
    if state.failing_since is not None and state.answered is not None:
        lost += rhythm.expected(state.rhythm, max(state.answered, start), now)
    return Coverage(
        state.source,
        round(rhythm.expected(state.rhythm, start, now), 1),
        seen,
        round(lost, 1),
        problems_of(state, now),
        1,
        state.new_at,
    )


def grouped(
    accounts: Iterable[Coverage], groups: Mapping[str, Sequence[str]], now: datetime, what: str
) -> list[Coverage]:
    """The accounts of languages or countries: what their sources saw and lost together, and which have gone silent.

    Args:
        accounts: those of the sources.
        groups: for each language or country its sources.
        now: the present moment.
        what: "language" or "country", for the words.
    """
    by_name = {a.name: a for a in accounts}
    found = []
    for name, members in sorted(groups.items()):
        own = [by_name[m] for m in members if m in by_name]
        if not own:
            continue
        expected = sum(a.expected for a in own)
        last = max((a.last_new for a in own if a.last_new), default=None)
        quiet = sum(any(p.kind in ("silent", "failing", "given up", "gone") for p in a.problems) for a in own)
        problems: tuple[SourceProblem, ...] = ()
        # All of them: one outlet on holiday does not silence a country.
        if quiet == len(own):
            message = (
                Phrase("all its %(count)s sources are silent or failing", count=len(own))
                if len(own) > 1
                else Phrase("its only source is silent or failing")
            )
            problems = (
                SourceProblem(
                    f"{what} silent", message, last, Phrase("find other sources: aseanwatch sources discover")
                ),
            )
        found.append(
            Coverage(
                name,
                round(expected, 1),
                sum(a.seen for a in own),
                round(sum(a.lost for a in own), 1),
                problems,
                len(own),
                last,
            )
        )
    return found
