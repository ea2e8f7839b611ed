"""What stands in the place of an article: consent, a sign-in, payment, a challenge, an error."""

from __future__ import annotations

import re
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
    rb"""["']isAccessibleForFree["']\s*:\s*["']?false|article:content_tier["']\s+content=["'](?:locked|metered)""",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    rb"_cf_chl_opt|cf-chl-|cf-challenge|challenge-form|captcha-delivery\.com|px-captcha|_Incapsula_Resource|acw_sc__v"
    rb"|aliyun_waf|g-recaptcha|h-captcha|cf-turnstile"
)
"""Marks of challenges. Ordinary pages carry some of them as well: in a form for comments, in Cloudflare's own snippet."""
_WHOLE, _WHOLE_PAID = 400, 1_500
"""Bytes of UTF-8 from which a text is an article and no challenge, and no teaser before payment. In bytes, for a word takes
fewer characters in the scripts whose characters take more bytes."""
_LONGEST_NOTICE = 1_200
"""Bytes of a line from which it is a paragraph, and no notice."""
_OUTERMOST = 3
"""Lines at the beginning and end of a text, among which notices stand."""
_HEADLINE = 40
"""Bytes of a headline; the name of a site or of an error has fewer."""
_REST = 100
"""Bytes of what is left beside notices, such as their headings, that make no article."""


class NoticeError(ValueError):
    """A page that says something else in the place of an article."""


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {
        kind: tuple(re.compile("|".join(f"(?:{p})" for p in group), re.IGNORECASE) for group in groups)
        for kind, groups in table("page_notices.yaml").items()
    }


def notice_of(line: str) -> str | None:
    """What a line would be if it stood in the place of an article: "a notice about cookies", "a challenge"; else None."""
    if size_of(line) > _LONGEST_NOTICE:
        return None
    plain_quotes = line.replace("\u2019", "'")
    return next(
        (kind for kind, groups in _patterns().items() if all(group.search(plain_quotes) for group in groups)),
        None,
    )


def without_notices(title: str, text: str) -> str:
    """A text without the notices that came with it.

    News may speak of cookies, scripts, errors and subscribers as well. So lines are left out only at its beginning and end, and
    where they are about cookies or scripts and the headline is not. A brief that reads like an error or a sign-in is news where
    its headline is.

    Args:
        title: the page's headline.
        text: what was read of it, a paragraph a line.

    Raises:
        NoticeError: it is nothing but notices.
    """
    lines = text.split("\n")
    kinds = {
        line: kind
        for line in (*lines[:_OUTERMOST], *lines[-_OUTERMOST:])
        if (kind := notice_of(line)) and not _is_about(title, kind)
    }
    if not kinds:
        return text
    rest = size_of("\n".join(line for line in lines if line not in kinds))
    is_all = rest < min(_REST, size_of(text) - rest)
    if is_all and not _is_brief(title, kinds):
        raise NoticeError(f"the page is {next(iter(kinds.values()))}")
    left_out = set() if is_all else {line for line, kind in kinds.items() if len(_patterns()[kind]) > 1}
    return "\n".join(line for line in lines if line not in left_out)


def _is_brief(title: str, kinds: dict[str, str]) -> bool:
    """Whether lines that read like notices are a brief: news has a headline that is none, and is longer than a site's name."""
    if any(len(_patterns()[kind]) > 1 for kind in kinds.values()):
        return False
    return size_of(title) >= _HEADLINE and notice_of(title) is None


def _is_about(title: str, kind: str) -> bool:
    """Whether a headline is about what a kind of notice is about, and is no such notice itself."""
    subject, *others = _patterns()[kind]
    return bool(others) and subject.search(title) is not None and notice_of(title) != kind


def is_wall(body: bytes, *, asked: str, url: str, text: str) -> bool:
    """Whether a page seems to stand behind consent, a sign-in, payment or a challenge.

    By where a redirect led; by what publishers say of it (schema.org's ``isAccessibleForFree``, Facebook's ``content_tier``)
    and the marks of challenges, where no whole article could be read.

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
    if size < _WHOLE_PAID and _PAID.search(body):
        return True
    return size < _WHOLE and _CHALLENGE.search(body) is not None
