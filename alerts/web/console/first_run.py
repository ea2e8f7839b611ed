"""The guide of an empty console: source, topic, subscription, first message; and what happens until there is news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from alerts.operations import first_steps
from alerts.operations.first_steps import Beginning, FirstStep, StepAndState, StepState
from alerts.subscriptions.subscriptions import SubscriptionRecord, load_subscriptions
from alerts.web.console.request import ConsoleRequest
from crawler.config.settings import Subscription
from crawler.model import AseanwatchError
from crawler.store import overview
from crawler.store.overview import StoryFilter


class GuideStep(NamedTuple):
    """A step of the guide as it is shown: what it is for, what is there already, and where it is taken."""

    key: FirstStep
    state: StepState
    title: str
    about: str
    link: str
    label: str


def guide_of(request: ConsoleRequest) -> tuple[GuideStep, ...]:
    """The steps of the guide; none once all are done or skipped, and none for people who may change nothing."""
    if not request.first_steps:
        return ()
    return tuple(_shown(request, one) for one in request.first_steps)


def _shown(request: ConsoleRequest, one: StepAndState) -> GuideStep:
    gettext, settings = request.gettext, request.settings
    is_done = one.state is StepState.DONE
    sources = sum(s.enabled for s in settings.sources)
    watched = request.ngettext("%(num)s source is watched.", "%(num)s sources are watched.", sources)
    chosen = request.ngettext(
        "%(num)s topic is looked for.", "%(num)s topics are looked for.", len(settings.topics)
    )
    stored = _subscriptions(request)
    # The service enters those of config.yaml into the store when it starts; before, they have no page yet.
    subscribed = [*settings.subscriptions, *(r.subscription for r in stored if r.added)]
    first = f"/console/subscriptions/{stored[0].subscription.name}" if stored else ""
    parts = {
        FirstStep.SOURCE: (
            gettext("Add a source"),
            watched
            if is_done
            else gettext("Any address of a news site will do: its feeds are found, and you choose one."),
            "/console/sources" if is_done else "/console/sources/add",
            gettext("See the sources") if is_done else gettext("Add a source"),
        ),
        FirstStep.TOPIC: (
            gettext("Choose a topic"),
            chosen
            if is_done
            else gettext("A topic says in each language which words make an article news for you."),
            "/console/topics" if is_done else "/console/new-topic",
            gettext("See the topics") if is_done else gettext("Make a topic"),
        ),
        FirstStep.SUBSCRIPTION: (
            gettext("Say who is told"),
            _said_of(request, subscribed)
            if is_done
            else gettext("An address, its topics, and when: at once, or once a day at a fixed hour."),
            "/console/subscriptions/add",
            gettext("Add a subscription"),
        ),
        FirstStep.MESSAGE: (
            gettext("See the first mail"),
            gettext("A first message was made.")
            if is_done
            else gettext("See what would be sent now, and send it to yourself as a test."),
            first,
            gettext("Preview it"),
        ),
    }
    return GuideStep(one.step, one.state, *parts[one.step])


def _subscriptions(request: ConsoleRequest) -> Sequence[SubscriptionRecord]:
    with request.store.read() as connection:
        return load_subscriptions(connection, request.settings)


def _said_of(request: ConsoleRequest, subscribed: Sequence[Subscription]) -> str:
    """How many subscriptions there are; and whether they all end in a folder of this machine, as those of the first config.yaml do."""
    number = request.ngettext(
        "There is %(num)s subscription.", "There are %(num)s subscriptions.", len(subscribed)
    )
    channels = request.settings.delivery.channels
    if all(s.channel in channels and channels[s.channel].type in ("folder", "maildir") for s in subscribed):
        return f"{number} {request.gettext('They only fill a folder: nobody gets mail yet.')}"
    return number


def skip(request: ConsoleRequest) -> Response:
    """Skip one step of the guide, or all that are open."""
    if request.action == "all":
        chosen = list(FirstStep)
    else:
        chosen = [step for step in FirstStep if step == request.action]
    if not chosen:
        raise AseanwatchError(request.gettext("Nothing was chosen."))
    with request.store.write() as connection:
        first_steps.skip(connection, chosen)
        request.audit(connection, "first step: skip", request.action)
    return request.redirect("/console/")


def progress(request: ConsoleRequest) -> Response:
    """What happens now, for the page that waits for the first news; once there is some, the browser loads the page anew."""
    with request.store.read() as connection:
        has_news = bool(overview.page(connection, StoryFilter(), limit=1).rows)
    answer = request.page("beginning.html.j2", "today", title="", beginning=beginning_of(request))
    if has_news:
        answer.headers["HX-Refresh"] = "true"
    return answer


def beginning_of(request: ConsoleRequest) -> Beginning:
    """What happens before there is any story."""
    with request.store.read() as connection:
        return first_steps.beginning_of(connection, request.settings, request.now)
