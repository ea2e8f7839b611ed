"""A hub pushes what is new: subscribed to as the Recommendation says, believed only where it is proved, and not relied on beyond that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from alerts.identity.keys import signing_keys
from alerts.service.planner import Planner
from alerts.web.bounds import LONGEST_PUSH
from crawler.config.settings import Settings, Source
from crawler.crawl import Crawling
from crawler.polling import hubs
from crawler.polling.state import SourceState
from crawler.store import Store, websub
from crawler.store.schema import articles, entries
from crawler.store.sources import load_states
from crawler.store.websub import ACTIVE, DENIED, LEAVING, REQUESTED, HubSubscription
from crawler.tasks.engine import Parts
from tests.alerts.web.web_client import Browser, serving
from tests.builders import NOON, new_store, settings, shipped_judge
from tests.hub import Hub
from tests.ingesting import Asked
from tests.reactor import in_reactor
from tests.sessions import BY_SESSION, BY_TOKEN, let_in

FIRST = "China and Laos open a rail link"
NEW = "China and Vietnam sign a port agreement"
MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """A desk with one source, whose hub can call its pages."""

    hub: Hub
    store: Store
    settings: Settings
    pages: Browser | None = None
    now: datetime = NOON

    def clock(self) -> datetime:
        return self.now

    @property
    def source(self) -> Source:
        return self.settings.sources[0]

    def poll(self) -> None:
        """Ask the source."""
        in_reactor(self._crawl(asks=True))

    def take_in(self) -> None:
        """Take in what was pushed."""
        in_reactor(self._crawl(asks=False))

    async def _crawl(self, *, asks: bool) -> None:
        judge = shipped_judge()
        async with Crawling(self.settings, self.store, self.clock, parts=Parts(judge=judge)) as crawling:
            if asks:
                crawling.poll(self.source)
            else:
                await crawling.poll_requested(self.settings.sources)
            await crawling.asked_all()

    def look(self, later: timedelta = timedelta(0)) -> None:
        """Have hubs asked for what is due."""
        self.now += later
        planner = Planner(self.settings, self.store, self.clock, Asked())
        in_reactor(planner.subscribe_at_hubs())

    def subscriptions(self) -> list[HubSubscription]:
        with self.store.read() as connection:
            return websub.subscriptions(connection)

    @property
    def one(self) -> HubSubscription:
        (found,) = self.subscriptions()
        return found

    @property
    def state(self) -> SourceState:
        with self.store.read() as connection:
            return load_states(connection)["outlet"]

    def titles(self) -> list[str]:
        with self.store.read() as connection:
            return list(connection.scalars(select(entries.c.title).order_by(entries.c.id)))

    def subscribed(self) -> World:
        """The source was asked, and its hub has confirmed the subscription."""
        self.hub.items = [FIRST]
        self.poll()
        self.look()
        assert self.one.status == ACTIVE
        return self


@contextmanager
def world_of(folder: Path, **crawl: object) -> Iterator[World]:
    store = new_store(folder)
    with Hub() as hub:
        own = settings()
        source = Source.model_validate({"name": "outlet", "url": f"{hub.address}/feed", "pages": "never"})
        limits = {"allow_private": ("127.0.0.1",), "websub": True} | crawl
        own = own.model_copy(update={"sources": (source,), "crawl": own.crawl.model_copy(update=limits)})
        made = World(hub, store, own)
        with serving(own, store, made.clock) as pages:
            made.pages = pages
            url = f"http://127.0.0.1:{pages.port}"
            made.settings = own.model_copy(
                update={"delivery": own.delivery.model_copy(update={"public_url": url})}
            )
            yield made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with world_of(tmp_path) as made:
        yield made


def test_what_a_hub_pushes_is_taken_in_once_without_asking_the_feed(world: World) -> None:
    world.subscribed()
    usual = world.state.due
    assert usual is not None
    assert world.one.lease_until == NOON + hubs.LEASE, "no longer than we asked for, whatever the hub says"
    assert world.hub.asked[0]["hub.topic"] == f"{world.hub.address}/feed"
    world.now += MINUTE
    assert [t.status for t in world.hub.push(world.hub.feed(NEW))] == [202]
    world.take_in()
    assert (world.titles(), world.hub.polls) == ([FIRST, NEW], 1)
    state = world.state
    assert state.pushed_until == NOON + hubs.LEASE
    assert state.due is not None
    assert state.due > usual, "while pushes work, polls are rarer"
    # The same once more, and an older one: nothing comes twice, and nothing is asked.
    for body in (world.hub.feed(NEW), world.hub.feed(FIRST)):
        world.hub.push(body)
        world.take_in()
    world.take_in()
    assert (world.titles(), world.hub.polls) == ([FIRST, NEW], 1)
    with world.store.read() as connection:
        assert connection.scalars(select(func.count()).select_from(articles)).one() == 2
    assert (world.one.pushes, world.one.refused) == (3, 0)


def test_several_pushes_at_once_are_all_taken_in(world: World) -> None:
    world.subscribed()
    titles = [f"{NEW} ({n})" for n in range(websub.MOST_WAITING + 3)]
    world.hub.items = [FIRST, *titles]
    for title in titles:
        world.hub.push(world.hub.feed(title))
    world.take_in()
    assert sorted(world.titles()) == sorted([FIRST, *titles])
    assert world.hub.polls == 2, "of more pushes than are kept, the feed itself is asked, once"


def test_a_push_that_comes_again_is_no_sign_of_life(world: World) -> None:
    world.subscribed()
    old = world.hub.feed(NEW)
    world.hub.push(old)
    world.take_in()
    due = world.state.due
    assert due is not None
    # Somebody sends it each hour, and the hub tells nothing more.
    world.hub.items = ["China and Thailand open a data centre", NEW, FIRST]
    while world.now < due:
        world.now += timedelta(hours=1)
        assert [t.status for t in world.hub.push(old)] == [202]
        world.take_in()
        assert (world.state.pushed, world.state.due, world.hub.polls) == (NOON, due, 1)
    world.poll()
    assert len(world.titles()) == 3
    assert world.state.pushed_until is None


def test_a_push_that_was_taken_up_by_a_process_that_died_is_taken_in_by_the_next_one(world: World) -> None:
    world.subscribed().hub.push(world.hub.feed(NEW))
    with world.store.write() as connection:
        assert websub.claim_pushes(connection, world.now) == {"outlet"}
        # Another worker leaves it to that one for a while.
        world.now += timedelta(seconds=1)
        assert websub.claim_pushes(connection, world.now) == set()
    world.take_in()
    assert (world.titles(), world.hub.polls) == ([FIRST, NEW], 1)


def test_what_comes_after_the_lease_is_believed_and_not_relied_on(world: World) -> None:
    world.subscribed()
    world.now += hubs.LEASE + MINUTE
    world.hub.push(world.hub.feed(NEW))
    world.take_in()
    assert (world.titles(), world.hub.polls) == ([FIRST, NEW], 1)
    until = world.state.pushed_until
    assert until is None or until <= world.now


INNER = [
    "http://169.254.169.254/hub",
    "http://10.0.0.7/hub",
    "http://[::ffff:10.0.0.7]/hub",
    "http://localhost:9/hub",
]


@pytest.mark.parametrize("inner", INNER)
def test_no_hub_within_the_network_is_asked(world: World, inner: str) -> None:
    world.hub.first, world.hub.items = [inner], [FIRST]
    world.poll()
    world.look()
    world.look(hubs.FIRST_WAIT)
    found = {one.hub: one for one in world.subscriptions()}
    assert found[f"{world.hub.address}/hub"].status == ACTIVE
    assert inner not in found or (found[inner].status == REQUESTED and found[inner].problem)


def test_a_forged_push_is_ignored_and_answered_all_the_same(world: World) -> None:
    world.subscribed()
    forged = [
        {"secret": "guessed"}, {"method": "sha1", "secret": "guessed"}, {"signature": "sha256="}, {"signature": "md5=00"},
        {"signature": "sha256=ü"}, {"signature": "="}, {"signature": "none"},
    ]  # fmt: skip
    for signed in forged:
        assert [t.status for t in world.hub.push(world.hub.feed(NEW), **signed)] == [202], signed  # type: ignore[arg-type]
        with world.store.read() as connection:
            assert not websub.any_push(connection, world.now + MINUTE), signed
    world.take_in()
    assert (world.titles(), world.hub.polls) == ([FIRST], 1)
    assert (world.one.pushes, world.one.refused) == (0, len(forged))
    assert world.state.pushed_until is None


def test_strong_signatures_are_believed(world: World) -> None:
    world.subscribed()
    for method in hubs.TRUSTED:
        world.hub.push(world.hub.feed(f"{NEW} {method}"), method)
    world.take_in()
    assert (len(world.titles()), world.hub.polls) == (1 + len(hubs.TRUSTED), 1)


def test_what_cannot_be_believed_or_read_only_has_the_feed_asked(world: World) -> None:
    world.subscribed()
    told = world.hub.feed("What was pushed")
    pushed = [
        ("sha1", told), ("", told), ("", b""), ("sha256", b""), ("sha256", b"no feed at all"),
        ("sha256", told + b" " * LONGEST_PUSH),
    ]  # fmt: skip
    for count, (method, body) in enumerate(pushed, 1):
        world.now += MINUTE
        world.hub.items = [f"{NEW} ({count})", *world.hub.items]
        # A server that has answered need not read what is too large to the end.
        assert [t.status for t in world.hub.push(body, method)] in ([202], [0]), method
        world.take_in()
        assert (len(world.titles()), world.hub.polls) == (1 + count, 1 + count), (method, body[:20])
    assert "What was pushed" not in world.titles()


def test_a_hub_cannot_have_a_feed_asked_more_than_once_a_minute(world: World) -> None:
    world.subscribed()
    for _ in range(5):
        world.hub.push(b"", "")
        world.take_in()
    assert world.hub.polls == 2
    world.now += MINUTE
    world.take_in()
    assert world.hub.polls == 3, "what was put off is not forgotten"
    world.now += MINUTE
    world.take_in()
    assert world.hub.polls == 3


def test_only_what_we_asked_for_is_confirmed(world: World) -> None:
    world.hub.items = [FIRST]
    world.poll()
    wrong = [
        {"hub.topic": "http://other.example/feed"}, {"hub.mode": "unsubscribe"}, {"hub.mode": "publish"}, {"hub.challenge": ""},
        {"hub.lease_seconds": "0"}, {"hub.lease_seconds": "299"}, {"hub.lease_seconds": "-1"}, {"hub.lease_seconds": "a while"},
        {"hub.lease_seconds": "٣٠٠٠"}, {"hub.lease_seconds": ""},
    ]  # fmt: skip
    for asked in wrong:
        world.hub.verifies = asked
        world.look(hubs.LONGEST_WAIT)
        assert world.hub.told.pop().status == 404, asked
        assert (world.one.status, world.hub.subscribers) == (REQUESTED, {}), asked
    # It is asked again, and a hub that is right then is subscribed to.
    world.hub.verifies = {}
    world.look(hubs.LONGEST_WAIT)
    assert world.one.status == ACTIVE


def test_a_lease_of_ages_is_none_of_ages(world: World) -> None:
    world.hub.lease = "9" * 400
    assert world.subscribed().one.lease_until == NOON + hubs.LEASE


def test_nobody_else_is_answered(world: World) -> None:
    world.subscribed()
    callback = next(iter(world.hub.subscribers))
    query = {
        "hub.mode": "subscribe",
        "hub.topic": world.one.topic,
        "hub.challenge": "x",
        "hub.lease_seconds": "3600",
    }
    base, _, token = callback.rpartition("/")
    name = token.partition(".")[0]
    for guess in (name, f"{name}.{'0' * 32}", token[:-1], token + "0", "x", "%C3%BC" * 65, "." * 65):
        assert world.hub.call(f"{base}/{guess}", **query).status == 404, guess
    assert world.hub.call(callback, **query).status == 200


def test_nothing_secret_is_stored(world: World) -> None:
    world.subscribed().hub.push(world.hub.feed(NEW))
    callback, one = next(iter(world.hub.subscribers.items()))
    assert one.secret
    with world.store.read() as connection:
        rows = str(list(connection.execute(text("SELECT * FROM websub_subscriptions")))) + str(
            list(connection.execute(text("SELECT * FROM websub_pushes")))
        )
    key = signing_keys(world.settings, world.store)[0]
    assert hubs.keys_of(world.one.callback, key).secret == one.secret
    assert not [s for s in (one.secret, callback.rpartition("/")[2], key) if s in rows]


def test_a_hub_that_denies_is_asked_again_a_day_later(world: World) -> None:
    world.subscribed()
    callback = next(iter(world.hub.subscribers))
    told = world.hub.call(
        callback, **{"hub.mode": "denied", "hub.topic": world.one.topic, "hub.reason": "too\nmany" * 99}
    )
    assert told.status == 200
    one = world.one
    assert (one.status, one.lease_until) == (DENIED, None)
    assert one.problem is not None
    assert one.problem.isprintable()
    world.look(timedelta(hours=23))
    assert world.one.status == DENIED
    world.look(timedelta(hours=1))
    assert world.one.status == ACTIVE


def test_a_lease_is_renewed_before_its_end_and_again_where_the_hub_is_down(world: World) -> None:
    world.subscribed()
    world.look(hubs.LEASE * hubs.RENEW_AT - MINUTE)
    assert len(world.hub.asked) == 1
    world.hub.status = 503
    world.look(MINUTE)
    assert (world.one.status, len(world.hub.asked)) == (ACTIVE, 2)
    assert "503" in (world.one.problem or "")
    # While the lease lasts, what the hub pushes counts.
    world.hub.push(world.hub.feed(NEW))
    world.take_in()
    assert NEW in world.titles()
    waits = []
    while (at := world.one.next) < (world.one.lease_until or NOON):
        waits.append(at - world.now)
        world.look(at - world.now)
    assert waits == sorted(waits)
    assert waits[-1] <= hubs.LONGEST_WAIT
    world.look(hubs.LONGEST_WAIT)
    assert world.one.status == REQUESTED
    world.hub.status = 202
    world.look(hubs.LONGEST_WAIT)
    assert (world.one.status, world.one.problem) == (ACTIVE, None)
    assert len(world.hub.subscribers) == 1, "it is renewed under the same address"


def test_a_redirect_does_not_lead_inside(world: World) -> None:
    world.hub.items = [FIRST]
    world.poll()
    for inside in (
        "http://10.0.0.7/",
        "http://169.254.169.254/x",
        "http://localhost:1/",
        "file:///etc/passwd",
    ):
        world.hub.redirect = inside
        world.look(hubs.LONGEST_WAIT)
        assert (world.one.status, world.hub.asked) == (REQUESTED, []), inside
        assert world.one.problem, inside
    # A hub that has moved says so in the same way (section 5.1).
    world.hub.redirect = f"{world.hub.address}/moved"
    world.look(hubs.LONGEST_WAIT)
    assert world.one.status == ACTIVE


def test_a_hub_is_left_when_its_feed_names_another_or_is_asked_no_more(world: World) -> None:
    world.subscribed()
    first = world.one.callback
    with world.store.write() as connection:
        websub.change_subscription(connection, first, topic=f"{world.hub.address}/old")
    for one in world.hub.subscribers.values():
        one.topic = f"{world.hub.address}/old"
    world.look()
    assert world.one.callback != first
    assert (world.one.status, len(world.hub.subscribers)) == (ACTIVE, 1)
    gone = world.settings.sources[0].model_copy(update={"enabled": False})
    world.settings = world.settings.model_copy(update={"sources": (gone,)})
    world.hub.verifies = {"hub.topic": "http://other.example/"}
    world.look()
    assert world.one.status == LEAVING, "it is over when the hub says so"
    assert [t.status for t in world.hub.push(world.hub.feed(NEW))] == [410]
    world.hub.verifies = {}
    world.look(hubs.LONGEST_WAIT)
    assert (world.subscriptions(), world.hub.subscribers) == ([], {})


FAILING: dict[str, Callable[[Hub], object]] = {
    "down": lambda hub: setattr(hub, "status", 503),
    "not found": lambda hub: setattr(hub, "status", 404),
    "silent": lambda hub: setattr(hub, "status", 200),
    "confused": lambda hub: hub.verifies.update({"hub.topic": "http://other.example/"}),
    "no lease that pays": lambda hub: setattr(hub, "lease", "60"),
    "inside": lambda hub: setattr(hub, "redirect", "http://169.254.169.254/x"),
    "gone": lambda hub: hub.__exit__(None, None, None),
}
"""What a hub does that cannot be subscribed to."""


@pytest.mark.parametrize("fails", FAILING)
def test_where_the_first_hub_fails_the_next_is_asked(world: World, fails: str) -> None:
    with Hub() as first:
        world.hub.first, world.hub.items = [f"{first.address}/hub"], [FIRST]
        FAILING[fails](first)
        world.poll()
        world.look()
        world.look(hubs.FIRST_WAIT)
        assert {one.hub: one.status for one in world.subscriptions()} == {
            f"{first.address}/hub": REQUESTED,
            f"{world.hub.address}/hub": ACTIVE,
        }
        world.hub.push(world.hub.feed(NEW))
        world.take_in()
        assert (world.titles(), world.hub.polls) == ([FIRST, NEW], 1)
        with world.store.read() as connection:
            assert websub.latest_by_source(connection)["outlet"].status == ACTIVE


def test_once_the_first_hub_works_the_next_is_left(world: World) -> None:
    with Hub() as first:
        world.hub.first, world.hub.items = [f"{first.address}/hub"], [FIRST]
        first.status = 503
        world.poll()
        world.look()
        world.look()
        asked = len(first.asked)
        assert len(world.hub.subscribers) == 1
        world.look(MINUTE)
        assert len(first.asked) == asked, "a hub that fails is asked at growing intervals, as ever"
        # The second one keeps what it has promised, whatever becomes of its renewals.
        world.hub.status = 503
        world.look(hubs.LEASE * hubs.RENEW_AT)
        assert {one.status for one in world.subscriptions()} == {REQUESTED, ACTIVE}
        first.status = world.hub.status = 202
        for _ in range(3):
            world.look(hubs.LONGEST_WAIT)
        assert [(one.hub, one.status) for one in world.subscriptions()] == [(f"{first.address}/hub", ACTIVE)]
        assert (len(first.subscribers), world.hub.subscribers) == (1, {})


def test_a_hub_that_denies_gives_way_to_the_next_until_it_takes_it_back(world: World) -> None:
    with Hub() as first:
        world.hub.first, world.hub.items = [f"{first.address}/hub"], [FIRST]
        world.poll()
        world.look()
        (callback,) = first.subscribers
        first.call(callback, **{"hub.mode": "denied", "hub.topic": world.one.topic})
        world.look()
        assert sorted(one.status for one in world.subscriptions()) == [ACTIVE, DENIED]
        for _ in range(3):
            world.look(hubs.DENIED_FOR)
        assert world.one.hub == f"{first.address}/hub"
        assert (world.one.status, world.hub.subscribers) == (ACTIVE, {})


def test_a_hub_that_went_silent_is_found_out_and_the_feed_is_asked_as_before(world: World) -> None:
    world.subscribed()
    world.hub.push(world.hub.feed(NEW))
    world.take_in()
    rare = (world.state.due or NOON) - world.now
    # The feed has something that was published long ago, and the hub said nothing.
    world.now += rare
    world.hub.items = ["China and Thailand open a data centre", NEW, FIRST]
    world.poll()
    assert world.state.pushed_until is None
    assert (world.state.due or NOON) - world.now < rare
    # What it pushes from then on counts again.
    world.hub.push(world.hub.feed("China and Brunei open a port"))
    world.take_in()
    assert world.state.pushed_until is not None


def test_no_hub_is_asked_unless_the_operator_wants_it(tmp_path: Path) -> None:
    with world_of(tmp_path, websub=False) as world:
        world.hub.items = [FIRST]
        world.poll()
        world.look()
        assert (world.subscriptions(), world.hub.asked) == ([], [])
        # Turned off again, hubs are left.
        limits = world.settings.crawl.model_copy(update={"websub": True})
        off, world.settings = world.settings, world.settings.model_copy(update={"crawl": limits})
        world.look()
        assert world.one.status == ACTIVE
        world.settings = off
        world.look()
        assert (world.subscriptions(), world.hub.subscribers) == ([], {})


def test_how_a_hub_stands_is_shown(world: World) -> None:
    world.subscribed().hub.push(world.hub.feed(NEW), secret="guessed")
    world.hub.push(world.hub.feed(NEW))
    assert world.pages is not None
    let_in(world.store, world.now)
    for status, said in (
        (ACTIVE, "pushes what is new"),
        (DENIED, "refuses"),
        (LEAVING, "nothing more"),
        (REQUESTED, "confirmed"),
    ):
        with world.store.write() as connection:
            websub.change_subscription(connection, world.one.callback, status=status, problem="<b>")
        page = world.pages.get("/console/sources/outlet", **BY_SESSION)
        assert (page.status, said in page.text) == (200, True), page.text
        assert "<b>" not in page.text
        metrics = world.pages.get("/metrics", **BY_TOKEN)
        assert f'aseanwatch_websub_subscriptions{{status="{status}"}} 1.0' in metrics.text
