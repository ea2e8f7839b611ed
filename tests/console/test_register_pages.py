"""The register's pages: what changed in a month, filters with counts, one base that can be cited, printed and sent."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from crawler.store.base_listing import listed
from tests.builders import keep, later
from tests.console.conftest import Console, served, window
from tests.console.test_pages import RULES

SOLAR = "China-Cambodia Solar Training Base"


@pytest.fixture(scope="module")
def console(three_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console whose register has a base with two stages, and one that only a Chinese report names."""
    with served(three_days, tmp_path_factory.mktemp("register")) as made:
        signed, opened = later(days=-160), later(days=-11)
        text = f"China and Cambodia on 20 June 2025 signed an agreement to build the {SOLAR} in Sihanoukville, worth 12 million dollars, with Huawei."
        keep(
            made.store,
            f"Agreement signed on {SOLAR}",
            text,
            published=signed,
            first_seen=signed,
            source="mekong-post",
        )
        text = "6月20日,中柬光伏实训基地合作协议在西哈努克市签署,投资1200万美元,每年培训300人。"
        keep(
            made.store,
            "中柬光伏实训基地签约",
            text,
            published=signed,
            first_seen=signed,
            source="lingnan-daily",
        )
        text = f"The {SOLAR} in Sihanoukville was officially opened by the two countries."
        keep(
            made.store,
            f"{SOLAR} opens in Sihanoukville",
            text,
            published=opened,
            first_seen=opened,
            source="mekong-post",
        )
        park = later(days=-8)
        text = "11月20日，中国—东盟罗汉果甜苷示范园区在广西凭祥启动建设，总投资5亿元，由广西与越南谅山合作。"
        keep(
            made.store,
            "中国—东盟罗汉果甜苷示范园区在广西凭祥启动",
            text,
            published=park,
            first_seen=park,
            source="guangxi-ribao",
        )
        text = "China and Laos on Friday launched the China-Laos Joint Rice Breeding Laboratory in Nanning."
        laboratory = later(days=-60)
        keep(
            made.store,
            "Rice laboratory launched in Nanning",
            text,
            published=laboratory,
            first_seen=laboratory,
        )
        yield made


def key_of(console: Console, name: str) -> str:
    with console.store.read() as connection:
        (key,) = [b.key for b in listed(connection) if name in b.names.values()]
    return key


