"""The layout of a digest: a base and its story are one card, bases stand first, then topics, last what is only new to us."""

import re
from dataclasses import replace

from bs4 import BeautifulSoup

from alerts.digests.digest import TopicItem
from alerts.digests.render import render
from alerts.digests.sections import in_brief, preview_of, sections_of
from alerts.digests.wording import words
from tests.alerts.digests.test_rendering import BASE, digest, report, story

TRADE, RAIL = TopicItem("trade", "Trade"), TopicItem("rail", "Railways")
EN = words("en")


def of(topic: TopicItem, title: str, number: int, **more: object) -> object:
    return story(title, number, topics=(topic,), **more)


def test_a_base_and_the_story_that_tells_of_it_are_one_card() -> None:
    telling = story("Base opens in Shenzhen", 1, base=BASE.key)
    page = BeautifulSoup(render(digest(telling, bases=(BASE,))).html, "lxml")
    (card,) = page.select("article")
    assert "New base: Innovation Base" in card.get_text()
    assert [a.get_text() for a in card.select("li a")] == ["Base opens in Shenzhen"]


def test_stories_stand_under_their_topics_bases_first_and_what_is_only_new_to_us_last() -> None:
    told = digest(
        of(RAIL, "Old railway", 4, old=True),
        of(TRADE, "Durians", 1),
        of(RAIL, "Trains", 2),
        of(TRADE, "Rice", 3),
        bases=(BASE,),
    )
    found = sections_of(told, told.stories, EN)
    assert [s.title for s in found] == ["New bases", "Trade", "Railways", "Also new to us"]
    assert [c.story.best.title for c in found[1].cards if c.story] == ["Durians", "Rice"]


def test_a_stage_that_was_reached_is_no_new_base() -> None:
    told = digest(bases=(replace(BASE, update=True, before="signed"),))
    assert [s.title for s in sections_of(told, (), EN)] == ["Bases"]


def test_no_brief_repeats_all_there_is() -> None:
    told = digest(*(of(TRADE, f"News {n}", n) for n in range(3)))
    assert in_brief(sections_of(told, told.stories, EN), EN) == ()


def test_the_brief_says_the_first_news_and_where_the_rest_is() -> None:
    told = digest(
        story("Base opens", 9, base=BASE.key), *(of(TRADE, f"News {n}", n) for n in range(4)), of(RAIL, "Trains", 5),
        bases=(BASE,),
    )  # fmt: skip
    lines = [b.text for b in in_brief(sections_of(told, told.stories, EN), EN)]
    assert lines == [
        "Launched: Innovation Base (Shenzhen +1)",
        "News 0",
        "News 1",
        "3 more stories in Trade, Railways",
    ]


def test_the_rest_is_more_than_one_story_or_it_is_told() -> None:
    told = digest(*(of(TRADE, f"News {n}", n) for n in range(4)))
    lines = [b.text for b in in_brief(sections_of(told, told.stories, EN), EN)]
    assert lines == ["News 0", "News 1", "2 more stories in Trade"]


def test_the_preview_is_news_that_the_subject_does_not_say() -> None:
    told = digest(story("Base opens", 9, base=BASE.key), of(TRADE, "Durians", 1), bases=(BASE,))
    preview = preview_of(sections_of(told, told.stories, EN), EN)
    assert preview == "基地启动。 · Durians"
    page = BeautifulSoup(render(told).html, "lxml")
    assert page.body.find(True).get_text().startswith(preview)
    assert "display: none" in page.select_one(".preview")["style"]


def test_a_long_digest_begins_with_its_contents() -> None:
    short = render(digest(*(of(TRADE, f"News {n}", n) for n in range(5)), of(RAIL, "Trains", 6)))
    long = render(digest(*(of(TRADE, f"News {n}", n) for n in range(12)), of(RAIL, "Trains", 16)))
    assert not BeautifulSoup(short.html, "lxml").select("a[href^='#part']")
    links = BeautifulSoup(long.html, "lxml").select("a[href^='#part']")
    assert [a.get_text() for a in links] == ["Trade", "Railways"]
    assert all(re.search(f'id="{a["href"][1:]}"', long.html) for a in links)


def test_readers_are_not_told_of_the_operator_s_troubles() -> None:
    told = render(digest(of(TRADE, "Durians", 1), silent=("broken-feed",)))
    assert "broken-feed" not in told.html + told.text


def test_a_headline_in_brief_has_its_language() -> None:
    told = digest(*(story(f"ຂ່າວ {n}", n, best=report(f"ຂ່າວ {n}", "lo")) for n in range(5)))
    page = BeautifulSoup(render(told).html, "lxml")
    assert [li.get("lang") for li in page.select(".brief li")] == ["lo", "lo", "lo", "en"]


def test_each_line_in_brief_leads_to_its_news_and_a_base_to_its_report() -> None:
    told = digest(
        story("Base opens", 9, base=BASE.key), *(of(TRADE, f"News {n}", n) for n in range(4)), bases=(BASE,)
    )
    page = BeautifulSoup(render(told).html, "lxml")
    links = page.select(".brief a")
    assert [a.get_text() for a in links] == ["Launched: Innovation Base (Shenzhen +1)", "News 0", "News 1"]
    below = [page.select_one(a["href"]).find_next("h3").get_text() for a in links]
    assert below == ["New base: Innovation Base", "News 0", "News 1"]
    assert page.select_one("h3 a.base")["href"].startswith("https://")


def test_a_headline_that_the_reader_may_not_read_has_its_topic_and_country_before_it() -> None:
    foreign = of(RAIL, "ລົດໄຟ", 1, best=report("ລົດໄຟ", "lo"), about=("LA",))
    told = digest(foreign, *(of(TRADE, f"News {n}", n) for n in range(4)))
    assert told.subject.startswith("Railways, Laos: ລົດໄຟ")
    shown = render(told)
    first = BeautifulSoup(shown.html, "lxml").select_one(".brief li")
    assert first.get_text() == "Railways, Laos: ລົດໄຟ"
    assert "- Railways, Laos: ລົດໄຟ\n" in shown.text
    assert digest(of(RAIL, "Trains", 1)).subject == "Trains"
