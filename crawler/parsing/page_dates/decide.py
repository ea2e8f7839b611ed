"""Which of the claims of a page is right.

Metadata count before lines, and lines before addresses; what several places agree on counts before what one says alone.
One day that most agree on is taken from the place among them that names it most exactly.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from bs4 import BeautifulSoup

from crawler.parsing.dates.context import DateContext
from crawler.parsing.dates.verdict import DateVerdict, Doubt, Precision, ZoneBasis
from crawler.parsing.dating import CHANGED, named_day
from crawler.parsing.page_dates.claims import Claim, ClaimPlace, Subject
from crawler.parsing.page_dates.elements import empty_time_claims
from crawler.parsing.page_dates.lines import line_claims
from crawler.parsing.page_dates.linked_data import linked_data_claims
from crawler.parsing.page_dates.metadata import meta_claims, microdata_claims, script_claims
from crawler.parsing.page_dates.nodes import nodes_of
from crawler.parsing.page_dates.visible import Asides, visible_pieces
from crawler.parsing.urls import canonical

_EXACTNESS = {p: n for n, p in enumerate((Precision.DAY, Precision.HOUR, Precision.MINUTE, Precision.SECOND))}
_LINES = {ClaimPlace.TIME_ELEMENT, ClaimPlace.BYLINE, ClaimPlace.LOOSE_LINE, ClaimPlace.DISTANT_LINE}
_A_MOMENT = timedelta(minutes=10)
_NO_DATE = DateVerdict(problem="the page names no date")


def date_of_page(soup: BeautifulSoup, *, url: str, title: str, context: DateContext) -> DateVerdict:
    """When the article of a page was published.

    Args:
        soup: the page.
        url: its address.
        title: the headline of the article.
        context: the moment of asking, and what is known of the page's origin.
    """
    day = named_day(url, context.asked, packed=True)
    subject = Subject(canonical(url), title, context, day)
    nodes = nodes_of(soup)
    claims = [*linked_data_claims(nodes.scripts, subject), *meta_claims(nodes.metas, subject)]
    if not _is_certain(claims, subject):
        asides = Asides(nodes.headings, subject)
        claims += microdata_claims(nodes.marked, subject, asides)
        in_frames = partial(visible_pieces, nodes.strings, asides.is_foreign)
        claims += line_claims(visible_pieces(nodes.strings, asides), in_frames, subject)
        if not any(claim.place in _LINES for claim in claims):
            claims += empty_time_claims(nodes.marked, asides, subject)
    if not any(_is_firm(claim) for claim in claims):
        claims += script_claims(nodes.scripts, subject)
    return decided(claims, subject.day, context, is_day_sure=day == named_day(url, context.asked))


def _is_certain(claims: list[Claim], subject: Subject) -> bool:
    """Whether the metadata agree on one day in two ways, so that what readers see can change nothing."""
    zone = subject.context.timezone or UTC
    firm = [claim for claim in claims if claim.place in (ClaimPlace.LINKED_DATA, ClaimPlace.META)]
    days = {_day(claim.verdict, zone) for claim in firm}
    ways = {claim.place for claim in firm if claim.verdict.is_sure and claim.verdict.has_time}
    return len(days) == 1 and (len(ways) > 1 or (bool(ways) and subject.day in days))


def _is_firm(claim: Claim) -> bool:
    return claim.place not in (
        ClaimPlace.CHANGE,
        ClaimPlace.VAGUE_META,
        ClaimPlace.LOOSE_LINE,
        ClaimPlace.DISTANT_LINE,
    )


def decided(
    claims: list[Claim], named: date | None, context: DateContext, *, is_day_sure: bool = True
) -> DateVerdict:
    """The claim that is right, with a doubt where others contradict it or where only weak places claim anything.

    Args:
        claims: all of them, the surest place first.
        named: the day that the address names.
        context: what they were read against.
        is_day_sure: whether the address names its day in a form that no other number has by chance.
    """
    zone = context.timezone or UTC
    of_publication = [
        claim
        for claim in claims
        if claim.place is not ClaimPlace.CHANGE and not _is_of_request(claim, context)
    ]
    if not of_publication:
        return _without_publication(claims, named, zone)
    of_publication = _without_false_utc(of_publication, context)
    scores = _scores(of_publication, named, zone)
    order = [_day(claim.verdict, zone) for claim in of_publication]
    best = max(scores, key=lambda day: (scores[day], -order.index(day)))
    if named is not None and is_day_sure and named < best - CHANGED:
        return _without_publication(claims, named, zone)
    agreeing = [claim for claim in of_publication if _agrees(claim.verdict, best, zone)]
    chosen = max((claim for claim in agreeing if _day(claim.verdict, zone) == best), key=_rank).verdict
    rivals = [score for day, score in scores.items() if abs((day - best).days) > 1]
    is_open = bool(rivals) and max(rivals) * 1.5 > scores[best]
    return chosen._replace(doubts=_doubts(chosen, agreeing, is_open=is_open))


def _without_false_utc(claims: list[Claim], context: DateContext) -> list[Claim]:
    """Claims without those that call the time of the outlet's clock UTC, where another one has the moment right.

    Templates print local time with a fixed "Z" or "+00:00" behind it; the same page has the true moment elsewhere.
    """
    stated = [claim for claim in claims if claim.verdict.zone is ZoneBasis.STATED and claim.verdict.has_time]
    moments = {claim.verdict.moment for claim in stated}
    if len(moments) < 2:
        return claims
    zones = context.zones
    false = {
        id(claim)
        for claim in stated
        for zone in zones
        if _shifted_back(claim.verdict.moment, zone) in moments
    }
    return [claim for claim in claims if id(claim) not in false] or claims


def _shifted_back(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """The moment that is meant if its local time in a zone was called UTC; None where that changes nothing."""
    shift = moment.replace(tzinfo=zone).utcoffset() if moment else None
    return moment - shift if moment and shift else None


def _is_of_request(claim: Claim, context: DateContext) -> bool:
    """Whether a vague date is that of the very request: the server wrote when it made the page."""
    moment = claim.verdict.moment
    is_now = moment is not None and abs(context.asked - moment) < _A_MOMENT
    return claim.place is ClaimPlace.VAGUE_META and is_now and claim.verdict.has_time


def _scores(claims: list[Claim], named: date | None, zone: tzinfo) -> dict[date, float]:
    """By day how much the places that agree on it are believed together."""
    scores: dict[date, float] = {}
    for day in {_day(claim.verdict, zone) for claim in claims}:
        places = {claim.place for claim in claims if _agrees(claim.verdict, day, zone)}
        scores[day] = sum(place.value for place in places) + (ClaimPlace.ADDRESS.value if day == named else 0)
    return scores


def _doubts(chosen: DateVerdict, agreeing: list[Claim], *, is_open: bool) -> tuple[Doubt, ...]:
    """The doubts of a claim: its own, that of the place where only weak ones agree, and that others contradict it."""
    doubts = [d for d in chosen.doubts if not (d is Doubt.CUSTOM and len(agreeing) > 1)]
    places = {claim.place for claim in agreeing}
    if places == {ClaimPlace.SCRIPT}:
        doubts.append(Doubt.SCRIPT)
    if places <= _LINES:
        doubts.append(Doubt.LINE)
    if is_open:
        doubts.append(Doubt.CONFLICT)
    return tuple(doubts)


def _without_publication(claims: list[Claim], named: date | None, zone: tzinfo) -> DateVerdict:
    """The day of the address, else the earliest change: nothing was published after it was changed."""
    changes = [claim.verdict for claim in claims if claim.place is ClaimPlace.CHANGE]
    if named is not None:
        same = [v for v in changes if _day(v, zone) == named]
        at = datetime.combine(named, time(), UTC)
        return (
            same[0]._replace(doubts=(Doubt.ADDRESS,))
            if same
            else DateVerdict(at, Precision.DAY, None, (Doubt.ADDRESS,))
        )
    dated = [v for v in changes if v.moment is not None]
    if not dated:
        return _NO_DATE
    earliest = min(dated, key=lambda v: v.moment or datetime.max.replace(tzinfo=UTC))
    return earliest._replace(doubts=tuple(dict.fromkeys((*earliest.doubts, Doubt.CHANGED))))


def _rank(claim: Claim) -> tuple[bool, bool, int, float]:
    """How good a claim is among those of one day: without doubts, exact, in a place that is believed."""
    verdict = claim.verdict
    exactness = _EXACTNESS.get(verdict.precision or Precision.DAY, 0)
    is_midnight = verdict.moment is not None and (verdict.moment.hour, verdict.moment.minute) == (0, 0)
    return not verdict.doubts, exactness > 0 and not is_midnight, min(exactness, 2), claim.place.value


def _day(verdict: DateVerdict, zone: tzinfo) -> date:
    moment = verdict.moment or datetime.min.replace(tzinfo=UTC)
    return moment.astimezone(zone).date() if verdict.has_time else moment.date()


def _agrees(verdict: DateVerdict, day: date, zone: tzinfo) -> bool:
    """Whether a verdict is of a day, in its own zone or in UTC: pages mix both."""
    return day == _day(verdict, zone) or (verdict.moment is not None and verdict.moment.date() == day)
