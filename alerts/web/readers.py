"""What readers do by the links in their mails. A GET shows; only a POST changes, and only with the right link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alerts.analysis.lookback import looked_back
from alerts.delivery.dispatch import next_digest
from alerts.delivery.outbox import digest_of, latest_of
from alerts.delivery.personal import without
from alerts.digests.render import render
from alerts.digests.wording import MACHINE_TRANSLATION, N_
from alerts.identity.links import Grant
from alerts.readers import signup
from alerts.subscriptions import reader_states, subscriptions
from alerts.subscriptions.reader_feedback import declined_by
from alerts.subscriptions.subscriptions import SubscriptionRecord
from alerts.web.holding import in_words
from alerts.web.pages import MAIL_PAGE, SAFE, page, say_page
from alerts.web.preferences import choices, fields, problems
from alerts.web.reader_request import ReaderRequest
from crawler.config.settings import Subscription
from crawler.model import AseanwatchError

UNLIMITED_BYTES = 20_000_000
"""Bytes of a digest on the web: more than any has, because no mail program cuts it off here."""
PAST_DIGESTS = 20
"""Digests that the preferences link to."""
LOOK_BACK = 7
"""Days that a preview looks back where nothing waits to be told."""
DONE = {
    "save": N_("Saved."),
    "resume": N_("It goes on; what was missed comes with the next mail."),
    "renew": N_("The feed has a new address; the former one does not answer any more."),
}
"""What the preferences say after a button was pressed. Pausing shows by itself."""


def confirm(request: ReaderRequest) -> Response:
    """The second step of the double opt-in."""
    grant, gettext = request.grant("confirm"), request.gettext
    if not request.is_post:
        _require_valid_link(request, grant)
        return _button(request, gettext("Confirm your subscription"), gettext("Confirm"), "confirm")
    with request.store.write() as connection:
        signup.confirm(connection, request.settings, grant, request.now)
    return say_page(
        request.language,
        gettext("You are subscribed."),
        gettext("News comes from now on; each mail says how to change that."),
    )


def manage(request: ReaderRequest) -> Response:
    """The link at the foot of a mail: ends the subscription at once, or sends its owner a link to the preferences."""
    title = request.gettext("Change, pause or end this subscription")
    return _leave_or_send_link(request, request.grant("manage"), title)


def _leave(request: ReaderRequest, grant: Grant) -> Response:
    """End the subscription; a mail to its owner says how to come back."""
    with request.store.write() as connection:
        signup.leave(connection, request.settings, request.links, grant, request.now)
    line = request.gettext("A mail says so, with a link to come back.")
    return say_page(request.language, request.gettext("You get no more of this."), line)


def one_click(request: ReaderRequest) -> Response:
    """List-Unsubscribe-Post (RFC 8058): the button of the mail program.

    A person who opens the address in a browser can do what `manage` offers.
    """
    grant = request.grant("one-click")
    # Only a mail program posts this field (RFC 8058, 3.2).
    # Anything else acts like the link at the foot.
    if request.form_value("List-Unsubscribe") != "One-Click":
        return _leave_or_send_link(request, grant, request.gettext("End this subscription"))
    return _leave(request, grant)


def _leave_or_send_link(request: ReaderRequest, grant: Grant, title: str) -> Response:
    """Offer to leave, or to send a link to the owner of the address; and send it.

    A mail may have been forwarded. A person who has it can therefore change nothing, and the owner can take back that they left.
    """
    gettext = request.gettext
    if not request.is_post:
        with request.store.read() as connection:
            signup.require_reader(connection, request.settings, grant)
        line = gettext(
            "We mail you a link to your preferences. This mail may have been passed on, and only the owner of the address may change topics, times and languages, or pause."
        )
        to_preferences = ("send", gettext("Send me the link to my preferences"), "")
        leave = ("leave", gettext("Unsubscribe"), gettext("No more mails at all? This ends them at once."))
        # Preferences first: whoever wants less, or at another time, is not pushed to leave.
        # The link in a mail's header is for leaving alone.
        buttons = (leave, to_preferences) if grant.purpose == "one-click" else (to_preferences, leave)
        return _buttons(request, title, buttons, line)
    if request.action == "leave":
        return _leave(request, grant)
    with request.store.write() as connection:
        signup.send_change_link(connection, request.settings, request.links, grant, request.now)
    return say_page(
        request.language,
        gettext("Please look into your mail."),
        gettext("The link there opens your preferences; it is good for two hours."),
    )


def change(request: ReaderRequest) -> Response:
    """The preferences, opened by a fresh link."""
    grant = request.grant("change")
    if not request.is_post:
        return _preferences(request, grant)
    if request.action == "save":
        refused = _refused(request, grant)
        if refused is not None:
            return refused
    with request.store.write() as connection:
        record = signup.require_reader(connection, request.settings, grant)
        # In the transaction that has checked the link: it may be revoked at any moment.
        return _apply(request, connection, grant, record)


def _refused(request: ReaderRequest, grant: Grant) -> Response | None:
    """The form as it was filled in, with what is wrong at each field; None if nothing is."""
    with request.store.read() as connection:
        record = signup.require_reader(connection, request.settings, grant)
    wrong = problems(request.settings, request.language, request.form, record.subscription)
    return _preferences(request, grant, wrong) if wrong else None


def _preferences(request: ReaderRequest, grant: Grant, wrong: Mapping[str, str] | None = None) -> Response:
    """The form of the preferences, or only pausing and leaving if the subscription is not the reader's own.

    Args:
        request: the request.
        grant: of its link.
        wrong: what is wrong with the posted form, which is shown again as it was filled in.
    """
    gettext = request.gettext
    with request.store.read() as connection:
        record = signup.require_reader(connection, request.settings, grant)
        since = reader_states.paused_since(connection, grant.subscription, grant.address)
        past = _past_digests(request, connection, grant)
        feed = _feed_link(request, connection, grant)
    subscription = record.subscription
    is_personal = signup.is_personal(record, grant.address)
    paused = since is not None or (is_personal and record.paused)
    lines = [gettext("It is paused.")] if paused else []
    zone = request.settings.zone_of(subscription)
    done = DONE.get(request.http.query_params.get("done", ""), "")
    values: dict[str, Any] = {
        "title": gettext("Your subscription %(name)s", name=subscription.title or subscription.name),
        "told": gettext(done) if done else "",
        "paused": paused,
        "feed": feed,
        "past": past,
        "zone": zone,
        "say": request.words.at(request.now, zone),
    }
    if not is_personal:
        lines.append(
            gettext("What it tells is decided by its operator; you can pause it for yourself, or leave it.")
        )
        return page("leaving.html.j2", request.language, {**values, "lines": lines})
    values |= {
        "lines": lines,
        "holds": gettext("Now: %(what)s.", what=in_words(request.settings, subscription, request.words)),
        "problems": wrong or {},
        "button": gettext("Save"),
        "asks_address": False,
        "can_end": True,
        "action": None,
        "upcoming": f"/next/{request.path_value('token')}",
    }
    form = fields(request.settings, request.language, subscription, request.form if wrong else None)
    return page("preferences.html.j2", request.language, {**form, **values}, 422 if wrong else 200)


def _feed_link(request: ReaderRequest, connection: Connection, grant: Grant) -> str:
    """A fresh link to the reader's own feed."""
    serial = reader_states.feed_serial_of(connection, grant.subscription, grant.address)
    link = request.links.write(Grant("feed", grant.subscription, grant.address, serial=serial), request.now)
    return f"{link}.atom"


