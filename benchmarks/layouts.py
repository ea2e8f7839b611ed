"""Article pages as outlets build them, in ten languages, with what a reader should find in each.

Every sentence is our own; the layouts follow kinds of systems: portals, WordPress, Blogspot, pages that scripts build, old tables.
Between and behind the paragraphs stand the headlines of other stories, which are no part of the article.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from html import escape as e

from benchmarks.feeds import sentences
from crawler.judging.text.language import LANGUAGES

_UNSPACED = ("zh", "th", "lo", "km", "my")
_STOP = {"zh": "。", "th": "", "lo": "", "km": "។", "my": "။"}
_WORDS = {
    # read also, most read, tags, share, by, editor, photo
    "en": ("Read also", "Most read", "Tags", "Share this story", "By", "Editor", "Photo"),
    "zh": ("相关阅读", "热门新闻", "标签", "分享到", "记者", "责任编辑", "图"),
    "id": ("Baca juga", "Terpopuler", "Topik", "Bagikan", "Penulis", "Editor", "Foto"),
    "ms": ("Baca juga", "Paling popular", "Tag", "Kongsi", "Oleh", "Penyunting", "Gambar"),
    "vi": ("Xem thêm", "Đọc nhiều", "Từ khóa", "Chia sẻ", "Tác giả", "Biên tập", "Ảnh"),
    "th": ("อ่านเพิ่มเติม", "ข่าวยอดนิยม", "แท็ก", "แชร์", "ผู้สื่อข่าว", "บรรณาธิการ", "ภาพ"),
    "tl": ("Basahin din", "Pinakabasa", "Mga tag", "Ibahagi", "Ulat ni", "Editor", "Larawan"),
    "km": ("អានបន្ថែម", "ពេញនិយម", "ស្លាក", "ចែករំលែក", "និពន្ធដោយ", "កែសម្រួល", "រូបភាព"),
    "lo": ("ອ່ານຕື່ມ", "ຂ່າວຍອດນິຍົມ", "ປ້າຍ", "ແບ່ງປັນ", "ຂຽນໂດຍ", "ບັນນາທິການ", "ພາບ"),
    "my": ("ဆက်လက်ဖတ်ရှုရန်", "လူဖတ်အများဆုံး", "တဂ်", "မျှဝေရန်", "သတင်းထောက်", "အယ်ဒီတာ", "ဓာတ်ပုံ"),
}
_NAMES = {
    "en": ("Grace Tan", "Daniel Okoro"), "zh": ("陈晓雯", "林志远"), "id": ("Dewi Lestari", "Bagus Pratama"), "ms": ("Nurul Aisyah", "Hafiz Rahman"),
    "vi": ("Nguyễn Thu Hà", "Trần Minh Quân"), "th": ("สมชาย ใจดี", "กานดา วงศ์ทอง"), "tl": ("Maria Santos", "Jose Reyes"), "km": ("សុខ ដារ៉ា", "ចាន់ ធីតា"),
    "lo": ("ສົມພອນ ວົງໄຊ", "ຄຳແພງ ສີລາ"), "my": ("အောင်မင်းထွန်း", "သီတာဝင်း"),
}  # fmt: skip
_OUTLETS = {
    "en": "Harbour Courier", "zh": "海港新闻网", "id": "Kabar Pelabuhan", "ms": "Suara Pelabuhan", "vi": "Báo Cảng Biển", "th": "ข่าวท่าเรือ",
    "tl": "Balita ng Daungan", "km": "ដំណឹងកំពង់ផែ", "lo": "ຂ່າວທ່າເຮືອ", "my": "ဆိပ်ကမ်းသတင်း",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """What a page is made of: the article, and the other stories that stand around it."""

    lang: str
    title: str
    paragraphs: tuple[str, ...]
    others: tuple[str, ...]
    teasers: tuple[str, ...]
    authors: tuple[str, ...]
    editor: str
    outlet: str
    relevant: bool

    def word(self, number: int) -> str:
        """A word of the site's furniture."""
        return _WORDS[self.lang][number]

    @property
    def caption(self) -> str:
        """The line below its picture."""
        return f"{self.word(6)}: {self.outlet}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and what should be read of it."""

    layout: str
    story: Story
    html: str
    has_author: bool = True

    @property
    def text(self) -> str:
        """The text of its article."""
        return "\n".join(self.story.paragraphs)


