"""What stands in the place of an article is told from articles, in the languages of the region."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.parsing.pages import PageError, read_page
from crawler.parsing.walls import NoticeError, is_wall, without_notices

SEEN = datetime(2025, 11, 30, 12, tzinfo=UTC)
NOTICES = [
    "We value your privacy. We and our 842 partners store cookies on your device.",
    "本网站使用Cookie以改善您的体验，继续浏览即表示同意。",
    "Situs ini menggunakan cookie untuk meningkatkan pengalaman Anda.",
    "Trang web này sử dụng cookie để cải thiện trải nghiệm của bạn",
    "เว็บไซต์นี้ใช้คุกกี้เพื่อเพิ่มประสบการณ์ที่ดี",
    "You need to enable JavaScript to run this app.",
    "请启用JavaScript后继续访问",
    "Vui lòng bật JavaScript trong trình duyệt",
    "404 Not Found",
    "Oops! That page can\u2019t be found.",
    "您访问的页面不存在",
    "Halaman yang Anda cari tidak ditemukan",
    "Maaf, laman tidak dijumpai.",
    "Không tìm thấy trang bạn yêu cầu",
    "ขออภัย ไม่พบหน้าที่คุณต้องการ",
    "ຂໍອະໄພ ບໍ່ພົບໜ້າທີ່ທ່ານຊອກຫາ",
    "សូមអភ័យទោស រកមិនឃើញទំព័រនេះទេ",
    "စာမျက်နှာကို ရှာမတွေ့ပါ",
    "Checking your browser before accessing the site",
    "Log in to continue reading",
    "登录后即可继续阅读",
]
NEWS = [
    "The EU fined a search engine over cookies that were set without consent.",
    "The fish was not found for forty years.",
    "The bank said that security checks at the border take minutes.",
    "找不到买家，文章指出榴莲价格下跌",
    "Trang trại của ông không tồn tại nữa",
    "ไม่พบข้อมูลผู้ติดเชื้อรายใหม่ในเชียงใหม่",
    "The server answered 404 to every third request, the ministry said.",
]
ARTICLE = (
    "Both sides signed twelve documents in Vientiane on Friday, officials said. The line opens next year."
)


@pytest.mark.parametrize("notice", NOTICES)
def test_a_page_of_a_notice_is_no_article(notice: str) -> None:
    with pytest.raises(NoticeError, match="the page is a"):
        without_notices("Harian Kota", notice)


@pytest.mark.parametrize("line", NEWS)
def test_news_keeps_each_of_its_lines(line: str) -> None:
    text = f"{ARTICLE}\n{line}"
    assert without_notices("Talks in Vientiane", text) == text


@pytest.mark.parametrize("notice", NOTICES[:8])
def test_banners_about_cookies_and_scripts_are_no_part_of_an_article(notice: str) -> None:
    assert without_notices("Talks in Vientiane", f"{notice}\n{ARTICLE}") == ARTICLE


def test_news_about_cookies_and_scripts_is_kept_whole() -> None:
    text = "Regulators say that your browser accepts cookies without being asked."
    assert without_notices("What cookies know about readers", text) == text
    assert without_notices("JavaScript turns thirty", "JavaScript was made in ten days for a browser.")


@pytest.mark.parametrize("title", ["404", "Page not found - Harian Kota"])
def test_a_soft_404_is_told_by_its_words(title: str) -> None:
    body = f"<title>{title}</title><main><h1>{title}</h1><p>The page you requested could not be found.</p></main>"
    with pytest.raises(PageError, match="no such page"):
        read_page(body.encode(), url="https://a.example/gone", seen=SEEN)


CLOUDFLARE = b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
COMMENTS = b"<form><div class='g-recaptcha' data-sitekey='k'></div></form>"
PAID = b'<script type="application/ld+json">{"isAccessibleForFree" : False}</script>'
ASKED = "https://a.example/2025/one.html"


@pytest.mark.parametrize("body", [CLOUDFLARE, COMMENTS, PAID])
def test_a_whole_article_is_no_wall_whatever_its_page_carries(body: bytes) -> None:
    assert not is_wall(body, asked=ASKED, url=ASKED, text=ARTICLE * 20)


@pytest.mark.parametrize("body", [b"<script>window._cf_chl_opt={}</script>", COMMENTS, PAID])
def test_what_publishers_and_challenges_say_makes_a_wall_where_no_article_could_be_read(body: bytes) -> None:
    assert is_wall(body, asked=ASKED, url=ASKED, text="")
    assert is_wall(body, asked=ASKED, url=ASKED, text="Both sides signed")


def test_cloudflares_own_snippet_is_on_every_page_behind_it() -> None:
    assert not is_wall(CLOUDFLARE, asked=ASKED, url=ASKED, text=ARTICLE)


@pytest.mark.parametrize(
    ("url", "wall"),
    [
        ("https://consent.a.example/collect?next=1", True),
        ("https://a.example/login?next=/2025/one.html", True),
        ("https://a.example/subscribe", True),
        ("https://a.example/2025/register-of-companies-opens.html", False),
        ("https://a.example/2025/cookies-sell-well.html", False),
    ],
)
def test_a_redirect_to_a_sign_in_is_a_wall(url: str, wall: bool) -> None:
    assert is_wall(b"", asked=ASKED, url=url, text=ARTICLE * 20) is wall


@pytest.mark.parametrize(
    ("title", "brief"),
    [
        ("Lao-Thai bridge checks tightened before holidays", "Security checks at the Friendship Bridge were tightened."),
        ("中国与东盟企业共同开发跨境电商安全系统并在南宁签约", "双方将共同开发面向跨境电商的安全验证系统。"),
        ("Kapal riset Tiongkok merapat di pelabuhan Batam", "Kapal itu masuk pelabuhan Batam untuk melanjutkan perbaikan."),
        ("Doanh nghiệp Trung Quốc mở rộng nhà máy ở Bắc Ninh", "Doanh nghiệp đăng ký tăng vốn để tiếp tục mở rộng nhà máy."),
        ("外交部发言人回应有关南海问题的不实报道", "有关报道的内容不存在任何事实依据。"),
        ("Floods in Kelantan drive hundreds from homes", "404 people moved to eight centres in Tumpat on Sunday."),
    ],
)  # fmt: skip
def test_a_brief_under_a_headline_is_news_though_it_reads_like_a_notice(title: str, brief: str) -> None:
    assert without_notices(title, brief) == brief


@pytest.mark.parametrize(
    "line",
    [
        "Beliau menerima 400 tempahan kuki raya daripada pelanggan.",
        "榴莲曲奇很受欢迎，老板接受采访时说。",
        "ชาวบ้านยอมรับว่าคุกกี้ทุเรียนขายดี",
        "Kuki families crossed the river; the US embassy sent help.",
        "Pupils learn JavaScript first, because every browser runs it.",
    ],
)
def test_biscuits_peoples_and_lessons_are_no_notices(line: str) -> None:
    assert (
        without_notices("Talks in Vientiane end", f"{line}\n{ARTICLE}\n{line}")
        == f"{line}\n{ARTICLE}\n{line}"
    )
