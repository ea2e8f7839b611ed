"""Shortens a digest for a chat: subject, stories and their links, within the service's limit. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from alerts.channels.limits import Limit
from alerts.digests.excerpt import shortened
from alerts.digests.message import OutgoingMessage
from alerts.digests.render import web_link
from alerts.digests.wording import MACHINE_MARK, MACHINE_TRANSLATION, Words, words

TITLE, HEAD = 200, 80
"""Characters of a story's title, and of the digest's in the head of a part."""
_MARK = " (999/999)"
_BETWEEN = "\r\n"
"""What Apprise puts between title and text where a service has no title."""


class Brief(NamedTuple):
    """A message as a chat shows it."""

    title: str
    text: str


def brief(outgoing: OutgoingMessage, limit: Limit) -> Brief:
    """A message in brief. Title and text together fit the limit: what does not, is left to the link behind them."""
    title, tail = _title(outgoing, limit), _tail(outgoing, limit)
    stories = _stories(outgoing)
    if not stories:
        room = _room(title, tail, limit)
        return Brief(title, _beginning(outgoing.own(outgoing.message.rendered.text), limit, room) + tail)
    if sum(_costs(outgoing, limit, _room(title, tail, limit))) > _room(title, tail, limit) + limit.measure(
        "\n"
    ):
        title = _short_title(outgoing, limit)  # rather than a story is left out
    room = _room(title, tail, limit)
    lines: list[str] = []
    used = 0
    for number, story in enumerate(stories):
        in_title = title == outgoing.message.rendered.subject and _is_subject(outgoing)
        block = _block(story, outgoing.message.language, limit, room, in_title=in_title)
        used += limit.measure(block + "\n")
        if used - limit.measure("\n") > room:  # parts are made to fit; a test goes as one
            tail = _tail(outgoing, limit, left=len(stories) - number)
            break
        lines.append(block)
    # The last safeguard: a service that cuts by itself would lose the link at the end.
    text = limit.cut("\n".join(lines) + tail, limit.most - limit.measure(title + _BETWEEN))
    return Brief(title, text)


def portions(outgoing: OutgoingMessage, limit: Limit) -> tuple[int, ...]:
    """How many stories each part of a message holds, in order; one number where it goes as one."""
    stories = _stories(outgoing)
    if not stories or outgoing.message.kind not in ("digest", "catch-up", "personal", "part"):
        return ()
    # The longest tail that can come: which parts leave
    # something out is not known before they are made.
    tail = _tail(outgoing, limit, left=999)
    # As `brief` does it: what fits below a shorter title stays one message.
    for title in (_title(outgoing, limit), _short_title(outgoing, limit)):
        alone = _room(title, tail, limit)
        if sum(_costs(outgoing, limit, alone)) <= alone + limit.measure("\n"):
            return (len(stories),)
    room = _room(_head(outgoing, limit) + _MARK, tail, limit)
    sizes, used = [0], 0
    for cost in _costs(outgoing, limit, room):
        # A part has at least one story; one that is too long by itself is shortened by `_block`.
        if sizes[-1] and used + cost > room:
            sizes.append(0)
            used = 0
        sizes[-1] += 1
        used += cost
    return tuple(sizes)


def _room(title: str, tail: str, limit: Limit) -> int:
    """What a title and a tail leave for stories."""
    return limit.most - limit.measure(title + _BETWEEN) - limit.measure(tail)


def _costs(outgoing: OutgoingMessage, limit: Limit, room: int) -> list[int]:
    """How much of that room each story takes."""
    alone = _is_subject(outgoing)
    return [
        limit.measure(_block(s, outgoing.message.language, limit, room, in_title=alone) + "\n")
        for s in _stories(outgoing)
    ]


def _is_subject(outgoing: OutgoingMessage) -> bool:
    """Whether the one story of a message is its subject already, so that its headline needs no second line of a lock screen."""
    stories, subject = _stories(outgoing), outgoing.message.rendered.subject
    if len(stories) != 1:
        return False
    return _headline(stories[0]["best"], words(outgoing.message.language)).startswith(
        subject.removesuffix("…")
    )


def _headline(report: Mapping[str, Any], say: Words, mark: str = MACHINE_MARK) -> str:
    """A report's headline: a machine's after the mark that says so."""
    made = report.get("translation")
    return say.machine_made(made["text"], mark) if made else str(report["title"])


def _beyond(story: Mapping[str, Any], say: Words) -> str:
    """What a story tells beyond its headline, likewise."""
    made = story.get("summary_translation")
    text = "".join(piece["text"] for piece in story.get("snippet", ()))
    return say.machine_made(made["text"], MACHINE_TRANSLATION) if made and text else text


def _stories(outgoing: OutgoingMessage) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = outgoing.message.content.get("stories", ())
    return found


def _title(outgoing: OutgoingMessage, limit: Limit) -> str:
    """The subject; for a part the name of the subscription and the part's number."""
    content = outgoing.message.content
    parts = content.get("parts", 0)
    if parts > 1:
        return f"{_head(outgoing, limit)} ({content['part']}/{parts})"
    # At most a third, so that even in short chats there is room for a story.
    return limit.cut(outgoing.message.rendered.subject, limit.most // 3)


def _short_title(outgoing: OutgoingMessage, limit: Limit) -> str:
    """A title that leaves more room: the subscription's name. The subject only repeats a story."""
    title = _title(outgoing, limit)
    return (
        min(title, _head(outgoing, limit), key=limit.measure)
        if outgoing.message.content.get("parts", 0) < 2
        else title
    )


def _head(outgoing: OutgoingMessage, limit: Limit) -> str:
    name = str(outgoing.message.content.get("title") or outgoing.message.subscription)
    return limit.cut(shortened(name, HEAD), limit.most // 4)


def _tail(outgoing: OutgoingMessage, limit: Limit, left: int = 0) -> str:
    """The end of the text: how many more stories there are, and the link to all.

    Short chats have no room for it.
    """
    content = outgoing.message.content
    rest = content.get("omitted", 0) + left
    more = f"\n+{rest}" if rest > 0 and _stories(outgoing) else ""
    if (
        not outgoing.message.number
        or not _stories(outgoing)
        or content.get("part", 0) != content.get("parts", 0)
    ):
        return more
    link = outgoing.link("archive")
    return f"{more}\n{link}" if link and limit.measure(link) <= limit.most // 3 else more


def _block(
    story: Mapping[str, Any], language: str, limit: Limit, room: int, *, in_title: bool = False
) -> str:
    """One story: its title, its outlet and its link, the title shortened as far as it must be.

    Where the message's own title says it (``in_title``), what the story tells beyond it stands there.
    """
    say = words(language)
    best = story["best"]
    # In full words: nothing else of a chat explains the short mark of the subject.
    shown = (_beyond(story, say) if in_title else "") or _headline(best, say, MACHINE_TRANSLATION)
    title = shortened(shown, TITLE)
    if story.get("corrects"):
        title = say.gettext("Correction: %(title)s", title=title)
    source = f"  {shortened(best['outlet'], HEAD)}: {web_link(best['url'])}"
    whole = f"• {title}\n{source}"
    if limit.measure(whole) <= room:
        return whole
    left = room - limit.measure(f"• \n{source}")
    if left >= limit.measure("…") * 2:
        return f"• {limit.cut(title, left)}\n{source}"
    return limit.cut(f"• {title}", room)  # a link that fills a message by itself helps nobody


def _beginning(text: str, limit: Limit, room: int) -> str:
    """The beginning of a text up to a line's end."""
    if limit.measure(text) <= room:
        return text
    cut = limit.cut(text, room)
    end = cut.rfind("\n")
    return cut[:end] + "\n…" if end > 0 else cut
