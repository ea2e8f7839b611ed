"""A digest to HTML with inlined styles, and to plain text that stands alone. Pure: the same digest, the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from alerts.digest import Digest
from crawler.reading.urls import is_web_url


@dataclass(frozen=True, slots=True)
class Rendered:
    """A digest in its two forms, and its subject."""

    subject: str
    html: str
    text: str


def web_link(url: str) -> str:
    """A link that is safe to click: anything but http and https becomes ``#``."""
    return url if is_web_url(url) else "#"


@cache
def _environment(autoescape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web_link"] = web_link
    return environment


def render(digest: Digest, *, public_url: str | None = None, sender: str = "") -> Rendered:
    """Both forms of a digest.

    Args:
        digest: what is told.
        public_url: where the console can be reached from outside, if anywhere.
        sender: whom to write to about the subscription.
    """
    values = {"digest": digest, "public_url": public_url, "sender": sender}
    page = _environment(True).get_template("digest.html.j2").render(values)
    inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    text = _environment(False).get_template("digest.txt.j2").render(values)
    return Rendered(digest.subject, inliner.inline(page), text)
