"""What stands in the place of an article: consent, a sign-in, payment, a challenge, an error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from crawler.parsing.text import size_of
from crawler.runtime.data_tables import table

_PATHS = re.compile(
    r"/(?:consent|login|log-in|signin|sign-in|subscribe|subscription|paywall|register|captcha|cookies?)"
    r"(?:\.\w+)?(?:/|$)",
    re.IGNORECASE,
)
_HOSTS = ("consent.", "login.", "accounts.", "auth.", "sso.")
_PAID = re.compile(
    rb"""["']isAccessibleForFree["']\s*:\s*["']?false|article:content_tier["']\s+content=["']locked""",
    re.IGNORECASE,
)
_METERED = re.compile(rb"""article:content_tier["']\s+content=["']metered""", re.IGNORECASE)
"""Readers get whole articles until they have read so many."""
_CHALLENGE = re.compile(
    rb"_cf_chl_opt|cf-chl-|cf-challenge|challenge-form|captcha-delivery\.com|px-captcha|acw_sc__v|aliyun_waf"
)
"""Marks of challenges that hardly any other page has."""
_ROBOT_TEST = re.compile(rb"_Incapsula_Resource|g-recaptcha|h-captcha|cf-turnstile")
"""Marks of challenges that ordinary pages have as well: in a form for comments or letters, and for measuring."""
_WHOLE, _WHOLE_PAID = 400, 1_500
"""Bytes of UTF-8 from which a text is an article and no challenge, and no teaser before payment. In bytes, for a word takes
fewer characters in the scripts whose characters take more bytes."""
_NOTHING = 80
"""Bytes of a text that says nothing."""
_LONGEST_NOTICE = 1_200
"""Bytes of a line from which it is a paragraph, and no notice."""
_LONGEST_PAGE = 800
"""Bytes of a text below a headline that is a notice's; with more there is an article."""
_SHORT_NOTICE = 72
"""Bytes of a line that stands in the place of an article without speaking to anybody: "Page not found"."""
_OUTERMOST = 3
"""Lines at the beginning and end of a text, among which notices stand."""
_HEADLINE = 40
"""Bytes of a headline; the name of a site or of an error has fewer."""
_REST = 100
"""Bytes of what is left beside notices, such as their headings, that make no article."""
_AROUND = " \t!.?\u2026\u3002\uff01:\uff1a\u00ab\u00bb"
"""Signs around a headline that say nothing."""
_SEPARATOR = re.compile(r"\s+[-\u2013\u2014|:\u00b7\u2022\u00bb]\s+|\s*[|_]\s*")
"""What stands between a headline and the name of a site."""


class NoticeError(ValueError):
    """A page that says something else in the place of an article."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The words of one kind of notice that stands in the place of an article.

    Attributes:
        title: the whole of a headline.
        plain: what nobody but a server writes.
        spoken: what news says as well; it counts where a line speaks to its reader, or is short.
    """

    title: re.Pattern[str]
    plain: re.Pattern[str]
    spoken: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _NoticeWords:
    """The words of all notices (data/page_notices.yaml).

    Attributes:
        banners: by kind what a notice is about and what it says of that.
        refusals: by kind.
        speaks: what speaks to the reader of a page.
        reports: what tells that somebody says something, or a day.
    """

    banners: dict[str, tuple[re.Pattern[str], ...]]
    refusals: dict[str, _Refusal]
    speaks: re.Pattern[str]
    reports: re.Pattern[str]


@cache
def _words() -> _NoticeWords:
    data = table("page_notices.yaml")
    banners = {kind: tuple(map(_one_of, groups)) for kind, groups in data["banners"].items()}
    refusals = {
        kind: _Refusal(*(_one_of(words.get(part, ())) for part in ("titles", "plain", "spoken")))
        for kind, words in data["refusals"].items()
    }
    return _NoticeWords(banners, refusals, _one_of(data["speaks"]), _one_of(data["reports"]))


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    # Without any pattern it matches nothing, not everything.
    return re.compile("|".join(f"(?:{p})" for p in patterns) or "(?!)", re.IGNORECASE)


