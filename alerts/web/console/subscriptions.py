"""Subscriptions: all of them for operators; what each would be told next; pausing, adding, ending."""

from __future__ import annotations

from sqlalchemy import select
from starlette.responses import HTMLResponse, Response

from alerts.delivery.dispatch import next_digest, put_test
from alerts.delivery.outbox import latest_of, values_of
from alerts.digests.packing import bodies_of
from alerts.digests.render import render
from alerts.identity.links import links_of
from alerts.subscriptions import subscriptions as store
from alerts.web.console.visit import Visit
from alerts.web.pages import MAIL_PAGE
from alerts.web.preferences import choices, fields
from crawler.model import AseanwatchError
from crawler.store.dangling import dangling_names
from crawler.store.schema import digests
from crawler.store.schema import subscriptions as table

WHOLE, PAST = 20_000_000, 60
ON_A_PAGE = 200
"""Subscriptions that are listed at once."""


def subscriptions(visit: Visit) -> Response:
    """All subscriptions, from config.yaml and added by people, in pages in the order of their names."""
    with visit.store.reading() as connection:
        names = store.names_after(connection, visit.settings, visit.one("after"))
        shown, left = names[:ON_A_PAGE], len(names) - ON_A_PAGE
        everyone = store.load_subscriptions(connection, visit.settings, unconfirmed=True, only=shown)
        states = {r.name: r for r in connection.execute(select(table).where(table.c.name.in_(shown)))}
        stored = [d for d in dangling_names(connection, visit.settings) if d.subscription]
        gone = store.load_opt_outs(connection, [k.subscription.name for k in everyone])
    rows = [
        (k, states.get(k.subscription.name), [a for a in store.active_recipients(k.subscription, gone) if k.subscription.to])
        for k in everyone
    ]
    rows.sort(key=lambda r: r[0].subscription.name)
    return visit.page(
        "subscriptions.html.j2",
        "subscriptions",
        title=visit.say.say("Subscriptions"),
        rows=rows,
        dangling=stored,
        left=left,
        last=shown[-1:],
    )


def subscription(visit: Visit) -> Response:
    """One subscription: its choices, its past digests; posted: pause, resume, end."""
    name = visit.request.path_params["name"]
    if visit.posted:
        return _changed(visit, name)
    with visit.store.reading() as connection:
        known = store.named(connection, visit.settings, name, unconfirmed=True)
        state = connection.execute(select(table).where(table.c.name == name)).first()
        past = latest_of(connection, name, PAST)
        readers = store.load_recipients(connection, known.subscription)
    values = fields(visit.settings, visit.language, known.subscription)
    return visit.page(
        "subscription.html.j2", "subscriptions", title=known.subscription.title or name, known=known, state=state, past=past, readers=readers,
        **values,
    )  # fmt: skip


def _changed(visit: Visit, name: str) -> Response:
    wish = visit.one("do")
    with visit.store.writing() as connection:
        known = store.named(connection, visit.settings, name, unconfirmed=True)
        if wish in ("pause", "resume"):
            store.set_paused(connection, name, paused=wish == "pause")
        elif wish == "save" and known.added:
            store.change(connection, visit.settings, name, choices(visit.form))
        elif wish == "remove" and known.added:
            store.remove(connection, visit.settings, name)
        elif wish == "test":
            put_test(connection, visit.settings, links_of(visit.settings, visit.store), known, None, visit.now)
        else:
            raise AseanwatchError(visit.say.say("This subscription stands in config.yaml; change it there."))
        visit.note(connection, f"subscription: {wish}", name)
    return visit.to("/console/subscriptions" if wish == "remove" else f"/console/subscriptions/{name}", visit.say.say("Done."))


def add(visit: Visit) -> Response:
    """Subscribe an address."""
    if not visit.posted:
        values = fields(visit.settings, visit.language, None)
        if visit.one("topic") in visit.settings.topics:
            values["chosen"]["topics"] = [visit.one("topic")]
        return visit.page("add_subscription.html.j2", "subscriptions", title=visit.say.say("Add a subscription"), **values)
    address = visit.one("address")
    if "@" not in address or len(address) > 200:
        raise AseanwatchError(visit.say.say("That is no mail address."))
    name = visit.one("name") or "".join(c if c.isalnum() else "-" for c in address.split("@")[0].lower()).strip("-")
    values = {
        **choices(visit.form),
        "name": name,
        "to": [address],
        "channel": visit.one("channel", "email"),
        "title": visit.one("title"),
    }
    with visit.store.writing() as connection:
        store.add(connection, visit.settings, values, visit.now)
        visit.note(connection, "subscription: add", name)
    return visit.to(f"/console/subscriptions/{name}", visit.say.say("Added. It is told what is new from now on."))


def preview(visit: Visit) -> Response:
    """The digest that a subscription would get now; nothing is sent or noted."""
    name = visit.request.path_params["name"]
    with visit.store.reading() as connection:
        one = store.named(connection, visit.settings, name, unconfirmed=True)
        digest = next_digest(connection, visit.settings, one, visit.now)
    if not digest.bases and not digest.stories:
        return visit.page("no_digest.html.j2", "subscriptions", title=name, name=name)
    return HTMLResponse(render(digest, most_bytes=WHOLE).html, headers=MAIL_PAGE)


def told(visit: Visit) -> Response:
    """A digest of the past, as it was."""
    with visit.store.reading() as connection:
        row = connection.execute(select(digests).where(digests.c.id == visit.number("number"))).first()
        if row is None:
            return visit.problem(visit.say.say("There is no such digest."), 404)
        body = bodies_of(connection, [row]).get(row.id)
    if body is None:
        return visit.problem(visit.say.say("This digest is no longer kept."), 404)
    digest = values_of(body.content)
    page = render(digest, most_bytes=WHOLE).html if digest is not None else body.html
    return HTMLResponse(page, headers=MAIL_PAGE)
