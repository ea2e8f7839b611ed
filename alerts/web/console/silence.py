"""Why a subscription was not alerted of a story, in the reader's words: what its reports have in common is said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from alerts.analysis.why import Silence
from alerts.selection.freshness import UNKNOWN
from alerts.selection.reasons import (
    IsCopy,
    LowScore,
    NoTopic,
    OtherCountry,
    OtherLanguage,
    OtherSource,
    Reason,
    TooOld,
)
from alerts.web.console.request import ConsoleRequest
from crawler.model import Phrase


def summed_up(request: ConsoleRequest, silence: Silence) -> str:
    """Why a subscription was not alerted: a sentence for each kind of reason, however many reports have it."""
    say = request.words
    if isinstance(silence, Phrase):
        return _sentence(say.said(silence))
    kinds: dict[type[Reason], list[Reason]] = {}
    for reason in silence:
        kinds.setdefault(type(reason), []).append(reason)
    sentences = [text for kind, reasons in kinds.items() for text in _said(request, kind, reasons)]
    return say.marks.gap.join(_sentence(text) for text in sentences)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _said(request: ConsoleRequest, kind: type[Reason], reasons: Sequence[Any]) -> Iterable[str]:
    """What reasons of one kind say together; each by itself where nothing is said together."""
    together = _TOGETHER.get(kind)
    if together is not None:
        return [together(request, reasons)]
    return dict.fromkeys(request.words.said(r.phrase()) for r in reasons)


def _union(values: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(v for group in values for v in group))


def _languages(request: ConsoleRequest, reasons: Sequence[OtherLanguage]) -> str:
    return request.gettext(
        "Its reports are in %(found)s; this subscription asks for %(wanted)s.",
        found=request.words.languages(dict.fromkeys(r.lang for r in reasons)),
        wanted=request.words.languages(reasons[0].wanted),
    )


def _sources(request: ConsoleRequest, reasons: Sequence[OtherSource]) -> str:
    return request.gettext(
        "Its reports are by %(found)s; this subscription asks for %(wanted)s.",
        found=request.words.joined(dict.fromkeys(r.source for r in reasons)),
        wanted=request.words.joined(reasons[0].wanted),
    )


def _topics(request: ConsoleRequest, reasons: Sequence[NoTopic]) -> str:
    def titles(names: Iterable[str]) -> str:
        return request.words.joined(request.settings.topic_title(n, request.language) for n in names)

    found, wanted = _union(sorted(r.matched) for r in reasons), reasons[0].wanted
    if found and wanted:
        return request.gettext(
            "It is about %(found)s; this subscription asks for %(wanted)s.",
            found=titles(found),
            wanted=titles(wanted),
        )
    if wanted:
        return request.gettext(
            "It is about no topic; this subscription asks for %(wanted)s.", wanted=titles(wanted)
        )
    return request.gettext("It is about no topic.")


def _scores(request: ConsoleRequest, reasons: Sequence[LowScore]) -> str:
    return request.gettext(
        "It fits its topics by at most %(score)s; this subscription asks for %(least)s.",
        score=request.words.number(max(r.score for r in reasons), 2),
        least=request.words.number(reasons[0].least, 2),
    )


def _countries(request: ConsoleRequest, reasons: Sequence[OtherCountry]) -> str:
    def names(codes: Iterable[str]) -> str:
        return request.words.joined(map(request.words.country, codes))

    found, wanted = _union(r.named for r in reasons), names(reasons[0].wanted)
    if not found:
        return request.gettext("It names no country; this subscription asks for %(wanted)s.", wanted=wanted)
    return request.gettext(
        "It names %(found)s; this subscription asks for %(wanted)s.", found=names(found), wanted=wanted
    )


def _ages(request: ConsoleRequest, reasons: Sequence[TooOld]) -> str:
    days = [r.age / timedelta(days=1) for r in reasons if r.age != UNKNOWN]
    if not days:
        return request.gettext("Its reports have no date and may be old.")
    return request.gettext(
        "It was at least %(days)s days old when it was first listed; news is at most %(limit)s days old.",
        days=request.words.number(round(min(days))),
        limit=request.words.number(round(reasons[0].limit / timedelta(days=1))),
    )


def _copies(request: ConsoleRequest, _: Sequence[IsCopy]) -> str:
    return request.gettext("Its reports repeat others, which topics of single reports leave out.")


_TOGETHER: dict[type[Any], Callable[[ConsoleRequest, Any], str]] = {
    OtherLanguage: _languages,
    OtherSource: _sources,
    NoTopic: _topics,
    LowScore: _scores,
    OtherCountry: _countries,
    TooOld: _ages,
    IsCopy: _copies,
}