def story_of(lang: str, seed: int, relevant: bool = False) -> Story:
    """A story of our sentences; all others on its page are about the cooperation that the product looks for."""
    chance = random.Random(f"{lang} {seed}")
    known = sentences()
    ordinary, news = known[lang, False], known[lang, True]
    own = news if relevant else ordinary
    title = chance.choice([s for s in own if len(s) < 140])
    stop = _STOP.get(lang, ".")
    between = "" if lang in _UNSPACED and lang != "th" else " "
    pool = [s for s in own if s != title]
    paragraphs = [
        between.join(
            s.rstrip("。.។။") + stop for s in chance.sample(pool, min(len(pool), chance.randint(2, 3)))
        )
        for _ in range(chance.randint(4, 7))
    ]
    headlines = [s for s in news if 15 < len(s) < 140 and s not in own]
    if relevant:
        headlines = [s for s in ordinary if len(s) < 140]
    others = tuple(chance.sample(headlines, min(8, len(headlines))))
    teasers = tuple(chance.choice(headlines) + stop for _ in range(8))
    names = _NAMES[lang][: chance.randint(1, 2)]
    numbered = tuple(f"{p}" for p in dict.fromkeys(paragraphs))
    return Story(
        lang, title, numbered, others, teasers, names, chance.choice(_NAMES[lang]), _OUTLETS[lang], relevant
    )


def _nav(s: Story) -> str:
    links = "".join(f"<li><a href='/s/{n}'>{e(t[:14])}</a></li>" for n, t in enumerate(s.others))
    return f"<header class='top'><div class='logo'><a href='/'><img src='/l.png' alt='{s.outlet}'></a></div><nav><ul>{links}</ul></nav></header>"


def _foot(s: Story) -> str:
    return (
        f"<footer><p>© 2025 {s.outlet}</p><ul>"
        + "".join(f"<li><a href='/f{n}'>{e(t[:20])}</a></li>" for n, t in enumerate(s.others))
        + "</ul></footer>"
    )


def _most(s: Story, name: str = "terpopuler") -> str:
    rows = "".join(
        f"<li><span>{n + 1}</span><a href='/news/{n}'>{e(t)}</a></li>" for n, t in enumerate(s.others[:5])
    )
    return f"<aside class='{name}'><h3>{s.word(1)}</h3><ol>{rows}</ol></aside>"


def _share(s: Story) -> str:
    return f"<div class='shr'><span>{s.word(3)}</span><a href='https://facebook.com/s?u=1'>Facebook</a><a href='https://t.me/s'>Telegram</a><a href='https://line.me/s'>LINE</a></div>"


def _tags(s: Story) -> str:
    return (
        f"<div class='tg'>{s.word(2)}: "
        + "".join(f"<a href='/tag/{n}'>{e(t[:8])}</a> " for n, t in enumerate(s.others[:4]))
        + "</div>"
    )


def _names(s: Story, between: str = ", ") -> str:
    return between.join(s.authors)


def _page(s: Story, head: str, body: str) -> str:
    return f"<!DOCTYPE html><html lang='{s.lang}'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


def _og(s: Story) -> str:
    return f"<title>{e(s.title)} | {s.outlet}</title><meta property='og:title' content=\"{e(s.title)} | {s.outlet}\"><meta property='og:site_name' content='{s.outlet}'>"


def _ps(s: Story, mark: str = "<p>{}</p>") -> list[str]:
    return [mark.format(e(p)) for p in s.paragraphs]


