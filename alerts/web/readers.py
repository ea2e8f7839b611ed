"""What readers do by the links in their mails. A GET shows; only a POST changes, and only the right link's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alerts.delivery.dispatch import next_digest
from alerts.delivery.outbox import digest_of, latest_of
from alerts.digests.render import render
from alerts.digests.wording import Words, words
from alerts.identity.links import Grant, Links
from alerts.readers import signup
from alerts.subscriptions import reader_states, subscriptions
from alerts.web.pages import MAIL_PAGE, page, say_page
from alerts.web.preferences import choices, fields
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store import Store

WHOLE = 20_000_000
"""Bytes of a digest on the web: there is no limit to speak of."""
PAST = 20
"""Digests that the preferences lead to."""


@dataclass(frozen=True)
class Asked:
    """One request with what answers it."""

    settings: Settings
    store: Store
    links: Links
    now: datetime
    request: Request
    form: Mapping[str, Sequence[str]]
    language: str

    @property
    def say(self) -> Words:
        """The words of the page."""
        return words(self.language)

    @property
    def posted(self) -> bool:
        """Whether something is to be changed."""
        return self.request.method == "POST"

    @property
    def wish(self) -> str:
        """Which button was pressed."""
        return self.first("do")

    def first(self, name: str) -> str:
        """The first value of a field; empty where there is none."""
        return (self.form.get(name) or [""])[0]

    def grant(self, purpose: str) -> Grant:
        """What the link in the address stands for; raises `LinkError` where it does not."""
        return self.links.read(purpose, self.request.path_params["token"], self.now)


def confirm(asked: Asked) -> Response:
    """The second of the two yeses."""
    grant, say = asked.grant("confirm"), asked.say
    if not asked.posted:
        _must_be_good(asked, grant)
        return _button(asked, say.say("Confirm your subscription"), say.say("Confirm"), "confirm")
    with asked.store.writing() as connection:
        signup.confirm(connection, asked.settings, grant, asked.now)
    return say_page(
        asked.language, say.say("You are subscribed."), say.say("News comes from now on; each mail says how to change that.")
    )


def manage(asked: Asked) -> Response:
    """The link at the foot of a mail."""
    return _to_the_owner(asked, asked.grant("manage"), asked.say.say("Change, pause or end this subscription"))


def one_click(asked: Asked) -> Response:
    """List-Unsubscribe-Post (RFC 8058): the mail program's button. People who open its address can do what `manage` does."""
    grant, say = asked.grant("one-click"), asked.say
    if (asked.form.get("List-Unsubscribe") or [""])[0] != "One-Click":
        return _to_the_owner(asked, grant, say.say("End this subscription"))
    with asked.store.writing() as connection:
        signup.leave(connection, asked.settings, asked.links, grant, asked.now)
    return say_page(asked.language, say.say("You get no more of this."))


def _to_the_owner(asked: Asked, grant: Grant, title: str) -> Response:
    """Whoever has a mail can only ask for a link to be sent to its owner."""
    say = asked.say
    if not asked.posted:
        with asked.store.reading() as connection:
            signup.read_by(connection, asked.settings, grant)
        line = say.say("We send a link to the address that this mail went to. Only its owner can go on.")
        return _button(asked, title, say.say("Send me the link"), "send", line)
    with asked.store.writing() as connection:
        signup.ask_for_link(connection, asked.settings, asked.links, grant, asked.now)
    return say_page(asked.language, say.say("Please look into your mail."), say.say("The link there is good for two hours."))


def change(asked: Asked) -> Response:
    """The preferences, opened by a fresh link."""
    grant, say = asked.grant("change"), asked.say
    if asked.posted:
        with asked.store.writing() as connection:
            return _changed(asked, grant, signup.read_by(connection, asked.settings, grant), connection)
    with asked.store.reading() as connection:
        one = signup.read_by(connection, asked.settings, grant)
        since = reader_states.paused_since(connection, grant.subscription, grant.address)
        archived = _archived(asked, connection, grant)
        feed = f"{_own_link(asked, connection, grant, 'feed')}.atom"
    title = say.say("Your subscription %(name)s", name=one.subscription.title or one.subscription.name)
    is_own = signup.is_own(one, grant.address)
    paused = since is not None or (is_own and one.paused)
    zone = asked.settings.zone_of(one.subscription)
    own = {"title": title, "paused": paused, "feed": feed, "past": archived, "zone": zone, "say": say.at(asked.now, zone)}
    if not is_own:
        lines = [say.say("What it tells is decided by its operator; you can pause it for yourself, or leave it.")]
        return page("leaving.html.j2", asked.language, {**own, "lines": [*_of_pause(asked, paused=paused), *lines]})
    own |= {
        "lines": _of_pause(asked, paused=paused), "button": say.say("Save"), "asks_address": False, "can_end": True, "action": None,
        "upcoming": f"/next/{asked.request.path_params['token']}",
    }  # fmt: skip
    return page("preferences.html.j2", asked.language, {**fields(asked.settings, asked.language, one.subscription), **own})


