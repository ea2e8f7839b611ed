"""The API's part on who is told: subscriptions without addresses, and webhooks."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Query

from alerts.delivery import breaker
from alerts.identity import audit
from alerts.subscriptions import subscriptions
from alerts.web.api import models
from alerts.web.api.access import ApiAccess
from alerts.web.context import WebContext
from crawler.config.settings import Subscription


def add(app: FastAPI, web: WebContext, access: ApiAccess) -> None:
    """Add the endpoints."""
    writes = Depends(access.require_write)

    @app.get("/subscriptions", dependencies=[Depends(access.require_read)], tags=["service"])
    def list_subscriptions(
        cursor: Annotated[str, Query(max_length=200, description="`next` of the page before")] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    ) -> models.Page[models.SubscriptionState]:
        """The subscriptions, without addresses, in the order of their names."""
        with web.store.read() as connection:
            # By name and not by offset: pages have no gap or repeat while people sign up and leave.
            names = subscriptions.names_after(connection, web.settings, cursor)
            rows = subscriptions.load_subscriptions(connection, web.settings, only=names[:limit])
        following = names[limit - 1] if len(names) > limit else None
        return models.Page[models.SubscriptionState](
            items=[_state(k.subscription, paused=k.paused) for k in rows], next=following
        )

    @app.post("/subscriptions", tags=["service"], status_code=201)
    def add_subscription(draft: models.NewSubscription, actor: str = writes) -> models.SubscriptionState:
        """Add a subscription, to people or to a webhook; it is told what is new from now on."""
        with web.store.write() as connection:
            subscriptions.register(connection, web.settings, web.clock())
            made = subscriptions.add(connection, web.settings, draft.model_dump(), web.clock())
            audit.record(connection, actor, "subscription: add", made.name, web.clock())
        return _state(made, paused=False)

    @app.post("/subscriptions/{name}/{wish}", tags=["service"], status_code=204)
    def pause_subscription(name: str, wish: Literal["pause", "resume"], actor: str = writes) -> None:
        """Pause a subscription, or resume it."""
        with web.store.write() as connection:
            subscriptions.find_subscription(connection, web.settings, name)
            subscriptions.set_paused(connection, name, paused=wish == "pause")
            audit.record(connection, actor, f"subscription: {wish}", name, web.clock())

    @app.delete("/subscriptions/{name}", tags=["service"], status_code=204)
    def remove_subscription(name: str, actor: str = writes) -> None:
        """End a subscription that does not stand in config.yaml."""
        with web.store.write() as connection:
            subscriptions.remove(connection, web.settings, name)
            audit.record(connection, actor, "subscription: remove", name, web.clock())

    @app.get("/webhooks", dependencies=[Depends(access.require_read)], tags=["service"])
    def list_webhooks() -> models.Page[models.Webhook]:
        """The webhooks of the configuration; a subscription with one as its channel posts what is new there."""
        with web.store.read() as connection:
            everyone = subscriptions.load_subscriptions(connection, web.settings)
            down = {d.channel: d for d in breaker.states(connection)}
        names = [n for n, c in web.settings.delivery.channels.items() if c.type == "webhook"]
        return models.Page[models.Webhook](
            items=[
                models.Webhook(
                    name=n, subscriptions=[k.subscription.name for k in everyone if k.subscription.channel == n],
                    failing_since=down[n].since if n in down else None, error=down[n].error if n in down else None,
                )
                for n in names
            ]
        )  # fmt: skip


def _state(s: Subscription, *, paused: bool) -> models.SubscriptionState:
    return models.SubscriptionState(
        name=s.name, title=s.title, channel=s.channel, when=str(s.when), topics=list(s.topics),
        except_topics=list(s.except_topics), languages=list(s.languages), countries=list(s.countries), asean_wide=s.asean_wide, original_only=s.original_only,
        paused=paused, readers=len(s.to),
    )  # fmt: skip