def wordpress(s: Story) -> str:
    """WordPress with an SEO plug-in: JSON-LD by references, related posts inside the content."""
    graph = [{"@type": "WebSite", "@id": "#w", "name": s.outlet}, {"@type": "NewsArticle", "headline": s.title, "author": [{"@id": f"#p{n}"} for n in range(len(s.authors))], "isPartOf": {"@id": "#w"}}]  # fmt: skip
    graph += [{"@type": "Person", "@id": f"#p{n}", "name": a} for n, a in enumerate(s.authors)]
    body = _ps(s)
    body.insert(
        2,
        f"<div class='jp-relatedposts'><h3>{s.word(0)}</h3>"
        + "".join(
            f"<div><h4><a href='/r{n}'>{e(t)}</a></h4><p>{e(s.teasers[n])}</p></div>"
            for n, t in enumerate(s.others[:2])
        )
        + "</div>",
    )
    ld = f"<script type='application/ld+json'>{json.dumps({'@graph': graph}, ensure_ascii=False)}</script>"
    return _page(
        s,
        _og(s) + ld,
        f"{_nav(s)}<article class='post'><header class='entry-header'><h1 class='entry-title'>{e(s.title)}</h1></header><div class='entry-content'>{''.join(body)}{_share(s)}</div>{_tags(s)}</article>{_most(s, 'widget')}{_foot(s)}",
    )


def read_also(s: Story) -> str:
    """Labels with a link between the paragraphs, as Indonesian portals have them."""
    body = _ps(s)
    for n, place in enumerate((1, 3)):
        body.insert(place, f"<p><strong>{s.word(0)}: <a href='/n{n}'>{e(s.others[n])}</a></strong></p>")
    table = f"<table class='linksisip'><tbody><tr><td><div class='lihatjg'><strong>{s.word(0)}</strong><a href='/x'>{e(s.others[2])}</a></div></td></tr></tbody></table>"
    body.insert(len(body) - 1, table)
    line = f"<div class='detail__author'>{s.word(4)}: {_names(s)} | {s.word(5)}: {s.editor}</div>"
    return _page(
        s,
        _og(s),
        f"{_nav(s)}<article class='detail'><h1 class='detail__title'>{e(s.title)}</h1>{line}<div class='detail__body itp_bodycontent'>{''.join(body)}</div>{_tags(s)}</article>{_most(s)}{_foot(s)}",
    )


def portal(s: Story) -> str:
    """A Chinese portal: an id for the article, indented paragraphs, the editor in the last one."""
    body = "".join(_ps(s, "<p>　　{}</p>"))
    more = "".join(
        f"<li><a href='/a/{n}.shtml' target='_blank'>{e(t)}</a></li>" for n, t in enumerate(s.others[:4])
    )
    related = f"<div class='xgyd'><p>{s.word(0)}：</p><ul>{more}</ul></div>"
    return _page(s, f"<title>{e(s.title)}_{s.outlet}</title><meta name='author' content='{_names(s, ' ')}'>" if s.lang == "zh" else f"<title>{e(s.title)} - {s.outlet}</title><meta name='author' content='{_names(s)}'>", f"<div class='nav'>{_nav(s)}</div><div class='main'><h1 id='artibodyTitle'>{e(s.title)}</h1><div id='artibody' class='article'>{body}<p>（{s.word(5)}：{s.editor}）</p>{related}</div></div>{_most(s, 'hot')}{_foot(s)}")  # fmt: skip


def breaks(s: Story) -> str:
    """One element with line breaks instead of paragraphs, and a link to another story between them."""
    parts = [e(p) for p in s.paragraphs]
    parts.insert(2, f"<b>{s.word(0)}:</b> <a href='/o1'>{e(s.others[0])}</a>")
    return _page(
        s,
        _og(s),
        f"{_nav(s)}<div class='box'><h1>{e(s.title)}</h1><div class='by'>{s.word(4)} {_names(s)}</div><div class='isi'>{'<br><br>'.join(parts)}</div></div>{_most(s, 'r')}{_foot(s)}",
    )