def _of_pause(asked: Asked, *, paused: bool) -> list[str]:
    return [asked.say.say("It is paused.")] if paused else []


def _own_link(asked: Asked, connection: Connection, grant: Grant, purpose: str, number: int = 0) -> str:
    """A fresh link of a reader who is proved to be one."""
    serial = reader_states.serial_of(connection, grant.subscription, grant.address, feed=purpose == "feed")
    return asked.links.write(Grant(purpose, grant.subscription, grant.address, number, serial), asked.now)


def _archived(asked: Asked, connection: Connection, grant: Grant) -> list[tuple[str, datetime, str]]:
    """The latest digests: subject, when due, link."""
    latest = latest_of(connection, grant.subscription, PAST)
    return [(subject, due, _own_link(asked, connection, grant, "archive", number)) for number, subject, due in latest]


def _must_be_good(asked: Asked, grant: Grant) -> None:
    with asked.store.reading() as connection:
        signup.must_be_good(connection, grant)


def upcoming(asked: Asked) -> Response:
    """What the next digest would tell; nothing is sent or noted."""
    grant = asked.grant("change")
    with asked.store.reading() as connection:
        one = signup.read_by(connection, asked.settings, grant)
        digest = next_digest(connection, asked.settings, one, asked.now)
    if not digest.bases and not digest.stories:
        return say_page(asked.language, asked.say.say("There is nothing to tell yet."))
    return HTMLResponse(render(digest, most_bytes=WHOLE).html, headers=MAIL_PAGE)


def _changed(asked: Asked, grant: Grant, one: subscriptions.StoredSubscription, connection: Connection) -> Response:
    say, name = asked.say, grant.subscription
    if asked.wish == "leave":
        signup.leave(connection, asked.settings, asked.links, grant, asked.now)
        return say_page(asked.language, say.say("You get no more of this."))
    if asked.wish == "pause":
        signup.pause(connection, asked.settings, grant, asked.now)
        return say_page(asked.language, say.say("It is paused."))
    if asked.wish == "resume":
        signup.resume(connection, asked.settings, grant, asked.now)
        return say_page(asked.language, say.say("It goes on; what was missed comes with the next mail."))
    if asked.wish == "renew":
        reader_states.renew_feed(connection, name, grant.address)
        line = say.say("As a feed: %(link)s", link=f"{_own_link(asked, connection, grant, 'feed')}.atom")
        return say_page(asked.language, say.say("The feed has a new address; the former one does not answer any more."), line)
    if not signup.is_own(one, grant.address):
        raise AseanwatchError(say.say("What it tells is decided by its operator; you can pause it for yourself, or leave it."))
    subscriptions.change(connection, asked.settings, name, choices(asked.form))
    return say_page(asked.language, say.say("Saved."))


def rejoin(asked: Asked) -> Response:
    """Somebody was taken off and wants to come back."""
    grant, say = asked.grant("rejoin"), asked.say
    if not asked.posted:
        _must_be_good(asked, grant)
        return _button(asked, say.say("Subscribe again"), say.say("Subscribe again"), "rejoin")
    with asked.store.writing() as connection:
        signup.rejoin(connection, asked.settings, grant, asked.now)
    return say_page(asked.language, say.say("You are subscribed."))


def archive(asked: Asked) -> Response:
    """One digest on the web, with all of its stories."""
    grant = asked.grant("archive")
    with asked.store.reading() as connection:
        signup.read_by(connection, asked.settings, grant)
        digest = digest_of(connection, grant.number)
    if digest is None or digest.subscription != grant.subscription:
        raise AseanwatchError(asked.say.say("This digest is no longer kept."))
    return HTMLResponse(render(digest, most_bytes=WHOLE).html, headers=MAIL_PAGE)


def _button(asked: Asked, title: str, button: str, value: str, *lines: str) -> Response:
    return page("button.html.j2", asked.language, {"title": title, "lines": lines, "button": button, "value": value})
