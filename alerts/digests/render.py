"""A digest to HTML with inlined styles, and to plain text that stands alone. Pure: the same digest, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache, partial
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from w3lib.url import safe_url_string

from alerts.digests import marks
from alerts.digests.columns import COLUMNS
from alerts.digests.digest import Digest
from alerts.digests.excerpt import Piece, harmless
from alerts.digests.marks import story_mark
from alerts.digests.sections import MANY, Card, in_brief, preview_of, sections_of
from alerts.digests.template_calls import TemplateEnvironment, translators
from alerts.digests.wording import FRAMES, MACHINE_MARK, MACHINE_NOTE, N_, Words, capitalised, words
from crawler.parsing.urls import is_web_url

TALL_SCRIPTS = ("th", "lo", "km", "my")
"""Languages whose marks above and below the letters need more room between lines."""
NORMAL, TALL = 1.55, 1.75
"""Line heights."""
MOST_BYTES = 98_000
"""Of a page as it is transferred: Gmail cuts a message off behind 102 kB."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A digest in its two forms, and its subject."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class PageLinks:
    """The links of a page: marks that `alerts.digests.message` replaces by each reader's own links."""

    manage: str | None = None
    archive: str | None = None
    of_stories: bool = False
    """Whether each story has links by which its reader says what they think of it."""
    shares: bool = False
    """Whether each story has a link to be shown to others."""
    story_link_length: int = 0
    """Characters of a story's link, which its mark is counted as."""


@lru_cache(1_000)
def web_link(url: str) -> str:
    """A link that is safe to click and to print: anything but http and https, and what is too long, becomes ``#``."""
    try:
        return safe_url_string(url) if is_web_url(url) else "#"
    except ValueError:
        return "#"


