"""A mail as its readers see it, below a bar that says what it is and leads back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import escape
from starlette.responses import HTMLResponse

from alerts.web.pages import MAIL_PAGE

_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
# The page of a mail has no stylesheet of ours, and no other styles than those within it.
_BAR = "margin:0;padding:10px 16px;background:#1d2328;color:#ffffff;font:14px/1.5 system-ui,sans-serif"
_LINK = "color:#7fc1ea"


def mail_page(html: str, back: str, label: str, subject: str, lines: Iterable[str] = ()) -> HTMLResponse:
    """The page of a mail.

    Args:
        html: the mail.
        back: the page of the console that the bar leads back to.
        label: what that page is called.
        subject: of the mail, as readers see it in their list.
        lines: what else is to be said of it.
    """
    shown = "".join(f"<div>{escape(line)}</div>" for line in lines if line)
    bar = (
        f'<div role="region" aria-label="{escape(subject)}" style="{_BAR}"><a href="{escape(back)}" style="{_LINK}">← {escape(label)}</a>'
        f'<div style="font-size:18px;font-weight:600"><bdi>{escape(subject)}</bdi></div>{shown}</div>'
    )
    found = _BODY.search(html)
    at = found.end() if found else 0
    return HTMLResponse(html[:at] + bar + html[at:], headers=MAIL_PAGE)