def old_tables(s: Story) -> str:
    """Tables for the layout, as old sites have them."""
    side = "".join(f"<tr><td><a href='/o{n}'>{e(t)}</a></td></tr>" for n, t in enumerate(s.others[:6]))
    return _page(
        s,
        f"<title>{s.outlet} - {e(s.title)}</title>",
        f"<table width='980'><tr><td width='200'><table>{side}</table></td><td><table><tr><td class='title'><font size='5'>{e(s.title)}</font></td></tr><tr><td class='writer'>{s.word(4)}: {_names(s)}</td></tr><tr><td class='content'>{''.join(_ps(s))}</td></tr></table></td></tr></table>{_foot(s)}",
    )


def hashed(s: Story) -> str:
    """Names of classes that a program made, and cards with teasers between the paragraphs."""
    body = _ps(s, "<p class='css-1ab'>{}</p>")
    card = "<div class='css-9z'><a href='/c{n}'><div class='css-7'><h3 class='css-8'>{t}</h3><span>{d}</span></div></a></div>"
    for n, place in enumerate((2, 4)):
        body.insert(place, card.format(n=n, t=e(s.others[n]), d=e(s.teasers[n])))
    ld = {
        "@type": "NewsArticle",
        "headline": s.title,
        "author": [{"@type": "Person", "name": a} for a in s.authors],
        "publisher": {"@type": "Organization", "name": s.outlet},
    }
    return _page(
        s,
        _og(s) + f"<script type='application/ld+json'>{json.dumps(ld, ensure_ascii=False)}</script>",
        f"{_nav(s)}<main class='css-0'><h1 class='css-2'>{e(s.title)}</h1><section class='css-3'>{''.join(body)}</section><div class='css-4'>{''.join(card.format(n=n, t=e(t), d=e(t)) for n, t in enumerate(s.others[2:6]))}</div></main>{_foot(s)}",
    )


def next_state(s: Story) -> str:
    """An empty shell whose state carries the article as a list of blocks."""
    state = {"props": {"pageProps": {"article": {"title": s.title, "content": [{"type": "paragraph", "text": p} for p in s.paragraphs], "related": [{"title": t, "slug": str(n), "summary": t} for n, t in enumerate(s.others)]}, "menu": [t[:10] for t in s.others]}}}  # fmt: skip
    return _page(
        s,
        _og(s) + "".join(f"<meta name='author' content='{a}'>" for a in s.authors),
        f"<div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>{json.dumps(state, ensure_ascii=False)}</script>",
    )


def linked_shell(s: Story) -> str:
    """A page whose markup has the lead only; the JSON-LD has the whole article."""
    ld = {
        "@type": "NewsArticle",
        "headline": s.title,
        "articleBody": "\n".join(s.paragraphs),
        "author": {"@type": "Person", "name": s.authors[0]},
    }
    return _page(
        s,
        _og(s) + f"<script type='application/ld+json'>{json.dumps(ld, ensure_ascii=False)}</script>",
        f"{_nav(s)}<article><h1>{e(s.title)}</h1><p>{e(s.paragraphs[0])}</p></article>{_most(s)}{_foot(s)}",
    )


def site_heading(s: Story) -> str:
    """The site's name is the first heading, and the markup names no headline."""
    body = _ps(s)
    return _page(
        s,
        f"<title>{e(s.title)} - {s.outlet}</title>",
        f"<header><h1 class='site'><a href='/'>{s.outlet}</a></h1></header><div class='c'><h1>{e(s.title)}</h1><p class='meta'><a rel='author' href='/a/1'>{s.authors[0]}</a></p>{''.join(body)}{_share(s)}<h3>{s.word(0)}</h3><ul>{''.join(f'<li><a href=/q{n}>{e(t)}</a></li>' for n, t in enumerate(s.others[:4]))}</ul></div>{_foot(s)}",
    )


def blogspot(s: Story) -> str:
    """Blogspot: spans and breaks in a post body."""
    body = "<br/><br/>".join(f"<span style='font-size: medium'>{e(p)}</span>" for p in s.paragraphs)
    return _page(
        s,
        f"<title>{s.outlet}: {e(s.title)}</title>",
        f"<div class='header'><h1 class='title'><a href='/'>{s.outlet}</a></h1></div><div class='post hentry'><h3 class='post-title entry-title'>{e(s.title)}</h3><div class='post-body entry-content'>{body}</div><span class='post-author vcard'>{s.word(4)} <span class='fn' itemprop='author'>{s.authors[0]}</span></span></div><div class='sidebar'><div class='widget PopularPosts'>{''.join(f'<div class=item-title><a href=/p{n}>{e(t)}</a></div><div class=item-snippet>{e(s.teasers[n])}</div>' for n, t in enumerate(s.others[:5]))}</div></div>",
    )


