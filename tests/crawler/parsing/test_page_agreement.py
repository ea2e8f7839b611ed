"""What stands in the place of an article is the article's, whichever reader lost it; what stands elsewhere is not."""

from __future__ import annotations

import pytest

from crawler.parsing.pages import read_page
from tests.builders import NOON
from tests.processor_time import takes_at_most

URL = "https://outlet.example/news/2025/11/1.html"
TEXTS = {
    "en": (
        "The council approved the plan for a wider ring road on Tuesday after a debate of four hours.",
        "Works begin in the spring, and the road will stay open on one lane while they last, it said.",
        "Shops along the road asked for help, and the council set aside money for them until the end.",
        "The last section will be finished within two years, the mayor said at the end of the meeting.",
    ),
    "id": (
        "Dewan kota menyetujui rencana pelebaran jalan lingkar pada hari Selasa setelah debat empat jam.",
        "Pekerjaan dimulai pada musim kemarau dan satu lajur tetap dibuka selama pekerjaan berlangsung.",
        "Pemilik toko di sepanjang jalan meminta bantuan dan dewan menyediakan dana bagi mereka semua.",
        "Bagian terakhir akan selesai dalam waktu dua tahun, kata wali kota pada akhir rapat tersebut.",
    ),
    "vi": (
        "Hội đồng thành phố thông qua kế hoạch mở rộng đường vành đai hôm thứ Ba sau bốn giờ thảo luận.",
        "Công trình khởi công vào mùa xuân và một làn đường vẫn được mở trong suốt thời gian thi công.",
        "Các cửa hàng dọc tuyến đường đề nghị hỗ trợ và hội đồng đã dành ngân sách cho họ đến cuối năm.",
        "Đoạn cuối cùng sẽ hoàn thành trong vòng hai năm, thị trưởng phát biểu khi kết thúc cuộc họp.",
    ),
    "zh": (
        "市政府周二经过四小时讨论后通过了拓宽环城公路的计划，总投资约十八亿元人民币，资金已经落实。",
        "工程将于明年春季开工，施工期间道路将保留一条车道通行，公交线路也会作相应调整。",
        "沿线商户请求给予补助，市政府已经为他们安排了专项资金，预计下个月开始发放。",
        "市长在会议结束时表示，最后一段将在两年内完工，届时全线通车时间将缩短一半。",
    ),
    "th": (
        "สภาเมืองมีมติเมื่อวันอังคารให้ขยายถนนวงแหวนหลังอภิปรายนานสี่ชั่วโมงและจัดสรรงบประมาณแล้ว",
        "งานก่อสร้างจะเริ่มในฤดูใบไม้ผลิและถนนจะเปิดให้รถวิ่งหนึ่งช่องทางตลอดเวลาที่ก่อสร้าง",
        "ร้านค้าตามแนวถนนขอความช่วยเหลือและสภาได้กันเงินไว้ให้จนถึงสิ้นปีหน้าตามที่ร้องขอ",
        "ช่วงสุดท้ายจะแล้วเสร็จภายในสองปี นายกเทศมนตรีกล่าวเมื่อจบการประชุมในช่วงค่ำวันเดียวกัน",
    ),
    "km": (
        "ក្រុមប្រឹក្សាក្រុងបានអនុម័តផែនការពង្រីកផ្លូវក្រវាត់ក្រុងនៅថ្ងៃអង្គារ បន្ទាប់ពីពិភាក្សាបួនម៉ោង។",
        "ការងារនឹងចាប់ផ្តើមនៅនិទាឃរដូវ ហើយផ្លូវនឹងបើកមួយគន្លងក្នុងអំឡុងពេលសាងសង់ទាំងមូល។",
        "ហាងតាមដងផ្លូវបានស្នើសុំជំនួយ ហើយក្រុមប្រឹក្សាបានទុកថវិកាសម្រាប់ពួកគេរហូតដល់ចុងឆ្នាំ។",
        "ផ្នែកចុងក្រោយនឹងរួចរាល់ក្នុងរយៈពេលពីរឆ្នាំ អភិបាលក្រុងបាននិយាយនៅចុងបញ្ចប់នៃកិច្ចប្រជុំ។",
    ),
}
EN = TEXTS["en"]
OTHER = "China and ASEAN open a joint demonstration base for the digital economy in Nanning"


