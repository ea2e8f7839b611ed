"""What people do at the console, step by step, by mouse and by keyboard alone."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from alerts.subscriptions import subscriptions
from crawler.config import load
from crawler.store import bases, stories, waiting
from crawler.store.schema import audit, deliveries, entries, labels
from crawler.store.sources import load_states, update_states
from crawler.store.waiting import FIRST_WAIT, PendingFilter, Reason, Wait
from tests.conftest import run
from tests.console.conftest import AFTER, Console, window
from tests.console.pages import founding
from tests.sessions import BY_SESSION


def test_keys_walk_through_the_stories_and_open_one(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-item]").first
    expect(first).to_have_class(re.compile("chosen"))
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(r"/console/stories/\d+"))
    page.wait_for_load_state("load")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile(r"/console/$"))
    page.wait_for_load_state("load")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_filters_are_in_the_address(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/")
    page.get_by_text("Language", exact=True).click()
    page.get_by_label("Burmese").check()
    expect(page).to_have_url(re.compile("lang=my"))
    expect(page.locator(".chips")).to_contain_text("Burmese")
    assert (
        page.locator(".story").count()
        == page.locator(".story", has=page.locator("abbr", has_text=re.compile("^my$"))).count()
        > 0
    )


@pytest.mark.parametrize(
    ("query", "lang"),
    [("demonstration base", "en"), ("示范基地", "zh"), ("榴莲", "zh"), ("kereta cepat", "id"), ("sầu riêng", "vi"), ("sau rieng", "vi"),
     ("รถไฟ", "th"), ("ທາງລົດໄຟ", "lo"), ("ຈີນ", "lo"), ("កម្ពុជា", "km"), ("တရုတ်", "my"), ("Tsina", "tl")],
)  # fmt: skip
def test_the_search_finds_words_of_every_script(shared: Console, query: str, lang: str) -> None:
    request = Request(f"{shared.url}/console/?{urlencode({'q': query})}", headers=BY_SESSION)
    with urlopen(request) as answer:
        found = BeautifulSoup(answer.read(), "lxml").select(".story abbr")
    assert lang in {one.get_text(strip=True) for one in found}


def test_what_is_typed_is_searched(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/")
    page.get_by_role("searchbox").fill("sau rieng")
    page.get_by_role("button", name="Search").click()
    assert page.locator(".story", has=page.locator("abbr", has_text=re.compile("^vi$"))).count() > 0


def test_a_search_becomes_a_draft_of_a_topic(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/?q=durian")
    page.get_by_role("link", name="Make a topic of this search").click()
    expect(page.get_by_label("A few words in any language")).to_have_value("durian")
    expect(page.locator("input[name=term][value='durian|zh|榴莲']")).to_be_checked()
    expect(page.locator(".found .hits li").first).to_be_visible()
    page.get_by_role("link", name="Write the query myself").click()
    expect(page.get_by_label("Query", exact=True)).to_have_value(
        re.compile("^\\(durian OR durians OR .榴莲. OR .* OR durião\\)$")
    )


def test_what_was_read_stays_read_and_what_was_saved_is_found_again(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/")
    stories_shown = page.locator(".story").count()
    assert page.locator(".story.fresh").count() == stories_shown > 0
    page.locator(".story h3 a").first.click()
    page.goto(f"{console.url}/console/")
    assert page.locator(".story.fresh").count() == stories_shown - 1
    page.locator(".story").nth(1).get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".story.fresh")).to_have_count(0)
    page.get_by_label("Saved stories").check()
    expect(page.locator(".story")).to_have_count(1)
    page.goto(f"{console.url}/console/?unread=1")
    expect(page.locator("main")).to_contain_text("No story fits")


def test_stories_are_read_and_saved_by_keyboard(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/")
    fresh = page.locator(".story.fresh").count()
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator(".story.fresh")).to_have_count(fresh - 1)
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="Saved")).to_have_count(1)
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/console/register$"))


def test_what_is_not_for_us_is_a_label_that_measures(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/")
    page.locator(".story").last.get_by_role("button", name="Not for us").click()
    expect(page.locator(".story").last).to_be_visible()
    with console.store.read() as connection:
        assert set(connection.scalars(select(labels.c.verdict))) == {"not relevant"}
        assert list(connection.scalars(select(audit.c.action))) == ["story: label"]
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    with console.store.read() as connection:
        assert list(connection.scalars(select(labels.c.verdict))) == []


def test_words_that_are_looked_for_from_a_list_keep_its_filters(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/?country=LA")
    page.get_by_role("searchbox").fill("railway")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile("country=LA"))
    expect(page.locator(".chips")).to_contain_text("Laos")


def test_a_topic_is_tuned_seen_applied_and_taken_back(page: Page, console: Console) -> None:
    before = console.config.read_text(encoding="utf-8")
    page.goto(f"{console.url}/console/topics/demonstration_base")
    query = page.get_by_label("Query", exact=True)
    query.fill("$base NEAR/12 $launch OR durian")
    expect(page.get_by_text("Trying it …")).to_be_visible()
    expect(page.locator("#tried")).to_contain_text("gained", timeout=20_000)
    expect(page.get_by_text("Trying it …")).to_be_hidden()
    expect(page.locator("#tried mark").first).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("status")).to_contain_text("Applied")
    after = console.config.read_text(encoding="utf-8")
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert changed == ["    query: $base NEAR/12 $launch OR durian"]
    assert load(console.config).topics["demonstration_base"].query.endswith("durian")
    page.goto(f"{console.url}/console/changes")
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    assert console.config.read_text(encoding="utf-8") == before


def test_a_wrong_query_is_explained_and_never_written(page: Page, console: Console) -> None:
    before = console.config.read_text(encoding="utf-8")
    page.goto(f"{console.url}/console/topics/demonstration_base")
    page.get_by_label("Query", exact=True).fill("$bse NEAR/12")
    expect(page.locator("#tried [role=alert]")).to_contain_text("query:", timeout=20_000)
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert").first).to_contain_text("query:")
    expect(page.get_by_label("Query", exact=True)).to_have_value("$bse NEAR/12")
    assert console.config.read_text(encoding="utf-8") == before


def test_names_of_term_sets_are_completed_by_keyboard(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/topics/new")
    query = page.get_by_label("Query", exact=True)
    query.fill("")
    query.press_sequentially("$transp")
    expect(page.get_by_role("option").first).to_contain_text("$transport")
    query.press("Enter")
    expect(query).to_have_value(re.compile(r"^\$transport\w* $"))


def test_an_operator_corrects_a_story(page: Page, console: Console) -> None:
    story, _ = founding(console.store)
    page.goto(f"{console.url}/console/stories/{story}")
    page.get_by_label("Why it must not be lost").fill("the founding one")
    page.get_by_role("button", name="Pin", exact=True).click()
    expect(page.locator("main")).to_contain_text("pinned: the founding one")
    page.get_by_text("Some reports tell of another event").click()
    page.locator("fieldset input[type=checkbox]").last.check()
    page.get_by_role("button", name="Split off").click()
    expect(page.get_by_role("status")).to_contain_text("1 report split off into a story of its own")
    expect(page.locator("main")).to_contain_text("12 reports")
    with console.store.read() as connection:
        change = stories.history(connection, story)[-1]
    assert change["actor"] == "local"
    other = page.get_by_role("status").get_by_role("link")
    expect(other).to_have_attribute("href", f"/console/stories/{change['other_id']}")
    page.get_by_label("Another story").fill(str(change["other_id"]))
    page.get_by_role("button", name="Merge").click()
    expect(page.locator("main")).to_contain_text("13 reports")
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("these are two stories again")
    expect(page.locator("main")).to_contain_text("12 reports")
    page.get_by_label("Another story").fill(str(change["other_id"]))
    page.get_by_role("button", name="Merge").click()
    page.get_by_label("verdict").select_option("wrong topic")
    page.get_by_label("which").fill("green_energy")
    page.get_by_role("button", name="Note").click()
    expect(page.locator("main")).to_contain_text("wrong topic green_energy")
    with console.store.read() as connection:
        assert connection.execute(select(labels.c.verdict, labels.c.value)).all() == [
            ("wrong topic", "green_energy")
        ]
        actions = list(connection.scalars(select(audit.c.action).order_by(audit.c.id)))
    assert actions == [f"story: {what}" for what in ("pin", "split", "merge", "undo", "merge", "label")]
    done = run("stories", "labels", cwd=console.config.parent)
    (row,) = [r for r in done.lines if r["topics"] == [] or "green_energy" not in r["topics"]][:1]
    assert len({r["story"] for r in done.lines}) == 1
    assert row["relevant"]
    labelled = console.config.parent / "labels.jsonl"
    labelled.write_text(done.out, encoding="utf-8")
    assert run("evaluate", str(labelled), cwd=console.config.parent).status == 0


def test_an_operator_renames_a_base(page: Page, console: Console) -> None:
    _, key = founding(console.store)
    page.goto(f"{console.url}/console/register/{key}")
    page.get_by_label("Name", exact=True).fill("Founding Base")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Founding Base")
    with console.store.read() as connection:
        assert bases.find(connection, keys=[key])[0]["names"]["en"] == "Founding Base"


def test_the_map_leads_to_the_base(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/register")
    city = page.locator("svg.map a", has_text="Shenzhen")
    city.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/console/register/base-"))
    for form, sign in (("csv", "key,name"), ("geojson", '"FeatureCollection"'), ("ics", "BEGIN:VCALENDAR")):
        assert sign in page.request.get(f"{shared.url}/console/register.{form}").text()


def test_a_subscription_is_added_paused_and_ended(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/subscriptions")
    page.get_by_role("link", name="Add a subscription").click()
    page.get_by_label("Mail address").fill("reader@example.org")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("status")).to_contain_text("Added")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("main")).to_contain_text("paused")
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("End this subscription", exact=True).click()
    page.get_by_role("button", name="End reader").click()
    expect(page.get_by_role("link", name="reader", exact=True)).to_have_count(0)


def test_a_past_digest_is_shown_as_it_was(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/subscriptions/asean-desk")
    page.locator("[data-item] a").first.click()
    assert "China" in page.locator("main").inner_text()


def test_a_change_that_breaks_examples_is_asked_first_with_what_speaks_against_it(
    page: Page, console: Console
) -> None:
    before = console.config.read_text(encoding="utf-8")
    page.goto(f"{console.url}/console/topics/health")
    page.get_by_label("Query", exact=True).fill("durian")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("An example fails:")
    assert console.config.read_text(encoding="utf-8") == before
    page.get_by_role("button", name="Apply all the same").click()
    expect(page.get_by_role("status")).to_contain_text("Applied and saved.")
    assert load(console.config).topics["health"].query == "durian"


def test_a_topic_and_a_set_are_taken_out_only_when_it_was_asked(page: Page, console: Console) -> None:
    with console.store.write() as connection:
        reader = {"name": "reader", "to": ["r@example.org"], "topics": ["tourism"]}
        subscriptions.add(connection, load(console.config), reader, AFTER)
    before = console.config.read_text(encoding="utf-8")
    page.goto(f"{console.url}/console/topics/tourism")
    page.get_by_role("button", name="Take this topic out").click()
    expect(page.get_by_role("alert")).to_contain_text("It is used by subscription reader")
    assert console.config.read_text(encoding="utf-8") == before
    page.get_by_role("button", name="Take it out all the same").click()
    expect(page.get_by_role("status")).to_contain_text("tourism is taken out.")
    assert "tourism" not in load(console.config).topics
    expect(page.locator("main")).to_contain_text(
        "The subscription reader names tourism, which is no longer there."
    )
    expect(page.locator("main")).to_contain_text("Judge again: aseanwatch rejudge")
    page.goto(f"{console.url}/console/terms/trade")
    page.get_by_role("button", name="Take this set out").click()
    expect(page.get_by_role("alert")).to_contain_text("topic trade_investment")
    expect(page.get_by_role("alert")).to_contain_text("config.yaml would be wrong without it")
    assert page.get_by_role("button", name="Take it out all the same").count() == 0
    assert "trade" in load(console.config).terms


@pytest.mark.long  # tests/alerts/operations/test_objections.py renames a topic and takes that back without a browser
def test_a_topic_is_renamed_after_it_was_asked(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/topics/tourism")
    page.get_by_label("New name").fill("travel")
    page.get_by_role("button", name="Rename").last.click()
    expect(page.get_by_role("alert")).to_contain_text("tourism → travel")
    assert "tourism" in load(console.config).topics
    page.get_by_role("alert").get_by_role("button", name="Rename").click()
    expect(page).to_have_url(re.compile(r"/console/topics/travel"))
    assert "travel" in load(console.config).topics and "tourism" not in load(console.config).topics
    page.goto(f"{console.url}/console/changes")
    expect(page.get_by_role("heading", name="Topic: tourism → travel")).to_be_visible()
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_role("heading", name="Topic: travel → tourism")).to_be_visible()
    assert "tourism" in load(console.config).topics


def test_entries_that_wait_are_tried_again_or_dropped_with_a_reason(page: Page, console: Console) -> None:
    with console.store.write() as connection:
        one, other = connection.scalars(
            select(entries.c.id).where(entries.c.source == "lingnan-daily").limit(2)
        ).all()
        waiting.postpone(
            connection,
            [Wait([one], Reason.JUDGING, "a plug-in raised"), Wait([other], Reason.STORING, "no")],
            AFTER,
        )
    page.goto(f"{console.url}/console/health")
    judging = page.get_by_role("row").filter(has_text="could not be judged")
    judging.get_by_role("button", name="Drop").click()
    expect(page.get_by_text("Say why they are wanted no more")).to_be_visible()
    page.goto(f"{console.url}/console/health")
    judging.get_by_label("Why they are wanted no more").fill("a test page")
    judging.get_by_role("button", name="Drop").click()
    expect(judging).to_have_count(0)
    with console.store.read() as connection:
        (gone,) = waiting.dropped(connection, PendingFilter())
        assert (gone["id"], gone["note"], gone["message"]) == (one, "a test page", "a plug-in raised")
        assert waiting.listed(connection, PendingFilter([other]), 9)[0]["tries"] == 1
    page.get_by_role("row").filter(has_text="could not be stored").get_by_role(
        "button", name="Try again"
    ).click()
    expect(page.get_by_text("entries: retry").first).to_be_visible()
    with console.store.read() as connection:
        (again,) = waiting.listed(connection, PendingFilter([other]), 9)
        assert again["tries"] == 0
        assert again["next_try"] < AFTER + FIRST_WAIT


def test_a_source_is_paused_on_a_telephone_and_that_is_undone(browser: Browser, console: Console) -> None:
    before = console.config.read_text(encoding="utf-8")
    context = window(
        browser, viewport={"width": 390, "height": 800}, locale="en-US", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{console.url}/console/sources")
    page.get_by_role("link", name="song-hong").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_contain_text("asked no more")
    assert [s.name for s in load(console.config).sources if not s.enabled] == ["song-hong"]
    page.goto(f"{console.url}/console/sources?state=paused")
    expect(page.locator("[data-item]")).to_have_count(1)
    page.goto(f"{console.url}/console/sources/song-hong")
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("Remove", exact=True).click()
    page.get_by_role("button", name="Remove song-hong").click()
    expect(page.get_by_role("status")).to_contain_text("song-hong is removed")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("song-hong")
    assert {s.name for s in load(console.config).sources} >= {"song-hong"}
    assert sorted(console.config.read_text(encoding="utf-8").split()) == sorted(before.split())
    context.close()


@pytest.mark.long  # tests/system/test_source_audit.py writes and takes back a moved address by command
def test_what_sources_are_worth_is_shown_and_a_moved_address_is_written(page: Page, console: Console) -> None:
    with console.store.write() as connection:
        state = load_states(connection)["song-hong"]
        update_states(connection, [replace(state, address="https://new.song-hong.example/rss")])
    page.goto(f"{console.url}/console/sources")
    page.get_by_role("link", name="What each source is worth").click()
    expect(page.locator("tbody tr")).to_have_count(len(load(console.config).sources))
    page.goto(f"{console.url}/console/sources/audit?verdict=moved")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_role("status")).to_contain_text("The new address of song-hong is written.")
    moved = {s.name: s.url for s in load(console.config).sources}
    assert moved["song-hong"] == "https://new.song-hong.example/rss"
    page.get_by_role("button", name="Undo").click()
    assert {s.name: s.url for s in load(console.config).sources} != moved


def test_a_source_is_changed_and_a_mistake_is_said_beside_its_field(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/sources/html-not-feed")
    page.get_by_text("Change", exact=True).click()
    page.get_by_label("Asked every").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("every: 'soon' is no duration")
    page.get_by_label("Asked every").fill("2h")
    page.get_by_label("Language", exact=True).select_option("en")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    made = next(s for s in load(console.config).sources if s.name == "html-not-feed")
    assert (str(made.every), made.lang) == ("2:00:00", "en")
    page.get_by_role("button", name="Try it now").click()
    expect(page.locator(".answer")).to_contain_text("refuses the connection")
    expect(page.locator(".answer")).to_contain_text("no service runs now")


def test_a_subscription_of_the_file_is_changed_and_its_form_keeps_what_it_does_not_offer(
    page: Page, console: Console
) -> None:
    page.goto(f"{console.url}/console/subscriptions/mekong-desk")
    expect(page.locator("main")).to_contain_text("Cambodia, Laos, Myanmar, Thailand, Vietnam")
    page.get_by_text("Change", exact=True).click()
    page.get_by_label("When").select_option("daily")
    page.get_by_label("at", exact=True).fill("06:45")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    made = next(s for s in load(console.config).subscriptions if s.name == "mekong-desk")
    assert (str(made.when), made.countries, made.channel) == (
        "daily 06:45", ("KH", "LA", "MM", "TH", "VN"), "folder",
    )  # fmt: skip


def test_a_message_that_was_given_up_is_tried_again_on_a_telephone(
    browser: Browser, console: Console
) -> None:
    with console.store.write() as connection:
        failed = {"status": "failed", "failure": "rejected", "error": "550 no", "sent": None}
        connection.execute(deliveries.update().where(deliveries.c.id == 7).values(**failed))
    context = window(
        browser, viewport={"width": 390, "height": 800}, locale="en-US", java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{console.url}/console/health")
    expect(page.get_by_role("status")).to_contain_text("messages given up: 1")
    page.get_by_role("link", name="Read what the other end said").click()
    row = page.locator("[data-item]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("given up")
    again = row.get_by_role("button", name="Try again")
    box = again.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= 390
    again.click()
    expect(page.get_by_role("status")).to_contain_text("1 message waits to be sent again.")
    page.goto(f"{console.url}/console/deliveries?status=pending&subscription=mekong-desk")
    page.locator("[data-item] a").first.click()
    assert "As it was sent" in page.locator("body").inner_text()
    context.close()