class PastDigest(NamedTuple):
    """A digest of the past with a link of the reader's to it."""

    subject: str
    due: datetime
    link: str


def _past_digests(request: ReaderRequest, connection: Connection, grant: Grant) -> list[PastDigest]:
    """The latest digests, the newest first."""
    serial = reader_states.serial_of(connection, grant.subscription, grant.address)

    def link(number: int) -> str:
        return request.links.write(
            Grant("archive", grant.subscription, grant.address, number, serial), request.now
        )

    latest = latest_of(connection, grant.subscription, PAST_DIGESTS)
    return [PastDigest(subject, due, link(number)) for number, subject, due in latest]


def _require_valid_link(request: ReaderRequest, grant: Grant) -> None:
    with request.store.read() as connection:
        signup.require_valid_link(connection, grant)


def upcoming(request: ReaderRequest) -> Response:
    """The next digest as it would be now. Nothing is sent or recorded."""
    grant = request.grant("change")
    with request.store.read() as connection:
        record = signup.require_reader(connection, request.settings, grant)
        declined = declined_by(connection, grant.subscription, grant.address)
        digest = without(next_digest(connection, request.settings, record, request.now), declined)
        if not digest.bases and not digest.stories:
            return _nothing_yet(request, connection, record.subscription)
    return HTMLResponse(render(digest, most_bytes=UNLIMITED_BYTES).html, headers=MAIL_PAGE)