def read(body: str, head: str = "") -> list[str]:
    html = f"<html><head><title>Ring road</title>{head}</head><body>{body}</body></html>"
    return read_page(html.encode(), url=URL, seen=NOON).text.split("\n")


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize("lang", TEXTS)
@pytest.mark.parametrize(
    "layout",
    [
        "<div><h1>Ring road</h1>{0}<br><br>{1}<br><br>{2}<br><br>{3}</div>",
        "<div><h1>Ring road</h1><span>30 Nov 2025</span><br>{0}<br><br>{1}<br><br>{2}<br><br>{3}</div>",
        "<main><h1>Ring road</h1><div class='part'><p>{0}</p></div><div class='ad'></div><div class='part'><p>{1}</p><p>{2}</p><p>{3}</p></div></main>",
        "<article><h1>Ring road</h1><div class='story-body story-body-1'><p>{0}</p><p>{1}</p></div><div class='more'></div>"
        "<div class='story-body story-body-2'><p>{2}</p><p>{3}</p></div></article>",
        "<div class='page'><h1>Ring road</h1><h2>{0}</h2><div class='content'><p>{1}</p><p>{2}</p><p>{3}</p></div></div>",
        "<div class='comment-news'><h1>Ring road</h1><div class='sidebar-left-wrap'><p>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p></div></div>",
        "<aside class='footer-related'><h1>Ring road</h1><p>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p></aside>",
        "<article><h1>Ring road</h1><p class='caption-lead'>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p></article>",
        "<article><h1>Ring road</h1><p>{0}</p><figure class='wp-block-pullquote'><blockquote><p>{1}</p></blockquote></figure><p>{2}</p><p>{3}</p></article>",
        "<table width=780><tr><td width=160><a href='/1'>Other story of the day</a></td><td><b>Ring road</b><br><p>{0}<p>{1}<p>{2}<p>{3}</td></tr></table>",
    ],
    ids=["breaks", "date and breaks", "parts", "numbered parts", "heading", "names", "aside", "caption", "quote", "table"],
)  # fmt: skip
def test_every_paragraph_of_an_article_is_read(layout: str, lang: str) -> None:
    assert [line for line in read(layout.format(*TEXTS[lang])) if line in TEXTS[lang]] == list(TEXTS[lang])


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Bidders are <a href='/1'>China Construction</a>, <a href='/2'>Gamuda of Malaysia</a>, <a href='/3'>Italian-Thai</a> and <a href='/4'>Adhi Karya of Indonesia</a>.",
         "Bidders are China Construction, Gamuda of Malaysia, Italian-Thai and Adhi Karya of Indonesia."),
        ("<a href='/1'>中国工商银行</a>、<a href='/2'>交通银行</a>、<a href='/3'>中国建设银行</a>今起开通跨境结算。", "中国工商银行、交通银行、中国建设银行今起开通跨境结算。"),
        ("<a href='/1'>A new bridge over the northern canal opens on Monday morning</a>, according to two officials.",
         "A new bridge over the northern canal opens on Monday morning, according to two officials."),
    ],
    ids=["names", "names at the beginning", "said by"],
)  # fmt: skip
def test_a_sentence_whose_names_are_links_is_no_list_of_other_stories(sentence: str, text: str) -> None:
    body = f"<article><h1>Ring road</h1>{paragraphs(*EN[:2])}<p>{sentence}</p>{paragraphs(*EN[2:])}</article>"
    assert text in read(body)


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>Read also: <a href='/1'>{OTHER}</a></p>",
        f"<p>Tags: <a href='/1'>{OTHER}</a>, <a href='/2'>Ring roads</a></p>",
        f"<ul><li><a href='/1'>{OTHER}</a>.</li><li><a href='/2'>{OTHER} again</a></li></ul>",
        f"<p style='display:none'>{OTHER}, both sides said on Monday at the end of the fair.</p>",
        f"<div class='user-comments'><p>{OTHER}, I think, and that is all that counts to me here.</p></div>",
    ],
    ids=["read also", "tags", "a list", "hidden", "a comment"],
)
def test_what_only_stands_between_its_paragraphs_is_none_of_an_article(inside: str) -> None:
    body = f"<article><h1>Ring road</h1>{paragraphs(*EN[:2])}{inside}{paragraphs(*EN[2:])}</article>"
    assert read(body) == list(EN)


