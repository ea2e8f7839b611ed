"""What is asked about: what is new and relevant, what is about to be told first, and of each story only what may be sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from alerts.assist import queue
from alerts.assist.filling import PORTION, Filled, Filler
from alerts.assist.overview import overview_of
from alerts.assist.queue import CURSOR, begin_again, waiting_reports
from alerts.subscriptions.subscriptions import register
from crawler.assist import assistants
from crawler.assist.model import AssistError, BriefRequest, Statement, Task, TranslationRequest
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store import assist as kept
from crawler.store.assist import answers_of_stories, translation_key
from crawler.store.cursors import get_cursor
from crawler.store.schema import alerts, article_versions, articles
from tests.assisting import Scripted, SimulatedClock, asked_of, assisted, believe, install
from tests.builders import NOON, keep, later, new_store

LAO = "ທາງລົດໄຟ ລາວ-ຈີນ ສົ່ງເສີມການຄ້າ ຄັ້ງທີ {}"
"""A headline of its own for each number: the Laos-China railway promotes trade."""


class Room:
    """A store with news, and an assistant that reads it; ``langs`` is the language of its sources."""

    langs: str | None = None

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scripted, self.clock = Scripted(), SimulatedClock(later(hours=1))
        install(monkeypatch, scripted=self.scripted)
        believe(monkeypatch)
        self.store: Store = new_store(folder)
        self.use()

    def use(self, *subscriptions: dict[str, Any], **assist: Any) -> None:
        self.settings = self.own(*subscriptions, **assist)
        self.filler = Filler(self.settings, self.store, asked_of(self.settings), self.clock)

    def own(self, *subscriptions: dict[str, Any], **assist: Any) -> Settings:
        made = assisted(*subscriptions, **assist)
        sources = tuple(s.model_copy(update={"lang": self.langs}) for s in made.sources)
        return made.model_copy(update={"sources": sources})

    def news(self, number: int, **more: Any) -> Any:
        seen = more.pop("seen", NOON + timedelta(seconds=number))
        title = more.pop("title", LAO.format(number))
        more.pop("lang", None)
        return keep(self.store, title, **{"first_seen": seen, "published": seen, **more})

    @property
    def titles(self) -> list[str]:
        """The passages that were sent to be translated, in order."""
        return [text for texts in self.scripted.texts for text in texts]

    def cursor(self) -> int:
        with self.store.read() as connection:
            return get_cursor(connection, CURSOR)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, monkeypatch)


def briefs(room: Room) -> list[BriefRequest]:
    return [r for r in room.scripted.asked if isinstance(r, BriefRequest)]


def test_the_newest_is_read_first_and_what_is_about_to_be_told_before_it(room: Room) -> None:
    room.use(batch=1, tasks=["translate"])
    stored = [room.news(n) for n in range(1, 6)]
    assert all(s.story for s in stored)
    with room.store.write() as connection:
        connection.execute(
            insert(alerts).values(
                subscription="desk", about="story:1", kind="story", story_id=stored[1].story,
                article_id=stored[1].article, topics=[], at=NOON,
            )
        )  # fmt: skip
    done = room.filler.fill()
    told = [stored[1].story]
    expected = sorted(stored, key=lambda s: (s.story not in told, -s.article))
    order = [LAO.format(stored.index(s) + 1) for s in expected]
    assert [t for t in room.titles if t in order] == order
    assert done.answered == {"translate": len(room.titles)} and done.waiting == 0 and done.blocked is None
    assert room.cursor() >= stored[-1].article
    # Nothing is asked again, by the same process or another one.
    count = len(room.scripted.asked)
    room.clock.go(seconds=1)
    room.filler.fill()
    room.use(tasks=["translate"])
    assert room.filler.fill().answered == {} and len(room.scripted.asked) == count


def test_a_portion_at_a_time_and_what_came_meanwhile_before_the_rest(room: Room) -> None:
    room.use(tasks=["translate"])
    for n in range(1, PORTION + 4):
        room.news(n)
    first = room.filler.look()
    assert first.waiting == 3
    assert room.cursor() == 0, "what is left of older ones is behind the cursor of another process"
    room.news(99)
    room.filler.look()
    assert room.titles.index(LAO.format(99)) < room.titles.index(LAO.format(1))
    with room.store.read() as connection:
        assert waiting_reports(connection, room.settings.assist.fresh, room.clock()) == 0


def test_old_irrelevant_and_forbidden_news_is_not_sent(room: Room) -> None:
    room.use(tasks=["translate"], fresh="1d")
    room.news(1, source="licensed")
    room.news(2, published=NOON - timedelta(days=3))
    room.news(3, seen=NOON - timedelta(days=2))
    room.news(4, seed=True)
    room.news(5, title="ຜູ້ຊະນະການແຂ່ງຂັນບານເຕະ", text="ບານເຕະ")
    room.news(6)
    room.news(7, source="no longer configured")
    room.filler.fill()
    assert LAO.format(6) in room.titles
    assert not {LAO.format(n) for n in (1, 2, 3, 4, 7)} & set(room.titles)
    assert {s for row in requests(room) for s in row["sources"]} == {"outlet"}


def requests(room: Room) -> list[Any]:
    with room.store.read() as connection:
        return kept.requests_of(connection, None, 100)


def test_languages_are_those_of_subscriptions_that_want_them(room: Room) -> None:
    subscriptions = (
        {"name": "a", "language": "vi"},
        {"name": "b", "language": "th", "original_only": True},
        {"name": "c", "language": "en", "original_only": True},
    )
    room.use(*subscriptions, languages=[], tasks=["translate"])
    with room.store.write() as connection:
        register(connection, room.settings, NOON)
    room.news(1)
    room.filler.fill()
    assert {r.to for r in room.scripted.asked} == {"en", "vi"}
    room.use(*subscriptions, languages=["zh"], tasks=["translate"])
    room.news(2)
    room.filler.fill()
    assert room.scripted.asked[-1].to == "zh"


def test_pairs_that_nobody_reads_hold_up_nothing(room: Room) -> None:
    room.scripted.pairs = frozenset({("my", "en")})
    room.use(tasks=["translate"])
    room.news(1)
    done = room.filler.fill()
    assert (done.waiting, done.blocked, room.scripted.asked) == (0, None, [])


def test_an_outage_leaves_nothing_out(room: Room) -> None:
    room.use(tasks=["translate"])
    stored = [room.news(n) for n in range(1, 4)]
    room.scripted.always = AssistError("unreachable", "nobody answers")
    looks = 0
    while room.clock() < later(hours=25):
        looks += 1
        room.filler.fill()
        room.clock.go(minutes=5)
    assert looks > 200 and len(room.scripted.asked) < 200, "it rests"
    assert room.filler.look().blocked and room.cursor() < stored[0].article
    room.scripted.always = None
    room.clock.go(minutes=11)
    room.filler.fill()
    assert {LAO.format(n) for n in (1, 2, 3)} <= set(room.titles)
    with room.store.read() as connection:
        found = kept.answers(connection, [translation_key(LAO.format(n), "lo", "en") for n in (1, 2, 3)])
    assert {a.outcome for a in found.values()} == {"given"}


def test_the_budget_ends_a_look_and_the_next_day_goes_on(room: Room) -> None:
    room.use(tasks=["translate"], budget={"requests": 1}, batch=1)
    room.news(1)
    room.news(2)
    done = room.filler.fill()
    assert done.blocked == "1 of 1 requests of the day are used" and len(room.scripted.asked) == 1
    room.clock.moment = NOON.replace(hour=0) + timedelta(days=1, minutes=1)
    room.filler.fill()
    assert len(room.scripted.asked) == 2


def test_edited_words_are_read_again(room: Room) -> None:
    room.use(tasks=["translate"])
    stored = room.news(1)
    room.filler.fill()
    room.clock.go(minutes=5)
    with room.store.write() as connection:
        old = {
            "article_id": stored.article,
            "version": 1,
            "until": room.clock(),
            "title": "",
            "text": "",
            "change": [],
        }
        connection.execute(insert(article_versions).values(old))
        connection.execute(articles.update().where(articles.c.id == stored.article).values(title="ຫົວຂໍ້ໃໝ່"))
    room.clock.go(minutes=2)
    room.filler.fill()
    assert "ຫົວຂໍ້ໃໝ່" in room.titles


def test_a_story_of_several_sources_is_briefed_from_those_that_allow_it(room: Room) -> None:
    one = room.news(1, title="China and Laos sign railway agreement in Vientiane on 28 November", lang="en",
                    text="China and Laos signed an agreement on the railway in Vientiane. It is worth 300 million dollars.")  # fmt: skip
    other = room.news(2, title="Laos, China sign railway agreement in Vientiane on 28 November", lang="en", source="licensed",
                      text="Laos and China have signed the agreement on the railway in Vientiane, worth 300 million dollars.")  # fmt: skip
    assert one.story == other.story, "the test needs one story of two sources"
    room.filler.fill()
    (request,) = briefs(room)
    assert {r.source for r in request.reports} == {"outlet"}
    assert not room.scripted.texts, "it is in the wanted language already"


def test_a_brief_is_made_again_when_a_story_has_doubled(room: Room) -> None:
    room.scripted.statements = (Statement("It goes on.", (1,)),)
    room.use(tasks=["brief"], kind="scripted")
    stored = room.news(1)
    room.filler.fill()
    assert len(briefs(room)) == 1
    with room.store.read() as connection:
        (made,) = answers_of_stories(connection, "brief", [stored.story])
    assert (made.language, made.outcome) == ("en", "given")
    for n, count in ((2, 2), (3, 2), (4, 3)):
        room.clock.go(minutes=1)
        more = room.news(10 + n, text=f"ທາງລົດໄຟ ລາວ-ຈີນ {n} " * 5, seen=room.clock())
        with room.store.write() as connection:
            moved = {"story_id": stored.story, "duplicate_of": None, "duplicate_why": None}
            connection.execute(articles.update().where(articles.c.id == more.article).values(moved))
        room.clock.go(minutes=1)
        room.filler.fill()
        assert len(briefs(room)) == count, n


def test_after_answers_were_forgotten_all_that_is_fresh_is_asked_again(room: Room) -> None:
    room.use(tasks=["translate"])
    room.news(1)
    room.filler.fill()
    with room.store.write() as connection:
        assert kept.forget(connection)
        begin_again(connection)
    room.filler.fill()
    assert room.titles.count(LAO.format(1)) == 2


def test_what_is_more_urgent_comes_first(room: Room) -> None:
    order: list[str] = []
    room.use(tasks=["translate"])
    room.scripted.before = lambda: order.append("translation")
    room.filler = Filler(
        room.settings, room.store, asked_of(room.settings), room.clock, lambda: order.append("opinions")
    )
    room.news(1)
    room.filler.look()
    assert order[:2] == ["opinions", "translation"]
    assert isinstance(room.filler.look(), Filled)
    assert isinstance(room.scripted.asked[0], TranslationRequest)


def test_what_is_asked_for_later_is_asked_of_what_is_fresh(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language, an assistant, a model, or a reader came later: what is fresh is read for them, too."""
    monkeypatch.setattr(queue, "OVERLAP", 0)
    room.langs = "lo"
    room.use(tasks=["translate"])
    room.scripted.pairs = frozenset({("th", "en")})
    kept_news = [room.news(n, lang_hint="lo") for n in (1, 2)]
    assert room.filler.fill().waiting == 0
    assert room.cursor() >= kept_news[-1].article and room.titles == []
    room.scripted.pairs = frozenset({("lo", "en")})  # a model was installed
    room.news(3, lang_hint="lo")
    room.use(tasks=["translate"])
    room.filler.fill()
    assert {LAO.format(n) for n in (1, 2, 3)} <= set(room.titles)
    asked = len(room.scripted.asked)
    room.use(tasks=["translate"])
    room.filler.fill()
    assert len(room.scripted.asked) == asked, "nothing is asked twice"
    room.scripted.pairs = None
    room.use(tasks=["translate"], languages=["en", "vi"])
    room.filler.fill()
    assert {r.to for r in room.scripted.asked[asked:]} == {"vi"}
    room.use(languages=["en", "vi"])
    room.filler.fill()
    assert {b.to for b in briefs(room)} == {"en", "vi"}
    # The same process sees readers who sign up.
    room.use({"name": "one", "to": ["a@example.org"]}, tasks=["translate"], languages=[])
    with room.store.write() as connection:
        register(connection, room.settings, NOON)
    room.filler.fill()
    asked = len(room.scripted.asked)
    again = assisted(
        {"name": "one", "to": ["a@example.org"], "language": "th"}, tasks=["translate"], languages=[]
    )
    with room.store.write() as connection:
        register(connection, again, NOON)
    room.filler._settings = again
    room.filler.fill()
    assert {r.to for r in room.scripted.asked[asked:]} == {"th"}


