"""Lists of stories: filters that act at once, saved views, volume over time, and lists as files."""

from __future__ import annotations

import csv
import io
import json
import re
from http.client import HTTPConnection

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders import keep
from tests.console.conftest import Console, window
from tests.sessions import BY_SESSION


def get(console: Console, path: str) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection("127.0.0.1", console.port, timeout=60)
    connection.request("GET", path, None, BY_SESSION)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text


def ids(page_text: str) -> list[str]:
    return re.findall(r'<h3><a href="/console/stories/(\d+)"', page_text)


def total(page_text: str) -> int:
    found = re.search(r'id="total">(\d+) ', page_text)
    assert found
    return int(found[1])


def test_each_count_is_what_the_choice_leaves(shared: Console) -> None:
    _, _, page = get(shared, "/console/?topic=trade_investment")
    form = page[page.index('<form id="filters"') : page.index("</form>", page.index('<form id="filters"'))]
    choices = re.findall(r'name="(\w+)" value="([\w-]+)"> ?<bdi>[^<]*</bdi> <span class="count">(\d+)<', form)
    assert {"country", "lang", "outlet", "stage", "period", "unread"} <= {name for name, _, _ in choices}
    for name, value, number in choices:
        if name in ("topic", "period"):
            continue
        _, _, left = get(shared, f"/console/?topic=trade_investment&{name}={value}")
        assert total(left) == int(number) == len(ids(left)), (name, value)


def test_a_filter_acts_at_once_and_is_taken_off_as_a_chip(page: Page, shared: Console) -> None:
    page.goto(f"{shared.url}/console/")
    everything = page.locator("#total").inner_text()
    page.get_by_label("Trade and investment").check()
    expect(page).to_have_url(re.compile(r"\?topic=trade_investment"))
    expect(page.locator("#total")).not_to_have_text(everything)
    expect(page.get_by_label("Trade and investment")).to_be_focused()
    page.locator(".chips").get_by_role("link", name="Trade and investment").click()
    expect(page.locator("#total")).to_have_text(everything)
    page.go_back()
    expect(page.get_by_label("Trade and investment")).to_be_checked()


def test_filters_and_views_need_no_script(browser: Browser, console: Console) -> None:
    context = window(
        browser, java_script_enabled=False, viewport={"width": 390, "height": 800}, locale="en-US"
    )
    page = context.new_page()
    page.goto(f"{console.url}/console/")
    expect(page.get_by_label("Finance")).to_be_hidden()
    page.get_by_text("Filters and views").click()
    page.get_by_label("Finance").check()
    page.get_by_label("Tourism").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".chips li")).to_have_count(3)  # and one that takes all away
    shown = page.locator("#total").inner_text()
    page.get_by_text("Keep as a view").click()
    page.get_by_role("textbox", name="Name").fill("Money and travel")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator("h1")).to_have_text("Money and travel")
    page.goto(f"{console.url}/console/views")
    page.get_by_role("link", name="Money and travel").click()
    expect(page.locator("#total")).to_have_text(shown)
    page.goto(f"{console.url}/console/views")
    page.get_by_role("textbox", name="Name").fill("Travel")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("link", name="Travel").wait_for()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("There is no view yet")
    context.close()


def test_what_an_address_says_and_nobody_knows_is_named_and_never_repeated(shared: Console) -> None:
    for query, named in (
        ("country=XX", "Country"),
        ("lnag=id", "lang"),
        ("period=yesterday", "Period"),
        ("month=2025-13", "Month"),
        ("from=soon", "from"),
        ("topic=%3Cb%3Ewin%20now%3C/b%3E", "Topic"),
        ("told=send%20money", "does not exist"),
    ):
        status, _, page = get(shared, f"/console/?{query}")
        notice = page[page.index('class="doubtful"') :][:300]
        assert status == 200
        assert named in notice
        assert "win now" not in page
        assert "send money" not in page
        assert total(page) == 32


@pytest.mark.parametrize(
    "query", ["", "?topic=trade_investment&country=VN", "?q=railway", "?period=7d&lang=th"]
)
def test_a_list_as_a_file_has_exactly_what_the_filter_shows(shared: Console, query: str) -> None:
    _, _, page = get(shared, f"/console/{query}")
    shown = set(ids(page))
    status, headers, text = get(shared, f"/console/stories.csv{query}")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert status == 200
    assert text.startswith("\ufeff")
    assert headers["content-type"].startswith("text/csv")
    assert "attachment" in headers["content-disposition"]
    assert {r["id"] for r in rows} == shown
    assert int(headers["x-total-count"]) == len(rows)
    lines = [json.loads(line) for line in get(shared, f"/console/stories.jsonl{query}")[2].splitlines()]
    assert [str(line["id"]) for line in lines] == [r["id"] for r in rows]
    assert all(line["unread"] is True for line in lines)


def test_no_cell_of_a_file_is_a_formula(console: Console) -> None:
    keep(
        console.store,
        '=HYPERLINK("http://x.example") China and Laos sign a railway agreement',
        source="@sum",
        outlet="+1-2",
    )
    _, _, text = get(console, "/console/stories.csv?q=HYPERLINK")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["title"].startswith("'=HYPERLINK")
    assert row["outlet"] == "'+1-2"


@pytest.mark.parametrize("name", ["sources", "subscriptions", "deliveries"])
def test_other_lists_come_as_files_too(shared: Console, name: str) -> None:
    _, _, text = get(shared, f"/console/{name}.csv")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    lines = get(shared, f"/console/{name}.jsonl")[2].splitlines()
    assert len(rows) == len(lines) > 0
    assert get(shared, f"/console/{name}.xml")[0] == 404


def test_the_volume_adds_up_and_leads_to_its_stories(shared: Console) -> None:
    _, _, page = get(shared, "/console/volume?span=365d&by=country&step=month")
    whole = re.search(r'All stories <span class="count">(\d+)<', page)
    assert whole
    rows = re.findall(r'<a href="(/console/\?from=[^"]+)">(\d+)</a>', page)
    assert sum(int(number) for _, number in rows) == int(whole[1])
    for address, number in rows[:4]:
        assert total(get(shared, address.replace("&amp;", "&"))[2]) == int(number)
    assert 'role="img" aria-label="All stories: ' in page
    for strange in ("by=x&span=y&step=z", "span=all&step=day", "lang=xx"):
        assert get(shared, f"/console/volume?{strange}")[0] == 200


def test_search_is_sorted_and_counted_by_month(shared: Console) -> None:
    _, _, page = get(shared, "/console/?q=railway")
    months = re.findall(
        r'name="month" value="(\d{4}-\d\d)"[^>]*> ?<bdi>[^<]*</bdi> <span class="count">(\d+)<', page
    )
    assert sum(int(number) for _, number in months) == total(page)
    month, number = months[0]
    assert total(get(shared, f"/console/?q=railway&month={month}")[2]) == int(number)
    _, _, best = get(shared, "/console/?q=railway&sort=relevance")
    assert set(ids(best)) == set(ids(page))
