"""What machine assistants made stands in digests beside the original, marked, and nowhere where it is not wanted."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, event

from alerts.channels.brief import brief
from alerts.channels.limits import Limit
from alerts.channels.webhook import event as event_of
from alerts.delivery.dispatch import dispatch, next_digest, preview
from alerts.delivery.outbox import _values, values_of
from alerts.digests.digest import Digest
from alerts.digests.feeds import FeedHead, atom_feed, items_of
from alerts.digests.machine_made import machine_words
from alerts.digests.message import OutgoingMessage, RenderedMessage
from alerts.digests.one_story import one_story
from alerts.digests.render import Rendered, shared_page
from alerts.identity.links import Grant, links_of
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import load_subscriptions, register
from crawler.analysis.export import COLUMNS, rows_of, translated_rows
from crawler.analysis.output_files import output_to
from crawler.assist.model import AssistReport, BriefAnswer, BriefRequest, Statement
from crawler.assist.questions import brief_question
from crawler.assist.shown import MachineText, Shown
from crawler.config.settings import Settings, Source
from crawler.store import Store
from crawler.store import assist as kept
from crawler.store.schema import articles
from tests.alerts.web.web_client import serving
from tests.assisting import SimulatedClock
from tests.builders import NOON, keep, later, new_store, settings
from tests.machine_words import BY, assisted, keep_brief, keep_translation, translate_all

LAO_TITLE = "ລາວ ແລະ ຈີນ ເຊັນສັນຍາການຄ້າ ຢູ່ນະຄອນຫຼວງວຽງຈັນ"
LAO_TEXT = f"{LAO_TITLE}. ສອງຝ່າຍໄດ້ເຊັນສັນຍາການຄ້າ ແລະ ການລົງທຶນ ມູນຄ່າ 120 ລ້ານໂດລາ ໃນວັນສຸກທີ່ຜ່ານມາ ໂດຍມີລັດຖະມົນຕີເຂົ້າຮ່ວມ."
LAO_BEYOND = "ສອງຝ່າຍໄດ້ເຊັນສັນຍາການຄ້າ"
BURMESE = "တရုတ်နှင့် မြန်မာ ရထားလမ်း ပူးပေါင်းဆောင်ရွက်မှု သဘောတူစာချုပ် လက်မှတ်ရေးထိုး"
ENGLISH = "Laos and China sign a trade agreement in Vientiane"
DESK = {"name": "desk", "to": ["desk@example.org"], "when": "daily 20:00", "timezone": "Asia/Jakarta"}


class Made(NamedTuple):
    """A digest and what it looks like."""

    digest: Digest
    mail: Rendered

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.mail.html, "lxml")

    def article(self, words: str) -> Tag:
        """The card in which some words stand."""
        return next(a for a in self.page.select("article") if words in a.get_text())


def own(**more: Any) -> Settings:
    return assisted(settings(DESK | more))


def digest(store: Store, wanted: Settings) -> Made:
    with store.write() as connection:
        register(connection, wanted, NOON)
    raise_alerts(store, wanted, later(hours=1))
    with store.read() as connection:
        one = load_subscriptions(connection, wanted)[0]
        told = next_digest(connection, wanted, one, later(hours=1))
        return Made(told, preview(connection, wanted, one, later(hours=1)))


@pytest.fixture
def far(tmp_path: Path) -> Store:
    """A store with a story in Lao and one in Burmese."""
    store = new_store(tmp_path)
    keep(store, LAO_TITLE, LAO_TEXT, source="vientiane", lang_hint="lo", first_seen=later(minutes=5))
    keep(store, BURMESE, source="yangon", lang_hint="my", first_seen=later(minutes=6))
    return store


def in_words(text: str) -> str:
    """A translation that a reader would like."""
    known = {
        LAO_TITLE[:5]: ENGLISH,
        "ສອງ": "Both sides signed contracts.",
        BURMESE[:5]: "Myanmar and China agree on a railway",
    }
    return next((said for start, said in known.items() if text.startswith(start)), "Something else was said")


def test_a_story_in_lao_is_read_in_english_at_a_glance(far: Store) -> None:
    translate_all(far, made=in_words)
    made = digest(far, own())
    card = made.article(ENGLISH)
    heading = card.h3
    assert heading["lang"] == "en"
    assert heading.a.get_text() == ENGLISH
    assert heading.select_one(".machine").get_text() == "(machine translation)", (
        "also for who goes by headings"
    )
    original = card.select_one("a[lang=lo]")
    assert original.get_text() == LAO_TITLE
    assert original["translate"] == "no"
    assert original["href"] == heading.a["href"]
    assert f"Lao original, translated by {BY}:" in card.get_text()
    order = [
        card.get_text().index(words)
        for words in (ENGLISH, LAO_TITLE, "Both sides signed contracts.", LAO_BEYOND)
    ]
    assert order == sorted(order), "what can be read comes before what proves it"
    text = made.mail.text
    assert f"* {ENGLISH} (machine translation)\n  Lao original, translated by {BY}: {LAO_TITLE}\n" in text
    assert "\n  Both sides signed contracts. (machine translation)\n" in text
    note = "(MT: machine translation)"
    assert note in text, "the short mark of subjects is explained"
    assert note in made.page.select_one("header").get_text()


def test_terms_that_were_found_are_marked_in_the_original_alone(far: Store) -> None:
    translate_all(far, made=in_words)
    card = digest(far, own()).article(ENGLISH)
    assert card.select("b")
    assert not [
        b
        for b in card.select("b")
        if b.find_parent(lang="en", translate=None) and not b.find_parent(lang="lo")
    ]


def test_the_subject_says_that_a_machine_speaks(far: Store) -> None:
    translate_all(far, made=in_words)
    made = digest(far, own())
    assert made.mail.subject.startswith("[MT] ")
    assert not {"ລ", "တ"} & set(made.mail.subject)


@pytest.mark.parametrize("changes", [{"original_only": True}, {"languages": ["lo", "my", "en"]}])
def test_who_reads_the_original_gets_todays_output(far: Store, changes: dict[str, Any]) -> None:
    before = digest(far, settings(DESK | changes))
    translate_all(far, made=in_words)
    keep_brief(far, 1, [("Never shown.", [1])])
    off = digest(far, settings(DESK | changes))
    assert (off.mail, off.digest) == (before.mail, before.digest)
    if "original_only" in changes:
        on = digest(far, own(**changes))
        assert (on.mail, on.digest) == (before.mail, before.digest)
        assert b"machine" not in _values().dump_json(on.digest)
    else:
        assert not any(s.best.translation for s in digest(far, own(**changes)).digest.stories)


def test_without_answers_the_output_is_byte_for_byte_the_same(far: Store) -> None:
    assert digest(far, own()) == digest(far, settings(DESK))
    keep_translation(far, LAO_TITLE, "lo", ENGLISH, outcome=kept.REFUSED)
    assert digest(far, own()) == digest(far, settings(DESK))


def test_translations_are_looked_up_once_for_all_and_never_where_it_is_off(far: Store) -> None:
    translate_all(far, made=in_words)
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    event.listen(far.engine, "before_cursor_execute", note)
    digest(far, settings(DESK))
    assert not [a for a in asked if "assist_answers" in a]
    with far.write() as connection:
        register(connection, own(), NOON)
    asked.clear()
    with far.read() as connection:
        next_digest(connection, own(), load_subscriptions(connection, own())[0], later(hours=1))
    assert len([a for a in asked if "assist_answers" in a]) == 2, "one for translations, one for briefs"


def test_an_english_report_beats_a_machine(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    chinese = "中国与老挝在万象签署贸易合作协议 金额1.2亿美元"
    english = "China and Laos sign trade cooperation agreement in Vientiane worth $120 million"
    for number, (lang, title) in enumerate((("zh", chinese), ("en", english))):
        text = f"{title}. {'商务部部长王文涛出席。' if lang == 'zh' else 'Commerce Minister Wang Wentao attended.'}"
        keep(store, title, text, source=lang, lang_hint=lang, first_seen=later(minutes=number))
    translate_all(store, made=lambda _: "A machine said so")
    digest(
        store, own()
    )  # raised for all languages; then their reader wants what is in Vietnamese, and neither report is
    (story,) = digest(store, own(languages=["vi"])).digest.stories
    assert (story.best.title, story.english and story.english.title) == (chinese, english)
    assert story.best.translation is None
    with store.write() as connection:
        connection.execute(delete(articles).where(articles.c.lang == "en"))
    (alone,) = digest(store, own(languages=["vi"])).digest.stories
    assert alone.best.translation is not None
    assert alone.best.translation.text == "A machine said so"


def test_the_name_of_a_base_is_read_in_english_where_reports_have_none(far: Store) -> None:
    translate_all(far, made=lambda text: f"Centre {len(text)}")
    name = "ສູນຮ່ວມມືດ້ານການຄ້າ"
    title = f"ລາວ ແລະ ຈີນ ເປີດ{name}ແຫ່ງໃໝ່ ຢູ່ນະຄອນຫຼວງວຽງຈັນ"
    keep(far, title, f"{title}.", source="vientiane-2", lang_hint="lo", first_seen=later(minutes=7))
    translate_all(far, made=lambda text: f"Centre of {len(text)} letters")
    made = digest(far, own())
    (base,) = made.digest.bases
    assert base.machine_name is not None
    card = made.article(base.machine_name.text)
    assert card.h3.select_one(".machine")
    assert name in card.get_text()
    assert base.sentence_translation is not None
    order = [
        card.get_text().index(t)
        for t in (base.machine_name.text, name, base.sentence_translation.text, base.sentence)
    ]
    assert order == sorted(order)
    assert made.mail.subject.startswith(f"Launched: [MT] {base.machine_name.text}")


def outgoing(made: Made) -> OutgoingMessage:
    """The digest as channels get it."""
    values = _values().dump_json(made.digest).decode()
    message = RenderedMessage("desk", "watch@example.org", NOON, made.mail, values=values)
    return OutgoingMessage("<one@example.org>", "desk@example.org", message)


def test_chats_feeds_and_webhooks_say_that_a_machine_speaks(far: Store) -> None:
    translate_all(far, made=in_words)
    keep_brief(far, 1, [("A contract was signed.", [1])])
    made = digest(far, own())
    told = brief(outgoing(made), Limit(2_000, len))
    assert f"• [machine translation] {ENGLISH}\n  outlet.example: https://outlet.example/" in told.text
    stories = event_of(outgoing(made))["data"]["stories"]
    assert {s["best"]["translation"]["by"] for s in stories} == {BY}
    entries = {i["title"]: i for i in items_of(outgoing(made).message.content, "example.org")}
    entry = entries[LAO_TITLE]
    first, second, *_ = entry["content_text"].splitlines()
    assert (first, second) == (
        f"{ENGLISH} (machine translation: {BY})",
        f"Brief by {BY}: A contract was signed.",
    )
    assert entry["language"] == "lo", "the title is the original"
    extension = entry["_aseanwatch"]
    assert (extension["translation"]["text"], extension["translation"]["machine"]) == (ENGLISH, True)
    assert extension["brief"]["sentences"][0]["urls"][0].startswith("https://outlet.example/")
    assert ENGLISH in atom_feed(FeedHead("x", "x"), [entry]).decode()
    plain = items_of(outgoing(digest(far, own(original_only=True))).message.content, "example.org")
    assert not [i for i in plain if "_aseanwatch" in i or "machine" in i["content_text"]]


def test_an_export_has_translations_where_they_are_asked_for(far: Store, tmp_path: Path) -> None:
    translate_all(far, made=in_words)
    with far.read() as connection:
        for what in ("articles", "stories", "bases"):
            rows = rows_of(connection, what)
            more = list(translated_rows(connection, what, rows, "en"))
            assert [{k: v for k, v in row.items() if k in rows[0]} for row in more] == rows
            assert all(tuple(row)[-2:] == COLUMNS[f"translated {what}"][-2:] for row in more)
        more = list(translated_rows(connection, "articles", rows_of(connection, "articles"), "en"))
        assert {(row["title_translated"], row["translated_by"]) for row in more if row["lang"] == "lo"} == {
            (ENGLISH, BY)
        }
        none = list(translated_rows(connection, "articles", rows_of(connection, "articles"), "vi"))
    assert {row["title_translated"] for row in none} == {""}
    place = output_to(tmp_path / "a.csv", what="translated articles")
    place.write(more, io.StringIO())
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert ENGLISH in {row["title_translated"] for row in csv.DictReader(stream)}


def forbidding(wanted: Settings, *names: str) -> Settings:
    """Settings in which some sources forbid assistants."""
    sources = tuple(Source(name=n, url=f"https://{n}.example/feed", assist=False) for n in names)
    return wanted.model_copy(update={"sources": (*wanted.sources, *sources)})


def test_what_a_source_forbids_is_told_no_more(far: Store) -> None:
    translate_all(far, made=in_words)
    # Another outlet has the very same words, and allows it.
    keep(far, LAO_TITLE, LAO_TEXT, source="luang", lang_hint="lo", first_seen=later(minutes=40))
    keep_brief(far, 1, [("A contract was signed.", [1])])
    keep_brief(far, 2, [("A railway was agreed on.", [2])])
    allowed, forbidden = own(), forbidding(own(), "vientiane")
    assert ENGLISH in digest(far, allowed).mail.text
    made = digest(far, forbidden)
    by_lang = {s.best.lang: s for s in made.digest.stories}
    assert by_lang["lo"].best.translation is None
    assert by_lang["lo"].summary_translation is None
    assert by_lang["lo"].brief is None
    assert by_lang["my"].best.translation is not None
    assert by_lang["my"].brief is not None
    with far.read() as connection:
        assert one_story(connection, forbidden, 1, "en", later(hours=1)).stories[0].best.translation is None
        for what in ("articles", "stories"):
            rows = rows_of(connection, what)
            more = translated_rows(connection, what, rows, "en", forbidden.sources_without_assist)
            told = {r["title"]: r["title_translated"] for r in more if r.get("source") != "luang"}
            assert told[LAO_TITLE] == "", what
            assert told[BURMESE], what


def test_feeds_offer_no_more_what_is_forbidden_by_now(far: Store, tmp_path: Path) -> None:
    translate_all(far, made=in_words)
    keep_brief(far, 1, [("A contract was signed.", [1])])
    desk = {"name": "desk", "channel": "box", "to": ["desk@example.org"], "when": "instant"}
    box = {"box": {"type": "folder", "path": str(tmp_path / "box")}}
    allowed = assisted(settings(desk, channels=box))
    with far.write() as connection:
        register(connection, allowed, NOON)
    raise_alerts(far, allowed, later(hours=1))
    dispatch(far, allowed, later(hours=1))
    path = links_of(allowed, far).write(Grant("feed", "desk", "desk@example.org"), later(hours=1))
    at = SimulatedClock(later(hours=2))

    def offered(own: Settings) -> tuple[str, str]:
        with serving(own, far, at) as browser:
            sent, topic = (
                browser.get(f"{p}.json").body.decode() for p in (path, "/feeds/topics/trade_investment")
            )
        return sent, topic

    for text in offered(allowed):
        assert ENGLISH in text
    sent, topic = offered(forbidding(allowed, "vientiane"))
    assert ENGLISH not in sent + topic and "A contract" not in sent and LAO_TITLE in sent
    assert "Myanmar and China agree" in sent, "another source allows it"
    off = settings(desk, channels=box)
    only = assisted(settings(desk | {"original_only": True}, channels=box))
    for own in (off, only):
        assert "Myanmar and China agree" not in offered(own)[0]


def test_a_brief_that_had_the_words_of_a_source_is_told_no_more(far: Store) -> None:
    """Also where it cites another one alone."""
    question = brief_question(
        BriefRequest(tuple(report(n, s) for n, s in ((1, "vientiane"), (2, "yangon"))), "en"), 2
    )
    (judged,) = question.judged(BriefAnswer((Statement("It is so.", (2,)),), "m"), question.keys)
    with far.write() as connection:
        kept.keep(
            connection,
            [kept.StoredAnswer("k", "brief", "en", kept.GIVEN, judged.answer, "demo", BY, NOON, 2)],
        )
    for names, told in (((), True), (("vientiane",), False), (("elsewhere",), True)):
        found = {s.story: s.brief for s in digest(far, forbidding(own(), *names)).digest.stories}
        assert (found[2] is not None) is told, names


def report(number: int, source: str) -> AssistReport:
    """A report as an assistant is shown it."""
    return AssistReport(number, number, "lo", "It is so", "It is so.", source, source, NOON)


def test_a_brief_has_the_reports_that_say_it(far: Store) -> None:
    keep_brief(
        far, 1, [("A contract was signed.", [1]), ("This one has lost its report.", [77])], by="pen-7b"
    )
    made = digest(far, own())
    card = made.article("A contract was signed.")
    told = next(p for p in card.select("p") if "Brief by" in p.get_text())
    assert told.get_text(" ", strip=True).startswith("Brief by pen-7b: A contract was signed. (")
    assert told.a["href"].startswith("https://outlet.example/")
    assert card.get_text().index("A contract was signed.") < card.get_text().index(LAO_BEYOND)
    assert "lost its report" not in made.mail.html + made.mail.text, "what no report says is not said"
    assert "  Brief by pen-7b:\n  - A contract was signed. (outlet.example)\n  ສອງ" in made.mail.text.replace(
        "*", ""
    )


def test_a_brief_does_not_repeat_the_headline_above_it(far: Store) -> None:
    translate_all(far, made=in_words)
    keep_brief(far, 1, [(f"{ENGLISH}.", [1]), ("Contracts are worth 120 million dollars.", [1])])
    keep_brief(far, 2, [("Myanmar and China agree on a railway.", [2])])
    first, second = sorted(digest(far, own()).digest.stories, key=lambda story: story.story)
    assert first.brief is not None
    assert [s.text for s in first.brief.sentences] == ["Contracts are worth 120 million dollars."]
    assert second.brief is None


def test_a_story_that_is_shared_is_shown_likewise(far: Store) -> None:
    translate_all(far, made=in_words)
    with far.read() as connection:
        told = one_story(connection, own(), 1, "en", later(hours=1))
    assert told is not None
    page = BeautifulSoup(shared_page(told, "Watch", later(days=9)), "lxml")
    assert page.title.get_text() == f"[MT] {ENGLISH}"
    assert page.h3.a.get_text() == ENGLISH
    assert page.select_one("header .machine")


def test_digests_of_former_versions_are_read_and_new_ones_come_back(far: Store) -> None:
    former = _values().dump_json(digest(far, own()).digest).decode()
    assert not any(word in former for word in ("translation_", "summary_translation", '"brief"', "machine"))
    translate_all(far, made=in_words)
    keep_brief(far, 1, [("A contract was signed.", [1])])
    told = digest(far, own()).digest
    assert values_of(_values().dump_json(told).decode()) == told
    again = values_of(former)
    assert again is not None
    assert again == replace(again)


HOSTILE = [
    "<script>alert(1)</script> & <img src=x onerror=alert(2)>",
    "\u202egnp.exe\u2066 reversed",
    "two\r\nSubject: forged\nlines",
    "null\x00 bell\x07 tag\U000e0041 private\U000f0001end",
    "A" * 100_000,
    "[x](javascript:alert(1)) {{ 7*7 }} %(name)s %s",
]


@pytest.mark.parametrize("said", HOSTILE)
def test_what_a_machine_says_harms_no_mail(far: Store, said: str) -> None:
    translate_all(far, made=lambda _: said)
    keep_brief(far, 1, [(said, [1])], by=said)
    made = digest(far, own())
    page = made.page
    assert not page.select("script, img, [onerror]")
    for text in (made.mail.html, made.mail.text, made.mail.subject):
        assert not set("\u202e\u2066\x00\x07\U000e0041\U000f0001") & set(text)
    assert "\n" not in made.mail.subject
    assert not any(line.startswith("Subject:") for line in made.mail.text.splitlines())
    assert len(made.mail.html) < 60_000


@given(st.text(), st.text(max_size=9))
def test_machine_words_are_harmless_and_short_or_none(said: str, by: str) -> None:
    words = machine_words(MachineText(said, "lo", "en", by, NOON), 80)
    if words is None:
        return
    assert 0 < len(words.text) <= 81
    assert words.text == words.text.strip()
    assert any(c.isalnum() for c in words.text), "a heading that cannot be seen would hide the original"
    assert words.by
    assert not any(c.isspace() and c != " " for c in words.text)


def test_the_best_of_a_readers_languages_is_shown() -> None:
    texts = {("ລ", "lo", to): MachineText(f"in {to}", "lo", to, "m", NOON) for to in ("en", "th")}
    found = Shown(texts)
    assert found.translation("ລ", "lo", ("vi", "en")).text == "in en"  # type: ignore[union-attr]
    assert found.translation("ລ", "lo", ("th", "en")).text == "in th"  # type: ignore[union-attr]
    assert found.translation("ລ", "lo", ("lo", "en")) is None, "who reads it needs no other"
    assert found.translation("ລ", "lo", ()) is None
    same = {("X1", "lo", "en"): MachineText(" X1", "lo", "en", "m", NOON)}
    assert Shown(same).translation("X1", "lo", ("en",)) is None, "the same words tell nothing"