def live(s: Story) -> str:
    """A live blog: times and entries."""
    rows = "".join(
        f"<div class='entry'><time>{9 + n}:0{n}</time><div class='entry-text'><p>{e(p)}</p></div></div>"
        for n, p in enumerate(s.paragraphs)
    )
    return _page(
        s,
        _og(s),
        f"{_nav(s)}<main><article><h1>{e(s.title)}</h1><div class='byline'>{s.word(4)} {_names(s)}</div><div class='liveblog'>{rows}</div></article>{_most(s)}</main>{_foot(s)}",
    )


def bare_blocks(s: Story) -> str:
    """Blocks without paragraphs, and lines that are wrapped in the source, inside words where a script has no spaces."""

    def wrapped(text: str) -> str:
        if s.lang not in _UNSPACED:
            return e(text)
        return "\n      ".join(e(text[i : i + 40]) for i in range(0, len(text), 40))

    body = "".join(f"<div>{wrapped(p)}</div>" for p in s.paragraphs)
    return _page(
        s,
        f"<title>{e(s.title)} – {s.outlet}</title><meta name='author' content='admin'>",
        f"{_nav(s)}<div id='wrap'><h2 class='news-title'>{e(s.title)}</h2><div class='news-info'>{s.word(4)}: {s.authors[0]}</div><div class='news-text'>{body}</div><div class='more'>{''.join(f'<div><a href=/m{n}>{e(t)}</a></div>' for n, t in enumerate(s.others[:5]))}</div></div>{_foot(s)}",
    )


def vietnamese(s: Story) -> str:
    """Held back: a lead apart from the body, the author in its last line, a box of other stories inside."""
    body = _ps(s, "<p class='Normal'>{}</p>")
    body.insert(
        3,
        "<ul class='list-news'>"
        + "".join(
            f"<li><a data-itm='1' href='/v{n}.html'>{e(t)}</a></li>" for n, t in enumerate(s.others[:3])
        )
        + "</ul>",
    )
    return _page(
        s,
        _og(s).replace(" | ", " - "),
        f"{_nav(s)}<section class='page-detail'><h1 class='title-detail'>{e(s.title)}</h1><article class='fck_detail'>{''.join(body)}<p class='Normal' style='text-align:right;'><strong>{_names(s, ' - ')}</strong></p></article><p class='author'>{s.word(4)}: {_names(s)}</p></section>{_most(s, 'box-hot')}{_foot(s)}",
    )


def endless(s: Story) -> str:
    """Held back: other articles are appended below, as sites with endless scrolling do."""
    other = "".join(
        f"<article class='story'><h2><a href='/e{n}'>{e(t)}</a></h2><p>{e(s.teasers[n])}</p></article>"
        for n, t in enumerate(s.others[:3])
    )
    ld = {
        "@type": "ReportageNewsArticle",
        "headline": s.title,
        "author": [
            {"@type": "Organization", "name": "Reuters"},
            *({"@type": "Person", "name": a} for a in s.authors),
        ],
    }
    return _page(
        s,
        _og(s) + f"<script type='application/ld+json'>{json.dumps([ld], ensure_ascii=False)}</script>",
        f"{_nav(s)}<article class='story'><h1>{e(s.title)}</h1><figure><img src='/a.jpg'><figcaption>{s.caption}</figcaption></figure>{''.join(_ps(s))}</article>{other}{_foot(s)}",
    )