def _nothing_yet(request: ReaderRequest, connection: Connection, subscription: Subscription) -> Response:
    """What the last days would have been, for whoever has not been told anything yet."""
    would_be = looked_back(connection, request.settings, subscription, LOOK_BACK, request.now)
    values = {
        "title": request.gettext("There is nothing to tell yet."),
        "days": LOOK_BACK,
        "subject": would_be.subject if would_be.stories else "",
        "stories": [
            (story.best.title_in(request.words, MACHINE_TRANSLATION), story.best.shown_lang)
            for story in would_be.stories[:PAST_DIGESTS]
        ],
        "back": f"/change/{request.path_value('token')}",
    }
    return page("looked_back.html.j2", request.language, values)


def _apply(
    request: ReaderRequest, connection: Connection, grant: Grant, record: SubscriptionRecord
) -> Response:
    """Do what the pressed button says."""
    settings, now, gettext = request.settings, request.now, request.gettext
    if request.action == "leave":
        signup.leave(connection, settings, request.links, grant, now)
        return say_page(request.language, gettext("You get no more of this."))
    if request.action == "pause":
        signup.pause(connection, settings, grant, now)
    elif request.action == "resume":
        signup.resume(connection, settings, request.links, grant, now)
    elif request.action == "renew":
        reader_states.renew_feed(connection, grant.subscription, grant.address)
    else:
        _save(request, connection, grant, record)
    # Back to the preferences, which show what holds now; to load that page again repeats nothing.
    done = request.action if request.action in DONE else ""
    back = f"/change/{request.path_value('token')}"
    return RedirectResponse(f"{back}?done={done}" if done else back, 303, headers=SAFE)


def _save(request: ReaderRequest, connection: Connection, grant: Grant, record: SubscriptionRecord) -> None:
    """Change the reader's own subscription to what the form says."""
    if not signup.is_personal(record, grant.address):
        raise AseanwatchError(
            request.gettext(
                "What it tells is decided by its operator; you can pause it for yourself, or leave it."
            )
        )
    values = choices(request.form, record.subscription)
    subscriptions.change(connection, request.settings, grant.subscription, values)


def rejoin(request: ReaderRequest) -> Response:
    """A reader who left comes back."""
    grant, gettext = request.grant("rejoin"), request.gettext
    if not request.is_post:
        _require_valid_link(request, grant)
        return _button(request, gettext("Subscribe again"), gettext("Subscribe again"), "rejoin")
    with request.store.write() as connection:
        signup.rejoin(connection, request.settings, grant, request.now)
    return say_page(request.language, gettext("You are subscribed."))


def archive(request: ReaderRequest) -> Response:
    """One digest on the web, with all of its stories."""
    grant = request.grant("archive")
    with request.store.read() as connection:
        signup.require_reader(connection, request.settings, grant)
        digest = digest_of(connection, grant.number)
    if digest is None or digest.subscription != grant.subscription:
        raise AseanwatchError(request.gettext("This digest is no longer kept."))
    return HTMLResponse(render(digest, most_bytes=UNLIMITED_BYTES).html, headers=MAIL_PAGE)


def _button(request: ReaderRequest, title: str, button: str, value: str) -> Response:
    """A page with one button."""
    return _buttons(request, title, ((value, button, ""),))


def _buttons(
    request: ReaderRequest, title: str, buttons: tuple[tuple[str, str, str], ...], *lines: str
) -> Response:
    """A page with buttons, the most wanted first: for each what it does, its label and a line above it."""
    return page("button.html.j2", request.language, {"title": title, "lines": lines, "buttons": buttons})