@cache
def environment(language: str, *, autoescape: bool = True) -> Environment:
    """The templates with the words of a language."""
    made = TemplateEnvironment(
        loader=PackageLoader("alerts"),
        autoescape=autoescape,
        # A value that a template misspells is an error, not a blank in somebody's mail.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = words(language)
    made.filters |= {f"card_{form}": partial(_part, language, form) for form in ("html", "text")}
    made.globals |= {"mark": story_mark, "MARKS": marks}
    made.filters |= {
        "web_link": web_link,
        "harmless": harmless,
        "starred": _starred,
        "iso_day": date.fromisoformat,
        "city": say.city,
        "place": say.place,
        "country": say.country,
        "joined": say.joined,
        "clauses": say.clauses,
        "said": say.said,
        "number": say.number,
        "topic_title": lambda name, settings: settings.topic_title(name, language),
        "language_name": say.language_name,
        "capitalised": capitalised,
    }
    made.globals |= translators(say, autoescape=autoescape)
    made.globals |= {
        "say": say,
        "columns": COLUMNS,
        "frame_languages": FRAMES,
        "line_height": TALL if language in TALL_SCRIPTS else NORMAL,
    }
    return made


@lru_cache(maxsize=4096)
def _part(
    language: str, form: str, card: Card, zone: str, year: int, links: PageLinks = PageLinks()
) -> Markup:
    """One card, rendered. It is cached, because many readers get the same.

    ``zone`` is part of the key, because moments that are equal are shown differently in two zones.
    ``year`` is that of the digest: moments of other years are shown with their year.
    """
    suffix = "html" if form == "html" else "txt"
    template = environment(language, autoescape=form == "html").get_template(f"card.{suffix}.j2")
    say = words(language).at(datetime(year, 7, 1, tzinfo=UTC))  # only its year counts
    return Markup(template.render({"b": card.base, "s": card.story, "say": say, "links": links}))


def _starred(pieces: Iterable[Piece]) -> str:
    """Marked words between stars, as plain text marks them."""
    return "".join(f"*{p.text}*" if p.marked else p.text for p in pieces)


@cache
def _inliner() -> css_inline.CSSInliner:
    # The style element stays for its media queries (dark mode), which cannot be inlined.
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def render(
    digest: Digest, *, links: PageLinks = PageLinks(), sender: str = "", most_bytes: int = MOST_BYTES
) -> Rendered:
    """Both forms of a digest, with as many of its stories as ``most_bytes`` of HTML hold.

    Args:
        digest: what is told.
        links: where its reader can change the subscription and see the digest on the web.
        sender: whom to write to about the subscription where there are no links.
        most_bytes: of the HTML part as it is transferred.
    """
    shown = len(digest.stories)
    page = _page(digest, shown, links, sender)
    if _transferred_with(links, page) > most_bytes:
        low, high = 0, shown - 1
        while low < high:  # the most stories that fit
            middle = (low + high + 1) // 2
            low, high = (
                (middle, high)
                if _transferred_with(links, _page(digest, middle, links, sender)) <= most_bytes
                else (low, middle - 1)
            )
        shown, page = low, _page(digest, low, links, sender)
    text = (
        environment(digest.language, autoescape=False)
        .get_template("digest.txt.j2")
        .render(_values(digest, shown, links, sender))
    )
    return Rendered(digest.subject, page, text)


def transferred(page: str) -> int:
    """How many bytes a page takes in a mail: in quoted-printable or base64, whichever is shorter (RFC 2045, 6.7 and 6.8)."""
    size = len(page.encode())
    escaped = page.count("=") + size - len(page.encode("ascii", "ignore"))
    # Each with the line breaks that it adds.
    return min((size + 2 * escaped) * 77 // 75, size * 4 // 3 * 78 // 76)


def _transferred_with(links: PageLinks, page: str) -> int:
    """How many bytes a page takes once the links of its stories stand in it."""
    return transferred(marks.MARKS.sub("/" * links.story_link_length, page) if links.of_stories else page)


def _page(digest: Digest, shown: int, links: PageLinks, sender: str) -> str:
    page = (
        environment(digest.language)
        .get_template("digest.html.j2")
        .render(_values(digest, shown, links, sender))
    )
    return _inliner().inline(page)


def shared_page(digest: Digest, service: str, last: datetime) -> str:
    """The page of one story for somebody who was sent a link to it.

    Args:
        digest: with that story alone.
        service: the name of the service.
        last: the last day on which the link works.
    """
    (card,) = [
        c for section in sections_of(digest, digest.stories, words(digest.language)) for c in section.cards
    ][:1]
    values = {
        "card": card,
        "zone": digest.zone,
        "year": digest.end.year,
        "service": service,
        "last": last.date(),
        "machine_note": machine_note(digest, words(digest.language)),
    }
    return _inliner().inline(environment(digest.language).get_template("shared.html.j2").render(values))


def _values(digest: Digest, shown: int, links: PageLinks, sender: str) -> dict[str, Any]:
    say = words(digest.language).at(digest.end)
    sections = sections_of(digest, digest.stories[:shown], say)
    cards = sum(len(s.cards) for s in sections)
    return {
        "digest": digest, "subject": digest.subject, "preview": preview_of(sections, say), "sections": sections,
        "brief": in_brief(sections, say), "contents": sections if cards > MANY and len(sections) > 1 else (),
        "day": say.long_day(digest.end.date()), "counts": counts(digest, say), "period": period(digest, say),
        "machine_note": machine_note(digest, say),
        "links": links, "sender": sender, "omitted": digest.omitted + len(digest.stories) - shown,
    }  # fmt: skip


def machine_note(digest: Digest, say: Words) -> str:
    """What the short mark of a machine's words means; empty where there are none."""
    return say.gettext(MACHINE_NOTE, mark=say.gettext(MACHINE_MARK)) if digest.has_machine_words else ""


def counts(digest: Digest, say: Words) -> str:
    """The numbers of stories, new bases and reports, in words."""
    stories = len(digest.stories) + digest.omitted
    new = sum(not b.update for b in digest.bases)
    found = [
        *([say.ngettext("%(num)s new base", "%(num)s new bases", new)] if new else []),
        say.ngettext("%(num)s story", "%(num)s stories", stories),
        say.reports_in_languages(digest.reports, len(digest.languages), digest.copies),
    ]
    return say.marks.comma.join(found)


def period(digest: Digest, say: Words) -> str:
    """From when to when the digest tells, in its zone."""
    return say.gettext(
        N_("News from %(start)s to %(end)s (%(zone)s)"), start=say.moment(digest.start), end=say.whole_moment(digest.end),
        zone=say.zone(digest.zone),
    )  # fmt: skip
