"""Subscriptions: the list, one of them with its past digests, adding one, and previews."""

from __future__ import annotations

from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from alerts.delivery.dispatch import next_digest, put_test
from alerts.delivery.outbox import latest_of, values_of
from alerts.digests.packing import bodies_of
from alerts.digests.render import render
from alerts.identity.links import links_of
from alerts.subscriptions import subscriptions as store
from alerts.web.console.request import ConsoleRequest
from alerts.web.pages import MAIL_PAGE
from alerts.web.preferences import choices, fields
from alerts.web.readers import UNLIMITED_BYTES
from crawler.model import AseanwatchError
from crawler.store.dangling import dangling_names
from crawler.store.schema import digests
from crawler.store.schema import subscriptions as table

PAST_DIGESTS = 60
PAGE_SIZE = 200
"""Subscriptions on one page of the list."""


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
        recipients = list(store.recipients_of(subscription, opt_outs)) if subscription.to else []
        rows.append((record, states.get(subscription.name), recipients))
    return request.page(
        "subscriptions.html.j2",
        "subscriptions",
        title=request.gettext("Subscriptions"),
        rows=rows,
        dangling=unknown_topics,
        left=len(names) - PAGE_SIZE,
        last=shown[-1:],
    )


def subscription(request: ConsoleRequest) -> Response:
    """One subscription: its choices and past digests; posted: pause, resume, change, test or remove it."""
    name = request.path_value("name")
    if request.is_post:
        return _change(request, name)
    with request.store.read() as connection:
        record = store.find_subscription(connection, request.settings, name, include_unconfirmed=True)
        state = connection.execute(select(table).where(table.c.name == name)).first()
        past = latest_of(connection, name, PAST_DIGESTS)
        readers = store.load_recipients(connection, record.subscription)
    return request.page(
        "subscription.html.j2",
        "subscriptions",
        title=record.subscription.title or name,
        known=record,
        state=state,
        past=past,
        readers=readers,
        **fields(request.settings, request.language, record.subscription),
    )


def _change(request: ConsoleRequest, name: str) -> Response:
    action, settings = request.action, request.settings
    with request.store.write() as connection:
        record = store.find_subscription(connection, settings, name, include_unconfirmed=True)
        if action in ("pause", "resume"):
            store.set_paused(connection, name, paused=action == "pause")
        elif action == "save" and record.added:
            store.change(connection, settings, name, choices(request.form))
        elif action == "remove" and record.added:
            store.remove(connection, settings, name)
        elif action == "test":
            put_test(connection, settings, links_of(settings, request.store), record, None, request.now)
        else:
            raise AseanwatchError(
                request.gettext("This subscription stands in config.yaml; change it there.")
            )
        request.audit(connection, f"subscription: {action}", name)
    path = "/console/subscriptions" if action == "remove" else f"/console/subscriptions/{name}"
    return request.redirect(path, request.gettext("Done."))


def add(request: ConsoleRequest) -> Response:
    """The form of a new subscription; posted: add it."""
    if request.is_post:
        return _add(request)
    values = fields(request.settings, request.language, None)
    if request.value("topic") in request.settings.topics:
        values["chosen"]["topics"] = [request.value("topic")]
    title = request.gettext("Add a subscription")
    return request.page("add_subscription.html.j2", "subscriptions", title=title, **values)


def _add(request: ConsoleRequest) -> Response:
    address = request.value("address")
    if "@" not in address or len(address) > 200:
        raise AseanwatchError(request.gettext("That is no mail address."))
    name = request.value("name") or _name_of(address)
    values = {
        **choices(request.form),
        "name": name,
        "to": [address],
        "channel": request.value("channel", "email"),
        "title": request.value("title"),
    }
    with request.store.write() as connection:
        store.add(connection, request.settings, values, request.now)
        request.audit(connection, "subscription: add", name)
    message = request.gettext("Added. It is told what is new from now on.")
    return request.redirect(f"/console/subscriptions/{name}", message)


def _name_of(address: str) -> str:
    """A name for the subscription of an address."""
    local_part = address.split("@", maxsplit=1)[0].lower()
    return "".join(c if c.isalnum() else "-" for c in local_part).strip("-")


def preview(request: ConsoleRequest) -> Response:
    """The digest that a subscription would get now. Nothing is sent or recorded."""
    name = request.path_value("name")
    with request.store.read() as connection:
        record = store.find_subscription(connection, request.settings, name, include_unconfirmed=True)
        digest = next_digest(connection, request.settings, record, request.now)
    if not digest.bases and not digest.stories:
        return request.page("no_digest.html.j2", "subscriptions", title=name, name=name)
    return HTMLResponse(render(digest, most_bytes=UNLIMITED_BYTES).html, headers=MAIL_PAGE)


def past_digest(request: ConsoleRequest) -> Response:
    """A digest of the past, as it was."""
    with request.store.read() as connection:
        row = connection.execute(select(digests).where(digests.c.id == request.path_id("number"))).first()
        if row is None:
            return request.problem(request.gettext("There is no such digest."), 404)
        body = bodies_of(connection, [row]).get(row.id)
    if body is None:
        return request.problem(request.gettext("This digest is no longer kept."), 404)
    digest = values_of(body.content)
    # Digests of early versions were stored as HTML only.
    page = render(digest, most_bytes=UNLIMITED_BYTES).html if digest is not None else body.html
    return HTMLResponse(page, headers=MAIL_PAGE)
