"""The API's part on who is told: subscriptions without addresses, and webhooks."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Query

from alerts.delivery import breaker
from alerts.identity import audit
from alerts.operations.live_config import Live
from alerts.subscriptions import subscriptions
from alerts.web.api import models
from alerts.web.api.access import Access
from crawler.config.settings import Subscription
from crawler.store import Store


def add(app: FastAPI, live: Live, store: Store, access: Access) -> None:
    """Add the endpoints."""
    writes = Depends(access.writes)

    @app.get("/subscriptions", dependencies=[Depends(access.reads)], tags=["service"])
    def list_subscriptions(
        cursor: Annotated[str, Query(max_length=200, description="`next` of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    ) -> models.Page[models.SubscriptionState]:
        """The subscriptions, without addresses, in the order of their names."""
        with store.reading() as connection:
            names = subscriptions.names_after(connection, live.settings, cursor)
            rows = subscriptions.load_subscriptions(connection, live.settings, only=names[:limit])
        following = names[limit - 1] if len(names) > limit else None
        return models.Page[models.SubscriptionState](items=[_state(k.subscription, paused=k.paused) for k in rows], next=following)

    @app.post("/subscriptions", tags=["service"], status_code=201)
    def add_subscription(draft: models.NewSubscription, actor: str = writes) -> models.SubscriptionState:
        """Add a subscription, to people or to a webhook; it is told what is new from now on."""
        with store.writing() as connection:
            subscriptions.register(connection, live.settings, access.clock())
            made = subscriptions.add(connection, live.settings, draft.model_dump(), access.clock())
            audit.note(connection, actor, "subscription: add", made.name, access.clock())
        return _state(made, paused=False)

    @app.post("/subscriptions/{name}/{wish}", tags=["service"], status_code=204)
    def pause_subscription(name: str, wish: Literal["pause", "resume"], actor: str = writes) -> None:
        """Pause a subscription, or resume it."""
        with store.writing() as connection:
            subscriptions.named(connection, live.settings, name)
            subscriptions.set_paused(connection, name, paused=wish == "pause")
            audit.note(connection, actor, f"subscription: {wish}", name, access.clock())

    @app.delete("/subscriptions/{name}", tags=["service"], status_code=204)
    def remove_subscription(name: str, actor: str = writes) -> None:
        """End a subscription that does not stand in config.yaml."""
        with store.writing() as connection:
            subscriptions.remove(connection, live.settings, name)
            audit.note(connection, actor, "subscription: remove", name, access.clock())

    @app.get("/webhooks", dependencies=[Depends(access.reads)], tags=["service"])
    def list_webhooks() -> models.Page[models.Webhook]:
        """The webhooks of the configuration; a subscription with one as its channel posts what is new there."""
        with store.reading() as connection:
            everyone = subscriptions.load_subscriptions(connection, live.settings)
            down = {d["channel"]: d for d in breaker.states(connection)}
        names = [n for n, c in live.settings.delivery.channels.items() if c.type == "webhook"]
        return models.Page[models.Webhook](
            items=[
                models.Webhook(
                    name=n, subscriptions=[k.subscription.name for k in everyone if k.subscription.channel == n],
                    failing_since=down.get(n, {}).get("since"), error=down.get(n, {}).get("error"),
                )
                for n in names
            ]
        )  # fmt: skip


def _state(s: Subscription, *, paused: bool) -> models.SubscriptionState:
    return models.SubscriptionState(
        name=s.name, title=s.title, channel=s.channel, when=str(s.when), topics=list(s.topics), languages=list(s.languages),
        countries=list(s.countries), paused=paused, readers=len(s.to),
    )  # fmt: skip