def test_who_looks_is_told_what_waits_and_what_nobody_reads(room: Room) -> None:
    room.langs = "lo"
    room.use(tasks=["translate"], budget={"requests": 1}, batch=1)
    room.scripted.pairs = frozenset({("th", "en")})
    room.news(1, lang_hint="lo")
    room.news(2, source="licensed", lang_hint="lo")
    assert room.filler.fill().waiting == 0

    def seen() -> tuple[int, list[tuple[str, str]]]:
        with room.store.read() as connection:
            found = overview_of(connection, room.settings, room.clock())
        return found.waiting, list(found.unread)

    assert seen() == (0, [("lo", "en")])
    room.scripted.pairs = None
    room.filler = Filler(room.settings, room.store, asked_of(room.settings), room.clock)
    for n in (3, 4, 5):
        room.news(n, lang_hint="lo")
    assert seen()[0] == 3, "what nobody has looked at yet waits, too"
    done = room.filler.fill()
    assert done.answered == {"translate": 1}
    assert done.blocked == "1 of 1 requests of the day are used", "it ended within one look"
    assert seen() == (done.waiting, [])


def test_while_one_rests_the_others_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(tmp_path, monkeypatch)
    thai = Scripted()
    room.scripted.pairs, thai.pairs = frozenset({("lo", "en")}), frozenset({("th", "en")})
    install(monkeypatch, scripted=room.scripted, second=thai)
    room.scripted.always = AssistError("unreachable", "it is away")
    title = "รถไฟไทย-จีน ส่งเสริมการค้า ครั้งที่ {}"
    for n in range(1, 4):
        room.news(n, title=title.format(n), lang_hint="th")
    # More than one look takes, and newer.
    for n in range(10, 10 + PORTION + 3):
        room.news(n, lang_hint="lo")
    room.use(tasks=["translate"], also=[{"kind": "second", "tasks": ["translate"]}])
    done = room.filler.fill()
    assert {title.format(n) for n in range(1, 4)} <= {t for texts in thai.texts for t in texts}
    assert done.blocked is not None and "rests until" in done.blocked
    assert len(room.scripted.asked) == 1, "nobody who rests is asked"