def test_what_changed_in_a_month_stands_first_and_has_an_address(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/register?month=2025-11")
    changed = page.locator("section", has=page.get_by_role("heading", name="What changed in November 2025"))
    expect(changed.get_by_role("heading", name="2 new bases")).to_be_visible()
    reached = changed.get_by_role("listitem").filter(has_text=SOLAR)
    expect(reached).to_contain_text("launched · reported 17 Nov 2025 · Sihanoukville (Cambodia)")
    expect(reached).to_contain_text("was officially opened by the two countries")
    expect(reached.get_by_role("link", name="mekong-post")).to_be_visible()
    changed.get_by_label("Month").select_option("2025-06")
    changed.get_by_role("button", name="Show this month").click()
    expect(page).to_have_url(re.compile("month=2025-06"))
    expect(page.get_by_role("listitem").filter(has_text=SOLAR).first).to_contain_text("signed · 20 Jun 2025")


def test_a_month_without_changes_says_so_and_leads_to_the_latest_one(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/register?month=2024-02")
    expect(page.get_by_text("No report tells of a new base or another stage in this month.")).to_be_visible()
    page.get_by_role("link", name="November 2025: 3 changes").click()
    expect(page.get_by_role("heading", name="What changed in November 2025")).to_be_visible()


@pytest.mark.parametrize("month", ["2025-13", "0000-01", "x", "2025-1", "%2F"])
def test_what_is_no_month_shows_one_all_the_same(page: Page, console: Console, month: str) -> None:
    answer = page.goto(f"{console.url}/console/register?month={month}")
    assert answer is not None
    assert answer.status == 200


def test_filters_say_how_many_they_would_show_and_the_exports_follow(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/register")
    page.get_by_label("Country").select_option("KH")
    page.get_by_role("button", name="Show", exact=True).click()
    rows = page.locator("table.cards tbody tr")
    expect(rows).to_have_count(1)
    # The other filters count within this one, and this one still offers the other countries.
    assert page.get_by_label("Stage").locator("option").all_inner_texts() == ["all", "Launched (1)"]
    assert "Malaysia (1)" in page.get_by_label("Country").locator("option").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert [r["name"] for r in csv.DictReader(io.StringIO(text))] == [SOLAR]


@pytest.mark.parametrize("name", ["country", "stage", "kind", "place", "month", "page"])
def test_words_of_a_link_are_not_repeated(page: Page, console: Console, name: str) -> None:
    page.goto(f"{console.url}/console/register?{name}=Call%200123%20at%20once")
    assert "0123" not in page.locator("body").inner_text()


def test_the_day_in_the_table_is_that_of_the_stage(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/register?country=KH")
    assert page.locator("table.cards tbody tr td").all_inner_texts()[1:3] == [
        "launched",
        "reported 17 Nov 2025",
    ]


def test_a_base_shows_each_stage_with_its_day_its_proof_and_who_reported_it(
    page: Page, console: Console
) -> None:
    page.goto(f"{console.url}/console/register/{key_of(console, SOLAR)}")
    stages = page.locator("ol.life > li").all_inner_texts()
    assert [s.split(" · ")[0] for s in stages] == ["Proposed", "Signed", "Launched", "Operating"]
    assert "no report tells of it" in stages[0]
    assert "20 Jun 2025" in stages[1]
    assert "signed an agreement" in stages[1]
    assert "mekong-post" in stages[1]
    assert "reported 17 Nov 2025" in stages[2]
    assert "not yet reported" in stages[3]
    facts = page.locator("main").inner_text()
    assert "Huawei" in facts
    assert "12 million dollars" in facts


def test_what_no_report_says_is_said(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/register/{key_of(console, '中国—东盟罗汉果甜苷示范园区')}")
    # The name is the one that the report uses; what we made of it in the reader's language stands below, marked.
    expect(page.get_by_role("heading", level=1)).to_contain_text("中国—东盟罗汉果甜苷示范园区")
    made = page.get_by_text("Our translation:").or_(page.get_by_text("No report names it in this language"))
    expect(made.first).to_be_visible()
    expect(page.locator("#names + dl dd").filter(has_text="中国—东盟罗汉果甜苷示范园区")).to_contain_text(
        "guangxi-ribao"
    )
    assert (
        page.locator("dl.facts dt", has_text="Partners").locator("+ dd").inner_text() == "No report says so."
    )


def test_a_reader_of_chinese_gets_chinese_names_and_proofs(browser: Browser, console: Console) -> None:
    context = window(browser, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{console.url}/console/register/{key_of(console, SOLAR)}")
    assert page.locator("h1").inner_text() == "中柬光伏实训基地"
    assert "6月20日,中柬光伏实训基地合作协议" in page.locator("ol.life").inner_text()
    assert "引用与分享" in page.locator("main").inner_text()
    context.close()


def test_a_base_is_cited_with_stage_day_source_address_and_date(page: Page, console: Console) -> None:
    key = key_of(console, SOLAR)
    page.goto(f"{console.url}/console/register/{key}")
    said = page.locator(".citation").inner_text()
    assert said.startswith(
        f"{SOLAR}: launched, reported 17 Nov 2025. Source: mekong-post, https://outlet.example/"
    )
    assert f"{console.url}/console/register/{key} (retrieved 1 Dec 2025)" in said
    assert page.get_by_label("Address of this page").input_value() == f"{console.url}/console/register/{key}"
    sent = page.get_by_role("link", name="Send by mail").get_attribute("href") or ""
    assert sent.startswith("mailto:?subject=China-Cambodia%20Solar")
    feature = json.loads(page.request.get(f"{console.url}/console/register.geojson?key={key}").text())[
        "features"
    ]
    assert [f["id"] for f in feature] == [key]


def test_every_dot_of_a_map_has_its_name_beside_it(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/register")
    dots = page.locator("svg.map a")
    names = [d.locator("text").text_content() for d in dots.all()]
    assert len(names) == len(set(names)) == page.locator("svg.map circle.dot").count()
    assert {"Shenzhen", "Sihanoukville", "Pingxiang"} <= set(names)
    boxes = [d.locator("text").bounding_box() for d in dots.all()]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one
            assert other
            assert (
                one["x"] + one["width"] <= other["x"] + 1
                or other["x"] + other["width"] <= one["x"] + 1
                or one["y"] + one["height"] <= other["y"] + 6
                or other["y"] + other["height"] <= one["y"] + 6
            ), "two names lie on each other"


def test_a_place_with_several_bases_leads_to_them(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/console/register")
    page.get_by_role("listitem").filter(has_text="2 bases").get_by_role(
        "link", name="Nanning (China)"
    ).click()
    expect(page).to_have_url(re.compile("place=Nanning"))
    expect(page.locator("table.cards tbody tr")).to_have_count(2)
    assert "place=Nanning" in (page.get_by_role("link", name="GeoJSON").get_attribute("href") or "")


@pytest.mark.parametrize("address", ["", "/KEY"])
def test_a_printed_page_has_the_record_and_nothing_to_press(
    page: Page, console: Console, address: str
) -> None:
    page.goto(f"{console.url}/console/register{address.replace('KEY', key_of(console, SOLAR))}")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in ("header", "footer", "form", ".tools"):
        assert not any(e.is_visible() for e in page.locator(gone).all()), gone
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    if address:
        expect(page.locator(".citation")).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_the_register_is_accessible_and_fits_a_telephone(
    browser: Browser, console: Console, locale: str
) -> None:
    context = window(browser, viewport={"width": 390, "height": 844}, locale=locale)
    page = context.new_page()
    for path in ("register?month=2025-11", f"register/{key_of(console, SOLAR)}"):
        page.goto(f"{console.url}/console/{path}")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(v["id"], [n["html"][:100] for n in v["nodes"]][:2]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()