def _banner(line: str) -> str | None:
    """Which notice that may also stand beside an article a line is."""
    if size_of(line) > _LONGEST_NOTICE:
        return None
    words = _plain_quotes(line)
    kinds = _words().banners.items()
    return next((kind for kind, groups in kinds if all(group.search(words) for group in groups)), None)


def _refusal(line: str, *, under_headline: bool) -> str | None:
    """Which notice that stands in the place of an article a line is; a line that reports is none."""
    size, words, known = size_of(line), _plain_quotes(line), _words()
    if size > _LONGEST_NOTICE or known.reports.search(words):
        return None
    is_alone = size <= _SHORT_NOTICE and not under_headline
    is_spoken = is_alone or known.speaks.search(words) is not None
    for kind, refusal in known.refusals.items():
        if refusal.plain.search(words) or (is_spoken and refusal.spoken.search(words)):
            return kind
    return None


def _titled(title: str) -> str | None:
    """Which notice a headline is, with or without the name of the site."""
    words = _plain_quotes(title)
    parts = [words.strip(_AROUND), *(part.strip(_AROUND) for part in _SEPARATOR.split(words))]
    for kind, refusal in _words().refusals.items():
        if any(part and refusal.title.fullmatch(part) for part in parts):
            return kind
    return None


def _plain_quotes(text: str) -> str:
    return text.replace("\u2019", "'")


def without_notices(title: str, text: str) -> str:
    """A text without the notices that came with it.

    News may speak of cookies, scripts, errors and subscribers as well. So lines are left out only at its beginning and end, and
    where they are about cookies or scripts and the headline is not. A notice in the place of an article has its own headline, or
    speaks to its reader; a text that tells what somebody says, or of a day, is news.

    Args:
        title: the page's headline.
        text: what was read of it, a paragraph a line.

    Raises:
        NoticeError: it is nothing but notices.
    """
    titled = _titled(title)
    if titled and size_of(text) <= _LONGEST_PAGE and not _words().reports.search(text):
        raise NoticeError(f"the page is {titled}")
    lines = text.split("\n")
    outermost = dict.fromkeys((*lines[:_OUTERMOST], *lines[-_OUTERMOST:]))
    banners = {line: kind for line in outermost if (kind := _banner(line)) and not _is_about(title, kind)}
    under_headline = size_of(title) >= _HEADLINE and titled is None
    refusals = {line: k for line in outermost if (k := _refusal(line, under_headline=under_headline))}
    kinds = banners | refusals
    if not kinds:
        return text
    left = [line for line in lines if line not in kinds]
    rest = size_of("\n".join(left))
    if rest < min(_REST, size_of(text) - rest) and not any(map(_words().reports.search, left)):
        raise NoticeError(f"the page is {next(iter(kinds.values()))}")
    return "\n".join(line for line in lines if line not in banners)


def _is_about(title: str, kind: str) -> bool:
    """Whether a headline is about what a kind of notice is about, and is no such notice itself."""
    return _words().banners[kind][0].search(title) is not None and _banner(title) != kind


def is_wall(body: bytes, *, asked: str, url: str, text: str) -> bool:
    """Whether a page seems to stand behind consent, a sign-in, payment or a challenge.

    By where a redirect led; by what publishers say of it (schema.org's ``isAccessibleForFree``, Facebook's ``content_tier``)
    and the marks of challenges, where no whole article could be read. A test for robots in a form makes no wall of a brief.

    Args:
        body: the page as sent.
        asked: the address that was asked for.
        url: the address that answered.
        text: what was read of it.
    """
    if url != asked:
        parts = urlsplit(url)
        if (parts.hostname or "").startswith(_HOSTS) or _PATHS.search(parts.path):
            return True
    size = size_of(text)
    signs = ((_WHOLE_PAID, _PAID), (_WHOLE, _METERED), (_WHOLE, _CHALLENGE), (_NOTHING, _ROBOT_TEST))
    return any(size < least and sign.search(body) for least, sign in signs)