def trs(s: Story) -> str:
    """Held back: an editor's container, the headline without a heading, a line of source and author."""
    line = f"<div class='xl_ly'>2025-11-28 09:20　{s.outlet}　{s.word(4)}：{_names(s, '、')}</div>"
    return _page(
        s,
        f"<title>{e(s.title)}-{s.outlet}</title>"
        if s.lang == "zh"
        else f"<title>{e(s.title)} - {s.outlet}</title>",
        f"{_nav(s)}<div class='center'><div class='tit'>{e(s.title)}</div>{line}<div class='TRS_Editor'>{''.join(_ps(s, '<div>　　{}</div>'))}</div><div class='gd'>{''.join(f'<a href=/t{n}.htm>{e(t)}</a>' for n, t in enumerate(s.others[:4]))}</div></div>{_foot(s)}",
    )


def thai_portal(s: Story) -> str:
    """Held back: cards without any telling name between the paragraphs and behind them."""
    body = _ps(s)
    body.insert(2, f"<div class='b1'><a href='/z1'><img src='/1.jpg'>{e(s.others[0])}</a></div>")
    body.append(
        "<div class='b2'>"
        + "".join(
            f"<div class='b3'><a href='/z{n}'>{e(t)}</a><p>{e(s.teasers[n])}</p></div>"
            for n, t in enumerate(s.others[1:5])
        )
        + "</div>"
    )
    return _page(
        s,
        f"<title>{s.outlet} | {e(s.title)}</title><meta property='og:title' content=\"{e(s.title)}\"><meta name='twitter:data1' content='{s.authors[0]}'><meta name='twitter:label1' content='Written by'>",
        f"{_nav(s)}<div class='w'><div class='l'><h1>{e(s.title)}</h1>{_share(s)}<div class='d'>{''.join(body)}</div>{_tags(s)}</div></div>{_foot(s)}",
    )


def nuxt(s: Story) -> str:
    """Held back: a shell with the flat state of Nuxt, the article as HTML in it."""
    html = "".join(_ps(s))
    flat = [
        ["ShallowReactive", 1],
        {"data": 2},
        {"post": 3, "latest": 6},
        {"title": 4, "body": 5},
        s.title,
        html,
        [7],
        {"title": 8, "slug": 9, "summary": 8},
        s.others[0],
        "x",
    ]
    return _page(
        s,
        _og(s) + f"<meta name='dable:author' content='{s.authors[0]}'>",
        f"<div id='__nuxt'></div><script type='application/json' id='__NUXT_DATA__'>{json.dumps(flat, ensure_ascii=False)}</script>",
    )


def gallery(s: Story) -> str:
    """Held back: the article is the captions of its pictures."""
    rows = "".join(
        f"<li><img src='/g{n}.jpg'><p class='photo-text'>{e(p)}</p></li>" for n, p in enumerate(s.paragraphs)
    )
    return _page(
        s,
        _og(s),
        f"{_nav(s)}<article><h1>{e(s.title)}</h1><p class='byline'>{s.word(4)} {_names(s)}</p><ul class='photos'>{rows}</ul></article>{_most(s)}{_foot(s)}",
    )


SEEN: tuple[Callable[[Story], str], ...] = (
    wordpress, read_also, portal, breaks, old_tables, hashed, next_state, linked_shell, site_heading, blogspot, live, bare_blocks,
)  # fmt: skip
HELD_BACK: tuple[Callable[[Story], str], ...] = (vietnamese, endless, trs, thai_portal, nuxt, gallery)
_FIRST_AUTHOR = ("linked_shell", "site_heading", "blogspot", "bare_blocks", "thai_portal", "nuxt")


def page_of(layout: Callable[[Story], str], story: Story) -> Page:
    """A story in a layout."""
    return Page(layout.__name__, story, layout(story))


def authors_of(page: Page) -> tuple[str, ...]:
    """The authors that a page names."""
    return page.story.authors[:1] if page.layout in _FIRST_AUTHOR else page.story.authors


def pages(held_back: bool, seeds: range) -> list[Page]:
    """Pages of all languages in the layouts that the product was built with, or in those held back."""
    layouts = HELD_BACK if held_back else SEEN
    return [
        page_of(layout, story_of(lang, seed)) for lang in LANGUAGES for layout in layouts for seed in seeds
    ]
