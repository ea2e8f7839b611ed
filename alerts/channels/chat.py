"""Chat through Apprise (Telegram, Slack, Teams, WeCom, Feishu, DingTalk, Matrix and others): the digest in few lines.

Needs the extra ``chat``. The address of a chat holds its secrets, so that it comes from the environment and is never shown.
"""

from __future__ import annotations

import logging
from typing import Any

from alerts.channels import DeliveryError
from alerts.excerpt import shortened
from alerts.message import Outgoing
from alerts.rendering import web_link
from alerts.retrying import Failure
from crawler.config.settings import Channel as ChannelSettings
from crawler.config.settings import Settings
from crawler.model import AseanwatchError

MOST_STORIES, LONGEST = 10, 3_500
"""Stories and characters of one message: chats cut long ones off (Telegram behind 4,096 characters)."""


class ChatChannel:
    """Posts each digest as one message."""

    is_mail = False
    merges = True
    side_by_side = 1

    def __init__(self, settings: Settings, own: ChannelSettings) -> None:
        if own.url is None:
            raise AseanwatchError("a chat needs a url, as Apprise writes them, from the environment: ${NAME}")
        try:
            import apprise  # noqa: PLC0415 - an extra
        except ModuleNotFoundError:
            raise AseanwatchError("chats need: pip install 'aseanwatch[chat]'") from None
        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its complaints repeat the address
        self._format: Any = apprise.NotifyFormat.TEXT
        self._chat = apprise.Apprise(asset=apprise.AppriseAsset(app_id="aseanwatch", app_desc="aseanwatch", async_mode=False))
        if not self._chat.add(own.url.get_secret_value()):
            raise AseanwatchError("url: Apprise does not know this kind of address")

    def send(self, outgoing: Outgoing) -> None:
        """Post one message. Apprise says only whether it succeeded; a chat has no message ids, so a lost answer may show it twice."""
        title, body = brief(outgoing)
        try:
            done = self._chat.notify(body=body, title=title, body_format=self._format)
        except (TypeError, OSError) as error:
            raise DeliveryError(f"the chat cannot be used: {type(error).__name__}", Failure.UNREACHABLE) from None
        if not done:
            raise DeliveryError("the chat did not take the message", Failure.UNREACHABLE)

    def close(self) -> None:
        """Nothing is held."""

    def abort(self) -> None:
        """Apprise ends its requests by its own time limits."""


def brief(outgoing: Outgoing) -> tuple[str, str]:
    """A digest in few lines: its subject, and its stories with their links."""
    letter = outgoing.letter
    stories = letter.content.get("stories", ())
    lines: list[str] = []
    for story in stories[:MOST_STORIES]:
        lines += [f"• {shortened(story['best']['title'], 200)}", f"  {story['best']['outlet']}: {web_link(story['best']['url'])}"]
    text = "\n".join(lines) or outgoing.own(letter.rendered.text)
    rest = len(stories) + letter.content.get("omitted", 0) - MOST_STORIES
    more = f"\n+{rest}" if stories and rest > 0 else ""
    link = outgoing.link("archive") if letter.number and stories else None
    return letter.rendered.subject, shortened_lines(text, LONGEST) + more + (f"\n{link}" if link else "")


def shortened_lines(text: str, most: int) -> str:
    """The beginning of a text up to a line's end."""
    if len(text) <= most:
        return text
    cut = text.rfind("\n", 0, most)
    return text[: cut if cut > 0 else most] + "\n…"