def test_a_broken_assistant_keeps_no_other_one_from_work(room: Room) -> None:
    def made(group: str, kind: str) -> Any:
        if kind == "second":
            raise AssistError("denied", "it has no model")
        return lambda own: room.scripted

    room.scripted.tasks = frozenset({Task.TRANSLATE})
    room.news(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assistants, "loaded", made)
        room.use(also=[{"kind": "second", "tasks": ["brief"]}])
        room.filler.fill()
        room.news(2)
        room.clock.go(minutes=1)
        room.filler.fill()
        assert {LAO.format(1), LAO.format(2)} <= set(room.titles)
        with room.store.read() as connection:
            states = overview_of(connection, room.settings, room.clock()).states
    assert [bool(s.failures) for s in states] == [False, True], "the one that cannot be made rests alone"
    assert states[1].problem == "unusable: it has no model"


def test_briefs_that_could_not_be_made_are_made_by_whoever_comes_next(room: Room) -> None:
    one = room.news(1)
    room.scripted.fails = [None, AssistError("unreachable", "away")]
    room.filler.fill()
    assert len(briefs(room)) == 1
    room.clock.go(minutes=10)
    room.use()
    room.filler.fill()
    assert len(briefs(room)) == 2 and room.cursor() >= one.article
    # Where nobody makes any, none is waited for.
    room.scripted.tasks = frozenset({Task.TRANSLATE})
    room.news(2)
    room.use()
    done = room.filler.fill()
    assert (done.waiting, done.blocked) == (0, None) and room.cursor() >= one.article + 1