def test_articles_that_are_appended_are_not_read() -> None:
    others = "".join(
        f"<article class='story'><h2><a href='/{n}'>{OTHER}</a></h2><p>{OTHER}, officials of both sides said.</p></article>"
        for n in (1, 2)
    )
    assert read(f"<article class='story'><h1>Ring road</h1>{paragraphs(*EN)}</article>{others}") == list(EN)


def test_an_article_goes_on_behind_the_card_of_another_story_within_it() -> None:
    card = f"<article class='card'><h3><a href='/1'>{OTHER}</a></h3></article>"
    body = (
        "".join(f"<section class='block'><p>{p}</p></section>" for p in EN[:2])
        + card
        + "".join(f"<section class='block'><p>{p}</p></section>" for p in EN[2:])
    )
    assert [line for line in read(f"<article><h1>Ring road</h1>{body}</article>") if line in EN] == list(EN)


def test_quoted_posts_and_short_entries_of_live_pages_are_kept() -> None:
    post = "<blockquote class='twitter-tweet'><p>The bridge is open again.</p>— Roads (@roads) <a href='/x'>30 November 2025</a></blockquote>"
    entries = "".join(
        f"<div class='entry'><h3>10:0{n}</h3><p>{text}</p></div>"
        for n, text in enumerate((EN[1], "Rain has stopped.", EN[2], "Police closed both lanes.", EN[3]))
    )
    found = read(f"<article><h1>Ring road</h1><p>{EN[0]}</p>{post}{paragraphs(*EN[1:])}</article>")
    assert "The bridge is open again." in "\n".join(found)
    found = read(f"<main><h1>Ring road</h1><p>{EN[0]}</p>{entries}</main>")
    assert {"Rain has stopped.", "Police closed both lanes."} <= set(found)


def test_a_notice_that_stands_in_many_places_is_told_once() -> None:
    notice = "<div class='embed'><p>Your settings keep this page from showing what others made; allow it to see all of it.</p></div>"
    body = notice.join(f"<p>{p}</p>" for p in EN)
    assert sum("keep this page from showing" in line for line in read(f"<article>{body}</article>")) <= 1


def test_rows_and_items_are_read_without_the_marks_of_a_reader() -> None:
    table = "<table><tr><th>Line</th><th>Cost</th></tr><tr><td>Ring</td><td>40 m</td></tr></table><ul><li>Free parking</li></ul>"
    found = read(f"<article>{paragraphs(*EN[:2])}{table}{paragraphs(*EN[2:])}</article>")
    assert found[2:5] == ["Line Cost", "Ring 40 m", "Free parking"]
    assert "- Sông Hồng dâng cao" in read(f"<article>{paragraphs(*EN, '- Sông Hồng dâng cao')}</article>")


@pytest.mark.parametrize(
    "body",
    [
        "<ul>" + "".join(f"<li>Item {n} of the list of the council</li>" for n in range(4_000)) + "</ul>",
        "".join(f"<p>{EN[n % 4]} See <a href='/{n}'>report {n} of the ministry</a> for part {n}.</p>" for n in range(2_000)),
        "<table>" + "".join(f"<tr><td>Town {n}</td><td>{n} m</td></tr>" for n in range(2_500)) + "</table>",
    ],
    ids=["items", "links", "rows"],
)  # fmt: skip
def test_many_lines_are_read_in_time_that_grows_with_them(body: str) -> None:
    html = f"<article><h1>Ring road</h1>{paragraphs(*EN)}{body}</article>"
    assert len(read(html)) > 2_000
    assert takes_at_most(1.2, lambda: read(html))
