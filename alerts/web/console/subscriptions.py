"""Subscriptions: the list, one of them with its past digests, adding one, and previews."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from starlette.responses import Response

from alerts.delivery.dispatch import next_digest, put_test
from alerts.delivery.outbox import latest_of
from alerts.digests.message import without_links
from alerts.digests.packing import bodies_of
from alerts.digests.render import render
from alerts.identity.links import links_of
from alerts.operations.subscription_changes import SubscriptionChanges, added_by
from alerts.selection.timing import next_due
from alerts.subscriptions import subscriptions as store
from alerts.web.console import looking_back
from alerts.web.console.confirmation import applied
from alerts.web.console.mail_page import mail_page
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.running import is_service_running
from alerts.web.preferences import ONLY, choices, fields, topics_problem
from alerts.web.readers import UNLIMITED_BYTES
from crawler.config.section_advice import subscription_advice
from crawler.config.settings import Subscription
from crawler.model import AseanwatchError
from crawler.store.dangling import dangling_names
from crawler.store.schema import digests
from crawler.store.schema import subscriptions as table

PAST_DIGESTS = 60
PAGE_SIZE = 200
"""Subscriptions on one page of the list."""


class SubscriptionRow(NamedTuple):
    """A subscription in the list: its state, its readers, and when it is due next."""

    record: store.SubscriptionRecord
    state: Any
    readers: int
    following: datetime | None
    zone: str


def subscriptions(request: ConsoleRequest) -> Response:
    """The subscriptions of config.yaml and those that people added, in the order of their names, page by page."""
    with request.store.read() as connection:
        # By name and not by offset: pages have no gap or repeat while people sign up and leave.
        names = store.names_after(connection, request.settings, request.value("after"))
        shown = names[:PAGE_SIZE]
        records = store.load_subscriptions(connection, request.settings, include_unconfirmed=True, only=shown)
        states = {r.name: r for r in connection.execute(select(table).where(table.c.name.in_(shown)))}
        unknown_topics = [d for d in dangling_names(connection, request.settings) if d.subscription]
        opt_outs = store.load_opt_outs(connection, [record.subscription.name for record in records])
    rows = []
    for record in sorted(records, key=lambda record: record.subscription.name):
        subscription = record.subscription
        readers = len(store.recipients_of(subscription, opt_outs)) if subscription.to else 0
        following = _following(request, record)
        zone = request.settings.zone_of(subscription)
        rows.append(SubscriptionRow(record, states.get(subscription.name), readers, following, zone))
    return request.page(
        "subscriptions.html.j2",
        "subscriptions",
        title=request.gettext("Subscriptions"),
        rows=rows,
        dangling=unknown_topics,
        left=len(names) - PAGE_SIZE,
        last=shown[-1:],
    )


def _following(request: ConsoleRequest, record: store.SubscriptionRecord) -> datetime | None:
    """When a subscription is due next; None while it is paused, and for one that is due with the news."""
    if record.paused or not record.confirmed:
        return None
    return next_due(record.subscription, request.settings.zone_of(record.subscription), request.now)


def subscription(request: ConsoleRequest) -> Response:
    """One subscription: what it wants, when and by whom, and its past digests; posted: pause, resume, change, test or remove it."""
    name = request.path_value("name")
    if not request.is_post:
        return _page(request, name)
    try:
        return _change(request, name)
    except AseanwatchError as error:
        return _page(request, name, 422, problem=request.words.said_error(error))


def _page(request: ConsoleRequest, name: str, status: int = 200, problem: str | None = None) -> Response:
    with request.store.read() as connection:
        record = store.find_subscription(connection, request.settings, name, include_unconfirmed=True)
        state = connection.execute(select(table).where(table.c.name == name)).first()
        past = latest_of(connection, name, PAST_DIGESTS)
        readers = store.load_recipients(connection, record.subscription)
    return request.page(
        "subscription.html.j2",
        "subscriptions",
        status,
        title=record.subscription.title or name,
        problem=problem,
        known=record,
        state=state,
        past=past,
        readers=readers if record.subscription.to else (),
        following=_following(request, record),
        zone=request.settings.zone_of(record.subscription),
        by=added_by(request.store, record),
        channels=("email", *request.settings.delivery.channels),
        # On the page that a change led to: whoever only looks has seen them.
        doubts=subscription_advice(request.settings, record.subscription)
        if request.notice is not None
        else (),
        **fields(request.settings, request.language, record.subscription),
    )


def _change(request: ConsoleRequest, name: str) -> Response:
    action, settings, gettext = request.action, request.settings, request.gettext
    here = f"/console/subscriptions/{name}"
    changes = SubscriptionChanges(request.live, request.store, request.person.name, request.now)
    if action == "save":
        number = changes.change(name, _form_values(request, name))
        return request.redirect(here, request.changed(_saved(request, gettext("Saved."), number), number))
    if action == "remove":
        number = changes.remove(name)
        done = gettext("%(name)s has ended; its past digests stay.", name=name)
        return request.redirect(
            "/console/subscriptions", request.changed(_saved(request, done, number), number)
        )
    if action not in ("pause", "resume", "test"):
        raise AseanwatchError(gettext("Nothing was chosen."))
    with request.store.write() as connection:
        record = store.find_subscription(connection, settings, name, include_unconfirmed=True)
        if action == "test":
            put_test(connection, settings, links_of(settings, request.store), record, None, request.now)
        else:
            store.set_paused(connection, name, paused=action == "pause")
        request.audit(connection, f"subscription: {action}", name)
    done = {
        "pause": gettext("Paused: nothing is sent until it is resumed."),
        "resume": gettext("Resumed: what was missed comes with the next digest."),
        "test": gettext("A test is on its way; it stands among the deliveries."),
    }[action]
    if action == "test" and not is_service_running(request):
        done = gettext(
            "A test waits to be sent: no service runs now (aseanwatch run, or aseanwatch alerts dispatch)."
        )
    return request.redirect(here, done)


def _saved(request: ConsoleRequest, done: str, number: int | None) -> str:
    """What was done, and for a change of config.yaml whether it is in force."""
    return done if number is None else f"{done} {applied(request)}"


def _form_values(request: ConsoleRequest, name: str) -> dict[str, Any]:
    """The posted form as values of the subscription."""
    with request.store.read() as connection:
        record = store.find_subscription(connection, request.settings, name, include_unconfirmed=True)
    former = record.subscription
    values = _chosen(request, former)
    # The form shows the common zone, too, where the subscription names none.
    if former.timezone is None and values["timezone"] == request.settings.zone_of(former):
        values["timezone"] = None
    return {
        **values,
        "title": request.value("title"),
        "channel": request.value("channel", former.channel),
        "to": _addresses(request.value("to")) if "to" in request.form else former.to,
    }


def _chosen(request: ConsoleRequest, former: Subscription | None = None) -> dict[str, Any]:
    """The choices of the posted form.

    Raises:
        AseanwatchError: they cannot be meant so.
    """
    if problem := topics_problem(request.form, former):
        raise AseanwatchError(request.gettext(problem))
    return choices(request.form, former)


def _addresses(text: str) -> tuple[str, ...]:
    """The addresses in a field: one a line, or with commas between them."""
    return tuple(part.strip() for part in re.split(r"[,;\n]", text) if part.strip())


def add(request: ConsoleRequest) -> Response:
    """The form of a new subscription; posted: add it."""
    if request.is_post and request.action != "try":
        return _add(request)
    return _form(request)


def _form(request: ConsoleRequest) -> Response:
    """The form of a new subscription, as it was filled in, with what the choices would have told in the last days."""
    settings = request.settings
    values = fields(settings, request.language, None, request.form if request.is_post else None)
    if request.value("topic") in settings.topics:
        values["chosen"] |= {"topics": [request.value("topic")], "topics_mode": ONLY}
    found, doubts = None, []
    with request.store.read() as connection:
        if request.is_post:
            tried = {
                **_chosen(request),
                "name": "preview",
                "channel": "email",
                "to": ["preview@localhost"],
            }
            made = store.validated(settings, tried)
            doubts = [line for line in subscription_advice(settings, made) if not line.startswith("to")]
            found = looking_back.look_back(request, connection, made)
        trouble = looking_back.mail_trouble(request, connection, "email")
    values |= {"found": found, "trouble": trouble, "doubts": doubts}
    values |= {"periods": looking_back.PERIODS, "period": looking_back.period_of(request)}
    title = request.gettext("Add a subscription")
    return request.page("add_subscription.html.j2", "subscriptions", title=title, **values)


def _add(request: ConsoleRequest) -> Response:
    address = request.value("address")
    if "@" not in address or len(address) > 200:
        raise AseanwatchError(request.gettext("That is no mail address."))
    name = request.value("name") or _name_of(address)
    values = {
        **_chosen(request),
        "name": name,
        "to": [address],
        "channel": request.value("channel", "email"),
        "title": request.value("title"),
    }
    with request.store.write() as connection:
        store.add(connection, request.settings, values, request.now)
        request.audit(connection, "subscription: add", name)
        trouble = looking_back.mail_trouble(request, connection, values["channel"])
    message = request.gettext("Added. It is told what is new from now on.")
    if not is_service_running(request):
        message = request.gettext("Added. It is told what is new once a service runs (aseanwatch run).")
    if values["channel"] == "email" and not looking_back.answers(request.settings):
        trouble = request.gettext(
            "But no mail server answers at %(host)s:%(port)s (delivery.smtp): nothing can be sent yet.",
            host=request.settings.delivery.smtp.host,
            port=request.settings.delivery.smtp.port,
        )
    if trouble:
        message = f"{message} {trouble}"
    return request.redirect(f"/console/subscriptions/{name}", message)


def _name_of(address: str) -> str:
    """A name for the subscription of an address."""
    local_part = address.split("@", maxsplit=1)[0].lower()
    return "".join(c if c.isalnum() else "-" for c in local_part).strip("-")


def preview(request: ConsoleRequest) -> Response:
    """The next digest, as it would be now."""
    name = request.path_value("name")
    with request.store.read() as connection:
        record = store.find_subscription(connection, request.settings, name, include_unconfirmed=True)
        if request.value("days") and request.value("mail"):
            return looking_back.as_mail(request, connection, record.subscription)
        digest = next_digest(connection, request.settings, record, request.now)
        waits = bool(digest.bases or digest.stories)
        if request.value("days") or not waits:
            return looking_back.page(request, connection, record.subscription, waits=waits)
    title = record.subscription.title or name
    rendered = render(digest, most_bytes=UNLIMITED_BYTES)
    lines = [request.gettext("A preview: this is what would be sent if it were due now. Nothing is sent.")]
    if following := _following(request, record):
        lines.append(request.gettext("Due next: %(moment)s", moment=request.words.moment(following)))
    return mail_page(rendered.html, f"/console/subscriptions/{name}", title, rendered.subject, lines)


def past_digest(request: ConsoleRequest) -> Response:
    """A digest of the past, as it was."""
    with request.store.read() as connection:
        row = connection.execute(select(digests).where(digests.c.id == request.path_id("number"))).first()
        if row is None:
            return request.problem(request.gettext("There is no such digest."), 404)
        body = bodies_of(connection, [row]).get(row.id)
    if body is None:
        return request.problem(request.gettext("This digest is no longer kept."), 404)
    back = f"/console/deliveries?digest={row.id}"
    line = request.gettext(
        "As it was sent, without the links of its readers. Due: %(moment)s",
        moment=request.words.moment(row.due),
    )
    return mail_page(without_links(body.html), back, request.gettext("Its deliveries"), row.subject, [line])
