"""What readers do by the links in their mails, and signing up. A GET shows; only a POST changes, and only the right link's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from alerts import signup, subscriptions
from alerts.dispatch import next_digest
from alerts.links import Grant, Links
from alerts.outbox import digest_of, latest_of
from alerts.rendering import render
from alerts.web.pages import MAIL_PAGE, page, say_page
from alerts.web.preferences import choices, fields
from alerts.wording import Words, words
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
        return (self.form.get("do") or [""])[0]

    def grant(self, purpose: str) -> Grant:
        """What the link in the address stands for; raises `LinkError` where it does not."""
        return self.links.read(purpose, self.request.path_params["token"], self.now)


def front(asked: Asked) -> Response:
    """The form to sign up, where that is open."""
    say = asked.say
    title = say.say("News of China–ASEAN cooperation")
    if not asked.settings.delivery.signup:
        return say_page(asked.language, title, say.say("Subscriptions are made by the operator of this service."))
    values = fields(asked.settings, asked.language, None)
    lines = [say.say("Each event once, with its sources. You get a mail to confirm; nothing comes before.")]
    own = {"title": title, "lines": lines, "button": say.say("Subscribe"), "asks_address": True, "can_end": False}
    return page("preferences.html.j2", asked.language, {**values, **own, "action": "/subscribe"})


def subscribe(asked: Asked) -> Response:
    """Somebody signs up."""
    say = asked.say
    if not asked.settings.delivery.signup:
        return say_page(asked.language, say.say("Subscriptions are made by the operator of this service."), status=403)
    address = (asked.form.get("address") or [""])[0].strip()
    if "@" not in address or len(address) > 200:
        raise AseanwatchError(say.say("That is no mail address."))
    wanted = {**choices(asked.form), "title": say.say("China–ASEAN cooperation")}
    with asked.store.writing() as connection:
        signup.sign_up(connection, asked.settings, asked.links, address, wanted, asked.now)
    return say_page(asked.language, say.say("Please look into your mail."), say.say("A link there confirms your subscription."))


def confirm(asked: Asked) -> Response:
    """The second of the two yeses."""
    grant, say = asked.grant("confirm"), asked.say
    if not asked.posted:
        return _button(asked, say.say("Confirm your subscription"), say.say("Confirm"), "confirm")
    with asked.store.writing() as connection:
        subscriptions.named(connection, asked.settings, grant.subscription, unconfirmed=True)
        subscriptions.confirm(connection, grant.subscription, asked.now)
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
    title = say.say("Your subscription %(name)s", name=one.subscription.title or one.subscription.name)
    if not one.added:
        line = say.say("What it tells is decided by its operator; you can leave it.")
        return _button(asked, title, say.say("Unsubscribe"), "leave", line)
    feed = asked.links.write(Grant("feed", grant.subscription, grant.address), asked.now)
    lines = [say.say("It is paused.")] if one.paused else []
    lines.append(say.say("As a feed: %(link)s", link=f"{feed}.atom"))
    with asked.store.reading() as connection:
        past = [
            (title, due, asked.links.write(Grant("archive", grant.subscription, grant.address, number), asked.now))
            for number, title, due in latest_of(connection, grant.subscription, PAST)
        ]
    zone = asked.settings.zone_of(one.subscription)
    own = {
        "title": title, "lines": lines, "button": say.say("Save"), "asks_address": False, "can_end": True, "paused": one.paused,
        "upcoming": f"/next/{asked.request.path_params['token']}", "past": past, "zone": zone, "say": say.at(asked.now, zone),
    }  # fmt: skip
    return page(
        "preferences.html.j2", asked.language, {**fields(asked.settings, asked.language, one.subscription), **own, "action": None}
    )


def upcoming(asked: Asked) -> Response:
    """What the next digest would tell; nothing is sent or noted."""
    grant = asked.grant("change")
    with asked.store.reading() as connection:
        one = signup.read_by(connection, asked.settings, grant)
        digest = next_digest(connection, asked.settings, one, asked.now)
    if not digest.bases and not digest.stories:
        return say_page(asked.language, asked.say.say("There is nothing to tell yet."))
    return HTMLResponse(render(digest, most_bytes=WHOLE).html, headers=MAIL_PAGE)


def _changed(asked: Asked, grant: Grant, one: subscriptions.Known, connection: Connection) -> Response:
    say, name = asked.say, grant.subscription
    if asked.wish == "leave":
        signup.leave(connection, asked.settings, asked.links, grant, asked.now)
        return say_page(asked.language, say.say("You get no more of this."))
    if not one.added:
        raise AseanwatchError(say.say("What it tells is decided by its operator; you can leave it."))
    if asked.wish in ("pause", "resume"):
        subscriptions.set_paused(connection, name, paused=asked.wish == "pause")
        told = (
            say.say("It is paused.") if asked.wish == "pause" else say.say("It goes on; what was missed comes with the next mail.")
        )
        return say_page(asked.language, told)
    subscriptions.change(connection, asked.settings, name, choices(asked.form))
    return say_page(asked.language, say.say("Saved."))


def rejoin(asked: Asked) -> Response:
    """Somebody was taken off and wants to come back."""
    grant, say = asked.grant("rejoin"), asked.say
    if not asked.posted:
        return _button(asked, say.say("Subscribe again"), say.say("Subscribe again"), "rejoin")
    with asked.store.writing() as connection:
        subscriptions.named(connection, asked.settings, grant.subscription, unconfirmed=True)
        subscriptions.opt_in(connection, grant.subscription, grant.address, asked.now)
    return say_page(asked.language, say.say("You are subscribed."))


def archive(asked: Asked) -> Response:
    """One digest on the web, with all of its stories."""
    grant = asked.grant("archive")
    with asked.store.reading() as connection:
        digest = digest_of(connection, grant.number)
    if digest is None or digest.subscription != grant.subscription:
        raise AseanwatchError(asked.say.say("This digest is no longer kept."))
    return HTMLResponse(render(digest, most_bytes=WHOLE).html, headers=MAIL_PAGE)


def _button(asked: Asked, title: str, button: str, value: str, *lines: str) -> Response:
    return page("button.html.j2", asked.language, {"title": title, "lines": lines, "button": button, "value": value})
