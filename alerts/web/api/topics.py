"""The API's part on topics: what they are, what a change would do, and the change itself."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query

from alerts.identity import audit
from alerts.operations import tuning
from alerts.operations.objections import objections
from alerts.web.api import models
from alerts.web.api.access import ApiAccess
from alerts.web.context import WebContext
from crawler.config.loading import ConfigError
from crawler.config.settings import Settings, TopicSetting
from crawler.judging.judge import Judge
from crawler.model import AseanwatchError

ForceQuery = Annotated[bool, Query(description="do it although something speaks against it")]
LONGEST_WAIT = 5.0
"""Seconds for which it is waited that the running service takes a change over."""
NOT_IN_FORCE = "the configuration is wrong elsewhere, so that what it said before stays in force; `aseanwatch check` names what"


def add(app: FastAPI, web: WebContext, access: ApiAccess) -> None:
    """Add the endpoints."""
    writes = Depends(access.require_write)

    @app.get("/topics", dependencies=[Depends(access.require_read)], tags=["topics"])
    def list_topics() -> models.Page[models.Topic]:
        """The topics of the configuration."""
        return models.Page[models.Topic](items=[_topic(n, t) for n, t in web.settings.topics.items()])

    @app.post("/topics/{name}/try", dependencies=[Depends(access.require_read)], tags=["topics"])
    def try_topic(name: str, draft: models.TopicDraft) -> models.Tried:
        """What a topic would gain and lose; nothing is changed."""
        made = _drafted(web, name, _written(web, name, draft))
        change, tried = tuning.try_quickly(
            web.store, Judge(web.settings.rules()), Judge(made.settings.rules()), name
        )
        with web.store.read() as connection:
            against = objections(connection, web.settings, made.settings, "topics", name)
        return models.Tried(
            tried=tried, proves=tried > 0, against=[models.Against(kind=o.kind, text=o.text) for o in against], articles_before=change.before, articles_after=change.after, stories_before=len(change.events_before),
            stories_after=len(change.events_after), gained=[p.id for p in change.gained], lost=[p.id for p in change.lost],
            warnings=tuning.doubts(made.settings, "topics", name),
        )  # fmt: skip

    @app.put("/topics/{name}", tags=["topics"])
    def put_topic(
        name: str, draft: models.TopicDraft, force: ForceQuery = False, actor: str = writes
    ) -> models.Applied:
        """Write a topic into the configuration; its examples stay.

        A title that is one text is the English one; titles in other languages stay, too.
        Refused (409) where examples fail or pinned stories would be lost, unless `force` is true. `taken_over` says whether
        the running service works by it already; null where this process is not the service.
        """
        values = _written(web, name, draft)
        made = _drafted(web, name, values)
        if not force:
            # Before the transaction: judging examples takes
            # seconds, and the writer lock is not held meanwhile.
            _refuse(web, made.settings, name)
        with web.store.write() as connection:
            now = web.clock()
            tuning.apply(connection, web.live, "topics", name, values, actor, now)
            audit.record(connection, actor, "topic: apply", name, now, query=draft.query)
        taken = web.live.is_taken_over(LONGEST_WAIT)
        problem = None if web.live.problem is None else NOT_IN_FORCE
        return models.Applied(
            **_topic(name, made.settings.topics[name]).model_dump(),
            taken_over=taken,
            problem=problem,
            warnings=tuning.doubts(made.settings, "topics", name),
        )

    @app.delete("/topics/{name}", tags=["topics"], status_code=204)
    def delete_topic(name: str, force: ForceQuery = False, actor: str = writes) -> None:
        """Take a topic out. Refused (409) where a subscription names it or a pinned story would be lost, unless `force` is true."""
        settings = web.settings
        if name not in settings.topics:
            raise HTTPException(404, f"there is no topic {name}")
        if not force:
            left = {n: t for n, t in settings.topics.items() if n != name}
            _refuse(web, settings.model_copy(update={"topics": left}), name)
        with web.store.write() as connection:
            now = web.clock()
            tuning.apply(connection, web.live, "topics", name, None, actor, now)
            audit.record(connection, actor, "topic: delete", name, now)


def _written(web: WebContext, name: str, draft: models.TopicDraft) -> dict[str, Any]:
    """A draft as config.yaml has it, with the examples that the topic has, and its titles in languages that the draft lacks."""
    present = web.settings.topics.get(name)
    examples = present.examples.model_dump(mode="json", exclude_defaults=True) if present is not None else {}
    written = draft.model_dump(exclude_defaults=True) | {"query": draft.query}
    if present is not None and isinstance(draft.title, str) and draft.title and set(present.title) > {"en"}:
        # Programs that know one title only must not lose the others.
        written["title"] = {**present.title, "en": draft.title}
    return written | ({"examples": examples} if examples else {})


def _drafted(web: WebContext, name: str, values: dict[str, Any]) -> tuning.Draft:
    """A topic put into the configuration. What is wrong elsewhere in the file is the operator's to read, not a token's."""
    try:
        return tuning.draft(web.live, "topics", name, values)
    except ConfigError as error:
        own, others = tuning.problems_of(error, "topics", name)
        more = (
            [f"{others} more in other parts of the configuration; `aseanwatch check` names them"]
            if others
            else []
        )
        raise AseanwatchError("\n".join([*own, *more])) from None


def _refuse(web: WebContext, after: Settings, name: str) -> None:
    """Answer 409 where something speaks against a change of a topic."""
    with web.store.read() as connection:
        found = objections(connection, web.settings, after, "topics", name)
    if found:
        objections_text = "; ".join(f"{o.kind}: {o.text}" for o in found)
        raise HTTPException(
            409,
            f"nothing was changed, this speaks against it: {objections_text}. Do it all the same: force=true",
        )


def _topic(name: str, t: TopicSetting) -> models.Topic:
    return models.Topic(
        name=name,
        title=t.model_dump(mode="json")["title"],
        query=t.query,
        threshold=t.threshold,
        alert=t.alert,
        only_relevant=t.only_relevant,
        if_best=t.if_best,
    )
