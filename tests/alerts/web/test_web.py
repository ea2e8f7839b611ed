"""What readers do by links: a GET changes nothing, a forwarded mail cannot end its owner's subscription, each link opens one thing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from bs4 import BeautifulSoup

from alerts.delivery.send import Sender
from alerts.identity.links import Grant, links_of
from alerts.operations.live_config import Live
from alerts.subscriptions import subscriptions
from alerts.web.serving import Pages
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import Store
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import TO, begin, mailing, send, talks
from tests.alerts.web.web_client import Browser, serving
from tests.builders import later

READER = "reader@example.org"


@pytest.fixture
def own(inboxes: Inboxes) -> Settings:
    return mailing(inboxes.port, {"to": TO, "title": "The desk"}, signup=True)


@pytest.fixture
def browser(own: Settings, store: Store) -> Iterator[Browser]:
    with store.write() as connection:
        subscriptions.register(connection, own, now() - timedelta(days=1))
    with serving(own, store) as found:
        yield found


def flush(store: Store, own: Settings) -> None:
    """Send what the pages wrote into the outbox."""
    sender = Sender(store, own)
    sender.send_due(now())
    sender.close()


def link_in(mail: EmailMessage, purpose: str) -> str:
    """The first link of a purpose in the plain text of a mail."""
    text: str = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(rf"https://watch\.example\.org/{purpose}/\S+", text)
    assert found, text
    return found[0]


def told(store: Store, own: Settings, inboxes: Inboxes, to: str) -> EmailMessage:
    """A digest that was just sent to a reader."""
    moment = now()
    from tests.builders import keep

    keep(store, "China and Vietnam widen trade cooperation", first_seen=moment, published=moment)
    from alerts.delivery.dispatch import dispatch

    dispatch(store, own, moment)
    return next(mail for recipient, mail in reversed(inboxes.mails) if recipient == to)


def known(store: Store, own: Settings) -> dict[str, Any]:
    with store.read() as connection:
        return {k.subscription.name: k for k in subscriptions.load_subscriptions(connection, own)}


def readers(store: Store, own: Settings) -> tuple[str, ...]:
    with store.read() as connection:
        return subscriptions.load_recipients(connection, own.subscriptions[0])


def signed_up(browser: Browser, store: Store, own: Settings, inboxes: Inboxes, **form: Any) -> EmailMessage:
    """The note that a sign-up causes."""
    answer = browser.sign_up(READER, rhythm="daily", at="08:00", timezone="Asia/Jakarta", **form)
    assert answer.status == 200, answer.text
    flush(store, own)
    return next(mail for to, mail in reversed(inboxes.mails) if to == READER)


def test_signing_up_takes_two_yeses(browser: Browser, store: Store, own: Settings, inboxes: Inboxes) -> None:
    note = signed_up(
        browser,
        store,
        own,
        inboxes,
        topics=["trade_investment"],
        countries=["VN"],
        language="id",
        weekends_off="1",
    )
    assert "List-Unsubscribe" not in note
    assert list(known(store, own)) == ["desk"]
    link = link_in(note, "confirm")
    for _ in range(3):
        assert browser.get(link).status == 200  # a mail scanner opens every link
    assert list(known(store, own)) == ["desk"]
    assert browser.post(link, do="confirm").status == 200
    (name,) = set(known(store, own)) - {"desk"}
    made = known(store, own)[name].subscription
    assert (made.to, str(made.when), made.timezone) == ((READER,), "daily 08:00", "Asia/Jakarta")
    assert (made.topics, made.countries, made.language, made.days_off) == (
        ("trade_investment",),
        ("VN",),
        "id",
        (5, 6),
    )
    assert READER not in name


def test_a_known_address_cannot_be_found_out(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    first = browser.sign_up(READER)
    flush(store, own)
    browser.post(link_in(inboxes.mails[-1][1], "confirm"))
    second = browser.sign_up(READER)
    assert (first.status, first.body) == (second.status, second.body)
    flush(store, own)
    assert "/change/" in str(inboxes.mails[-1][1].get_body(("plain",)))


def test_a_form_that_is_refused_keeps_what_was_typed_and_says_what_is_wrong_where(
    browser: Browser, store: Store, own: Settings
) -> None:
    refused = browser.sign_up(
        "nobody at all",
        timezone="北京",
        quiet="at night",
        topics=["finance"],
        topics_mode="only",
        countries=["XX"],
        asean_wide=["0"],
    )
    assert refused.status == 422
    page = BeautifulSoup(refused.text, "lxml")
    marked = {
        field["name"]: page.select_one(f"#{field['aria-describedby']}").text
        for field in page.select("[aria-invalid]")
    }
    assert marked == {
        "address": "That is no mail address.",
        "timezone": "Please choose a city of the list.",
        "quiet": "Please give two times, such as 22:00-07:00.",
    }
    kept = {field["value"] for field in page.select("input[checked], input[name=address], input[name=quiet]")}
    assert kept == {"nobody at all", "at night", "finance", "only"}
    cities = [
        option.text
        for option in BeautifulSoup(browser.get("/", **{"Accept-Language": "zh"}).text, "lxml").select(
            "#timezone option"
        )
    ]
    assert {"雅加达", "上海"} <= set(cities[:20])
    assert "圣保罗" in cities[20:]


def test_preferences_come_first_and_leaving_is_the_quieter_way(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    page = browser.get(link_in(told(store, own, inboxes, TO[0]), "manage")).text
    buttons = BeautifulSoup(page, "lxml").select("button")
    assert [(b["value"], b.get("class")) for b in buttons] == [("send", None), ("leave", ["second"])]


def test_nobody_is_flooded_through_the_form(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    answers = [browser.sign_up(READER).status for _ in range(6)]
    assert answers == [200] * 6  # whether the mailbox has had its share is nobody's business
    flush(store, own)
    assert inboxes.recipients == [READER] * 3


def test_a_digest_s_link_only_sends_a_link_to_its_owner(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    link = link_in(told(store, own, inboxes, TO[0]), "manage")
    assert browser.get(link).status == 200
    assert browser.post(link, do="save").status == 200  # whoever it was forwarded to tries
    assert readers(store, own) == tuple(TO)
    flush(store, own)
    recipient, note = inboxes.mails[-1]
    assert recipient == TO[0]
    change = link_in(note, "change")
    assert "Unsubscribe" in browser.get(change).text
    assert readers(store, own) == tuple(TO)
    assert browser.post(change, do="leave").status == 200
    assert readers(store, own) == (TO[1],)


@pytest.mark.parametrize("header", [False, True])
def test_a_reader_leaves_at_once_and_can_come_back(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes, header: bool
) -> None:
    mail = told(store, own, inboxes, TO[0])
    listed = re.search(r"<(https://[^>]+)>", mail["List-Unsubscribe"])[1]
    link = listed if header else link_in(mail, "manage")
    assert "Unsubscribe" in browser.get(link).text
    assert readers(store, own) == tuple(TO)
    assert browser.post(link, do="leave").status == 200
    assert readers(store, own) == (TO[1],)
    flush(store, own)
    recipient, note = inboxes.mails[-1]
    assert recipient == TO[0]
    browser.post(link_in(note, "rejoin"))
    assert readers(store, own) == tuple(TO)


def test_one_click_in_parts_is_the_same(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    link = re.search(r"<(https://[^>]+)>", told(store, own, inboxes, TO[0])["List-Unsubscribe"])[1]
    assert browser.post_in_parts(link, **{f"field {n}": "" for n in range(300)}).status == 413
    assert readers(store, own) == tuple(TO)
    assert browser.post_in_parts(link, **{"List-Unsubscribe": "One-Click"}).status == 200
    assert readers(store, own) == (TO[1],)


def test_one_click_of_the_mail_program_ends_it_and_can_be_undone(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    mail = told(store, own, inboxes, TO[0])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.search(r"<(https://[^>]+)>", mail["List-Unsubscribe"])[1]
    assert browser.get(link).status == 200
    assert browser.post(link, do="send").status == 200
    assert readers(store, own) == tuple(TO)
    assert browser.post(link, **{"List-Unsubscribe": "One-Click"}).status == 200
    assert browser.post(link, **{"List-Unsubscribe": "One-Click"}).status == 200
    assert readers(store, own) == (TO[1],)
    flush(store, own)
    notes = [m for to, m in inboxes.mails if to == TO[0] and "no more" in m["Subject"]]
    assert len(notes) == 1
    browser.post(link_in(notes[0], "rejoin"))
    assert readers(store, own) == tuple(TO)


def test_a_reader_changes_pauses_resumes_and_leaves(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    browser.post(link_in(signed_up(browser, store, own, inboxes), "confirm"))
    (name,) = set(known(store, own)) - {"desk"}
    browser.sign_up(READER)
    flush(store, own)
    change = link_in(inboxes.mails[-1][1], "change")
    page = browser.get(change).text
    assert 'value="08:00"' in page
    feed = re.search(r"https://watch\.example\.org/feed/\S+?\.atom", page)[0]
    assert f'href="{feed}"' in browser.get(feed).text
    assert "There is nothing to tell yet" in browser.get(re.search(r'href="(/next/[^"]+)"', page)[1]).text
    assert (
        browser.post(change, do="save", rhythm="weekly mon", at="09:15", quiet="22:00-06:00", most="7").status
        == 200
    )
    made = known(store, own)[name].subscription
    assert (str(made.when), str(made.quiet), made.most, made.to) == (
        "weekly mon 09:15",
        "22:00-06:00",
        7,
        (READER,),
    )
    refused = browser.post(change, do="save", timezone="Mars/Olympus", quiet="night", most="9")
    assert refused.status == 422
    assert "Please choose a city of the list." in refused.text
    assert 'value="night"' in refused.text  # what was typed stays
    assert known(store, own)[name].subscription.most == 7
    left_out = browser.post(
        change,
        do="save",
        rhythm="weekly mon",
        at="07:30",
        timezone="Asia/Shanghai",
        topics_mode="except",
        topics=["finance"],
    ).text
    assert "Saved." in left_out
    assert "Now: every Monday at 07:30 (Shanghai); all topics except Finance." in left_out
    assert known(store, own)[name].subscription.except_topics == ("finance",)
    with store.write() as connection:
        own_choices = {"countries": ["LA", "US"], "days_off": ["wed", "sat"], "when": "weekly thu 08:00"}
        subscriptions.change(connection, own, name, own_choices)
    form = BeautifulSoup(browser.get(change).text, "lxml")
    assert form.select_one("#rhythm option[selected]")["value"] == "weekly thu"
    ticked = [box["value"] for box in form.select("[name=countries][checked]")]
    assert ticked == ["LA", "US"]
    # Refused, the form still offers them, with what was typed.
    refused = browser.post(
        change, do="save", rhythm="weekly thu", countries=["US"], asean_wide=["0"], quiet="night"
    )
    form = BeautifulSoup(refused.text, "lxml")
    assert form.select_one("#rhythm option[selected]")["value"] == "weekly thu"
    assert [box["value"] for box in form.select("[name=countries][checked]")] == ["US"]
    assert not form.select("[name=asean_wide][checked]")
    saved = browser.post(
        change,
        do="save",
        rhythm="weekly thu",
        at="08:00",
        countries=ticked,
        weekends_off="1",
        asean_wide=["0", "1"],
    ).text
    assert "only about Laos, United States or ASEAN as a whole" in saved
    made = known(store, own)[name].subscription
    assert (made.days_off, made.countries, made.asean_wide) == ((2, 5, 6), ("LA", "US"), True)
    saved = browser.post(change, do="save", countries=ticked, asean_wide=["0"]).text
    assert "only about Laos, United States." in saved
    made = known(store, own)[name].subscription
    assert (made.days_off, made.asean_wide) == ((2,), False)
    browser.post(change, do="pause")
    assert known(store, own)[name].paused
    browser.post(change, do="resume")
    assert not known(store, own)[name].paused
    browser.post(change, do="leave")
    assert list(known(store, own)) == ["desk"]


def test_a_link_opens_only_what_it_is_for_and_only_for_a_time(store: Store, own: Settings) -> None:
    links = links_of(own, store)
    grant = Grant("manage", "desk", TO[0])
    token = links.write(grant, later()).rpartition("/")[2]
    assert links.read("manage", token, later(days=179)) == grant
    for purpose in ("confirm", "change", "one-click", "archive", "feed"):
        with pytest.raises(AseanwatchError, match="not one of ours"):
            links.read(purpose, token, later())
    with pytest.raises(AseanwatchError, match="too old"):
        links.read("manage", token, later(days=181))
    for place in range(0, len(token), 7):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(AseanwatchError):
            links.read("manage", changed, later())


def test_keys_can_be_replaced_and_an_old_one_still_reads(store: Store, own: Settings) -> None:
    def keyed(secret: str) -> Any:
        delivery = own.delivery.model_copy(update={"secret": type(own.delivery.secret)(secret)})
        return links_of(own.model_copy(update={"delivery": delivery}), store)

    token = keyed("first").write(Grant("manage", "desk", TO[0]), later()).rpartition("/")[2]
    assert keyed("second first").read("manage", token, later()).subscription == "desk"
    with pytest.raises(AseanwatchError):
        keyed("second").read("manage", token, later())


def test_the_key_beside_the_store_is_for_its_owner_only(store: Store, own: Settings) -> None:
    links_of(own, store)
    import pathlib

    file = pathlib.Path(f"{store.url.database}.key")
    assert file.stat().st_mode & 0o777 == 0o600
    assert links_of(own, store).keys == (file.read_text(),)


def test_the_archive_shows_the_digest_as_a_safe_page(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    mail = told(store, own, inboxes, TO[0])
    link = re.search(r"https://watch\.example\.org/archive/[^\"#]+", mail.get_body(("html",)).get_content())[
        0
    ]
    page = browser.get(link)
    assert page.status == 200
    assert "widen trade" in page.text
    assert "/manage/" not in page.text
    assert (
        "script-src" in page.headers["Content-Security-Policy"]
        or "default-src 'none'" in page.headers["Content-Security-Policy"]
    )
    assert browser.get(link[:-2]).status == 403


def test_pages_have_strict_headers_and_bounded_forms(browser: Browser) -> None:
    page = browser.get("/")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.text.count("<script") == 1
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert browser.post("/subscribe", address="a@example.org", more="x" * 50_000).status == 413
    assert browser.post("/subscribe", address="no address").status == 422
    assert browser.get("/subscribe").status == 405
    assert browser.get("/healthz").text == "ok\n"
    assert browser.get("/style.css").headers["Content-Type"].startswith("text/css")


def test_pages_speak_the_reader_s_language(browser: Browser) -> None:
    assert 'lang="zh"' in browser.get("/", **{"Accept-Language": "zh-CN,zh;q=0.9"}).text
    for language, button in (("id", "Berlangganan"), ("vi", "Đăng ký"), ("th", "สมัคร"), ("zh", "订阅")):
        page = browser.get("/", **{"Accept-Language": f"{language}-XX,en;q=0.5"}).text
        assert f'<html lang="{language}">' in page
        assert f'<button name="do" value="save">{button}</button>' in page
        refused = browser.get("/confirm/forged", **{"Accept-Language": language})
        assert refused.status == 403
        assert "not one of ours" not in refused.text


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Trade and investment"),
        ("vi", "Thương mại và đầu tư"),
        ("th", "การค้าและการลงทุน"),
        ("zh", "贸易与投资"),
    ],
)
def test_a_topic_s_feed_bears_its_title_in_the_reader_s_language(
    browser: Browser, language: str, title: str
) -> None:
    answer = browser.get("/feeds/topics/trade_investment.json", **{"Accept-Language": language})
    assert json.loads(answer.body)["title"] == title
    assert answer.headers["Vary"] == "Accept-Language"


def test_without_sign_up_the_form_is_closed(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port)
    begin(store, own)
    with serving(own, store) as browser:
        assert "/subscribe" not in browser.get("/").text
        assert browser.post("/subscribe", address=READER).status == 403
    assert send(store, own, minutes=2).sent == 0


def test_feeds_of_topics_and_subscriptions(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    import json

    import feedparser

    told(store, own, inboxes, TO[0])
    links = links_of(own, store)
    private = links.write(Grant("feed", "desk", TO[0]), now())
    for address in ("/feeds/topics/trade_investment", private):
        atom = browser.get(f"{address}.atom")
        read = feedparser.parse(atom.body)
        assert not read.bozo
        assert read.version == "atom10"
        assert [e.title for e in read.entries] == ["China and Vietnam widen trade cooperation"]
        assert browser.get(f"{address}.atom", **{"If-None-Match": atom.headers["ETag"]}).status == 304
        feed = json.loads(browser.get(f"{address}.json").body)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert [i["title"] for i in feed["items"]] == ["China and Vietnam widen trade cooperation"]
    assert browser.get("/feeds/topics/nothing.atom").status == 422
    assert browser.get("/feed/forged.atom").status == 403
    talks(store)


def test_a_port_that_is_taken_is_said_plainly(browser: Browser, store: Store, own: Settings) -> None:
    taken = own.model_copy(update={"web": own.web.model_copy(update={"port": browser.port})})
    with pytest.raises(AseanwatchError, match=f"web: 127.0.0.1:{browser.port} cannot be listened on"):
        Pages(Live(None, taken), store)
