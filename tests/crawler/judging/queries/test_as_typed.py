"""Queries as people type them who know other search languages, or have another keyboard: read as meant, or refused with the cure."""

from __future__ import annotations

from functools import cache

import pytest

from crawler.judging.judge import Judge
from crawler.judging.queries.query import QueryError, parse
from tests.builders import article, rules

RAIL = "China builds a railway to Laos"
ROAD = "China builds a road to Laos"
BOTH = "China builds a railway and a road to Laos"
OTHER = "Rice harvest begins"
ZH_RAIL = "中国和老挝开通铁路"
ZH_ROAD = "中国和老挝开通公路"
ZH_BOTH = "中国和老挝开通铁路、公路"
ACCEPTED = [
    # typed, what it means, a text that it matches, a text that it does not match
    ("（铁路 OR 公路） AND 老挝", "(铁路 OR 公路) AND 老挝", ZH_ROAD, "越南公路"),
    ("（铁路　OR　公路）　AND　老挝", "(铁路 OR 公路) AND 老挝", ZH_RAIL, "老挝大米"),
    ("title：铁路", "title:铁路", ZH_RAIL, ZH_ROAD),
    ("ＴＩＴＬＥ：铁路", "title:铁路", ZH_RAIL, ZH_ROAD),
    ("Title:铁路", "title:铁路", ZH_RAIL, ZH_ROAD),
    ("title: 铁路", "title:铁路", ZH_RAIL, ZH_ROAD),
    ("＄ｃｈｉｎａ", "$china", ZH_RAIL, "越南公路"),
    ("＄China", "$china", RAIL, OTHER),
    ("$CHINA and $Trade", "$china AND $trade", "China cuts tariffs on exports", RAIL),
    ("铁路＾2", "铁路^2", ZH_RAIL, ZH_ROAD),
    ("铁路＾２．５，公路", "铁路^2.5, 公路", ZH_ROAD, "大米"),
    ("“一带一路”", '"一带一路"', "共建一带一路", ZH_RAIL),
    ("”一带一路“", '"一带一路"', "共建一带一路", ZH_RAIL),
    ("„railway“", '"railway"', RAIL, ROAD),
    ('“railway"', '"railway"', RAIL, ROAD),
    ('"railway” OR "harbour"', '"railway" OR "harbour"', RAIL, ROAD),
    ("＂一带一路＂", '"一带一路"', "共建一带一路", ZH_RAIL),
    ("《一带一路》", '"一带一路"', "《一带一路》白皮书发布", ZH_RAIL),
    ("「一带一路」 or 『铁路』", '"一带一路" OR "铁路"', ZH_RAIL, ZH_ROAD),
    ("«railway» OR ‹harbour›", '"railway" OR "harbour"', RAIL, ROAD),
    ("‘joint laboratory’", '"joint laboratory"', "A joint laboratory opens", "A joint new laboratory opens"),
    ("〈铁路〉", '"铁路"', ZH_RAIL, ZH_ROAD),
    ("｢铁路｣", '"铁路"', ZH_RAIL, ZH_ROAD),
    ("铁路，公路", "铁路, 公路", ZH_ROAD, "大米"),
    ("铁路、公路", "铁路, 公路", ZH_ROAD, "大米"),
    ("铁路；公路", "铁路, 公路", ZH_ROAD, "大米"),
    ("铁路；公路、水路", "铁路, 公路, 水路", ZH_ROAD, "大米"),
    ("railway;road", "railway, road", ROAD, OTHER),
    ("铁路。", "铁路", ZH_RAIL, ZH_ROAD),
    ("-铁路", "NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("－铁路", "NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("!铁路", "NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("！铁路", "NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("老挝 -铁路", "老挝 NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("Laos –railway", "Laos NOT railway", ROAD, RAIL),
    ("Laos -(railway OR rice)", "Laos NOT (railway OR rice)", ROAD, RAIL),
    ('Laos -"railway"', 'Laos NOT "railway"', ROAD, RAIL),
    ("Laos -title:railway", "Laos NOT title:railway", ROAD, RAIL),
    ("老挝 -“铁路”", '老挝 NOT "铁路"', ZH_ROAD, ZH_RAIL),
    ("Laos -$trade", "Laos NOT $trade", ROAD, "Laos exports rice"),
    ("Laos AND -railway", "Laos NOT railway", ROAD, RAIL),
    ("Laos and !railway", "Laos NOT railway", ROAD, RAIL),
    ("铁路 and 公路", "铁路 AND 公路", ZH_BOTH, ZH_RAIL),
    ("铁路 And 公路", "铁路 AND 公路", ZH_BOTH, ZH_RAIL),
    ("铁路 or 公路", "铁路 OR 公路", ZH_ROAD, "大米"),
    ("老挝 not 铁路", "老挝 NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("老挝 and not 铁路", "老挝 AND NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("not 铁路", "NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("ｎｏｔ 铁路", "NOT 铁路", ZH_ROAD, ZH_RAIL),
    ("(railway or road) and (Laos or Vietnam)", "(railway OR road) AND (Laos OR Vietnam)", ROAD, OTHER),
    ("railway near/5 road", "railway NEAR/5 road", BOTH, RAIL),
    ("railway Near/5 road", "railway NEAR/5 road", BOTH, RAIL),
    ("road onear/5 railway", "road ONEAR/5 railway", "A road beside a railway", BOTH),
    ("铁路 ＮＥＡＲ／５ 公路", "铁路 NEAR/5 公路", ZH_BOTH, ZH_RAIL),
    ("铁路 ＡＮＤ 公路", "铁路 AND 公路", ZH_BOTH, ZH_RAIL),
    ("atleast/2 (railway, road)", "ATLEAST/2 (railway, road)", BOTH, RAIL),
    ("title:AtLeast/2 (railway, road)", "title:ATLEAST/2 (railway, road)", BOTH, RAIL),
    ("lang:ZH AND 铁路", "lang:zh AND 铁路", ZH_RAIL, RAIL),
    ("Lang:Zh and 铁路", "lang:zh AND 铁路", ZH_RAIL, RAIL),
    ("lang: zh AND 铁路", "lang:zh AND 铁路", ZH_RAIL, RAIL),
    ("country:la AND 铁路", "country:LA AND 铁路", ZH_RAIL, "中国铁路"),
    ("ｃｏｕｎｔｒｙ：ｌａ", "country:LA", ZH_RAIL, "中国铁路"),
    ("Country:Asean AND railway", "country:ASEAN AND railway", RAIL, "China builds a railway"),
    ("Source:out* AND railway", "source:out* AND railway", RAIL, ROAD),
    ("ｒａｉｌｗａｙ", "railway", RAIL, ROAD),
    ("ｒａｉｌ＊", "rail*", RAIL, ROAD),
    ("＝ASEAN", "=ASEAN", "ASEAN meets", "Asean meets"),
    ("railway\u00a0AND\u00a0road", "railway AND road", BOTH, RAIL),
    ("\u200brailway\u200b AND \ufeffroad", "railway AND road", BOTH, RAIL),
    ('"and" OR railway', '"and" OR railway', RAIL, ROAD),
    ('"research and development"', '"research and development"', "Research and development grow", "Research in development"),
    ('"not only" OR railway', '"not only" OR railway', "Not only rice", ROAD),
    ("AT&T OR railway", "AT&T OR railway", RAIL, ROAD),
    ("1，000", "1,000", "1,000 tonnes", RAIL),
    ("đường_sắt OR “đường sắt”", 'đường_sắt OR "đường sắt"', "Khởi công đường sắt Lào Cai", ROAD),
    ("“ทางรถไฟ” and ลาว", '"ทางรถไฟ" AND ลาว', "จีนสร้างทางรถไฟในลาว", "ถนนในลาว"),
    ("ทางรถไฟ、ถนน", "ทางรถไฟ, ถนน", "จีนสร้างถนน", "ข้าว"),
    ("‘kereta cepat’ or jalan*", '"kereta cepat" OR jalan*', "Kereta cepat dibuka", OTHER),
]  # fmt: skip


@cache
def _judge() -> Judge:
    """One judge of all queries: a topic for each."""
    return Judge(rules(**{f"q{i}": row[0] for i, row in enumerate(ACCEPTED)}))


def _matched(text: str) -> set[str]:
    return {topic.name for topic in _judge().classify(article(text, text)).topics}


@pytest.mark.parametrize(("number", "row"), enumerate(ACCEPTED), ids=[row[0] for row in ACCEPTED])
def test_what_is_clear_is_read_as_it_is_meant(number: int, row: tuple[str, str, str, str]) -> None:
    typed, meant, found, passed_over = row
    assert parse(typed) == parse(meant)
    assert f"q{number}" in _matched(found)
    assert f"q{number}" not in _matched(passed_over)


REFUSED = [
    # typed, the column, a part of what is to be written instead
    ("railway NEAR/1000 china", 9, "0 to 999 words"),
    ("NEAR/5000 china", 1, "write such as NEAR/10"),
    ("rail ONEAR/12345 china", 6, "ONEAR/10"),
    ("$country_China AND rail", 1, "write $country_CN"),
    ("$country_VNM", 1, "write $country_VN"),
    ("*路", 1, "words that end in 路"),
    ("*way", 1, "words that end in way"),
    ("rail*line", 1, "write rail*, or rail* NEAR/0 line"),
    ("durian AND rail*line", 12, "write rail*"),
    ("＊铁路", 1, "words that end in 铁路"),
    ("*", 1, "leave it out"),
    ("rail**", 1, "write rail*"),
    ("/rail.*way/", 1, "regular expressions"),
    ("／铁路／", 1, "regular expressions"),
    ("rail.*", 1, "with * at the end"),
    (r"\brail\b", 1, "regular expression"),
    ("[Rr]ailway", 1, "regular expression"),
    ("(?i)railway", 2, "regular expressions"),
    ("rail{2,3}", 1, "regular expression"),
    ("^railway", 1, "write title:railway"),
    ("railway$", 1, "write railway"),
    ("colou?r", 1, "write colou*"),
    ("铁路？", 1, "write 铁路*"),
    ("railway~2", 1, "NEAR/n"),
    ('"railway Laos"~10', 15, "write NEAR/10"),
    ("~railway", 1, "write railway*"),
    ("[a TO b]", 1, "ranges"),
    ("date:[2025 TO 2026]", 1, "alerts.fresh"),
    ("railway && road", 9, "write AND"),
    ("railway & road", 9, "write AND"),
    ("railway || road", 9, "write OR"),
    ("railway | road", 9, "write OR"),
    ("railway|road", 1, "write railway OR road"),
    ("铁路｜公路", 1, "write 铁路 OR 公路"),
    ("railway + road", 9, "write AND"),
    ("+railway +Laos", 1, "write AND railway, or railway alone"),
    ("Laos AND ＋railway", 10, "write AND railway"),
    ("Laos - railway", 6, "write NOT"),
    ("Laos --railway", 6, "write NOT railway"),
    ("railway != road", 9, "write NOT"),
    ("railway == road", 9, "write AND"),
    ("railway w/5 road", 9, "write a NEAR/5 b"),
    ("railway W/5 road", 9, "write a NEAR/5 b"),
    ("railway /10 road", 9, "write a NEAR/10 b"),
    ("railway pre/3 road", 9, "write a ONEAR/3 b"),
    ("railway NEAR road", 9, "write a NEAR/10 b"),
    ("railway NEAR 4 road", 9, "write a NEAR/4 b"),
    ("railway near:4 road", 9, "write a NEAR/4 b"),
    ("railway NEAR4 road", 9, "write a NEAR/4 b"),
    ("railway ADJ3 road", 9, "write a ONEAR/3 b"),
    ("railway ADJ road", 9, "write a ONEAR/10 b"),
    ("railway within 6 road", 9, "write a NEAR/6 b"),
    ("NEAR(railway road, 5)", 1, "write a NEAR/10 b"),
    ("NEAR/5(railway, road)", 1, "write a NEAR/5 b"),
    ("railway NEAR/x road", 9, "NEAR/n"),
    ("railway NEAR/3,5 road", 9, "NEAR/n"),
    ("ATLEAST 2 (railway, road)", 1, "write ATLEAST/2"),
    ("at least 2 (railway, road)", 1, "write ATLEAST/2"),
    ("railway XOR road", 9, "write (a OR b) NOT (a AND b)"),
    ("railway ANDNOT road", 9, "write NOT"),
    ("railway BUT road", 9, "quotes for the phrase"),
    ("title LIKE '%rail%'", 7, "SQL"),
    ("'%rail%'", 1, "write rail*"),
    ("rail%", 1, "write rail*"),
    ("country IN ('TH', 'LA')", 9, "SQL"),
    ("title='railway'", 1, "write title:"),
    ("lang=zh", 1, "write lang:zh"),
    ("lang==zh", 1, "write lang:zh"),
    ("intitle:railway", 1, "write title:railway"),
    ("headline:railway", 1, "write title:railway"),
    ("allintitle:railway", 1, "write title:railway"),
    ("body:railway", 1, "write text:railway"),
    ("site:asean.org", 1, "write source:asean-org"),
    ("titel:railway", 1, "write title:railway"),
    ("tilte:railway", 1, "write title:railway"),
    ("标题：铁路", 1, "write title:铁路"),
    ("来源：新华社", 1, "the name of a source of config.yaml"),
    ("国家：泰国", 1, "write country:TH"),
    ("ภาษา:th", 1, "write lang:th"),
    ("language:Chinese", 1, "write lang:zh"),
    ("lang:chinese", 1, "write lang:zh"),
    ("lang:中文", 1, "write lang:zh"),
    ("lang:zh-CN", 1, "write lang:zh"),
    ("lang:eng", 1, "write lang:en"),
    ("lang:fil", 1, "write lang:tl"),
    ("lang:vie AND railway", 1, "write lang:vi"),
    ("lang:(zh OR en)", 1, "write (lang:zh OR lang:en)"),
    ("lang:zh,en", 1, "write (lang:zh OR lang:en)"),
    ("country:Thailand", 1, "write country:TH"),
    ("country:泰国", 1, "write country:TH"),
    ("country:Viet-Nam", 1, "write country:VN"),
    ("country:THA", 1, "write country:TH"),
    ('country:"Laos"', 1, "write country:LA"),
    ("country:TH,LA", 1, "write (country:TH OR country:LA)"),
    ("source:新华社", 1, "the name of a source"),
    ('source:"Vientiane Times"', 1, "write source:vientiane-times"),
    ("new:park", 1, "write new:base"),
    ("https://asean.org/feed", 1, "write source:"),
    ("铁路 和 老挝", 4, "write AND"),
    ("铁路 或 公路", 4, "write OR"),
    ("铁路 或者 公路", 4, "write OR"),
    ("老挝 非 铁路", 4, "write NOT"),
    ("ทางรถไฟ และ ลาว", 9, "write AND"),
    ("ทางรถไฟ หรือ ถนน", 9, "write OR"),
    ("đường sắt và Lào", 7, 'write "đường sắt" AND Lào'),
    ("kereta atau jalan", 8, "write OR"),
    ("kereta dan jalan", 8, "write AND"),
    ("kereta tidak jalan", 8, "write NOT"),
    ("đường sắt", 7, '"đường sắt" in quotes'),
    ("high speed rail", 6, '"high speed rail" in quotes'),
    ("铁路 公路", 4, '"铁路 公路" in quotes'),
    ("'high speed rail'", 1, 'write "high speed rail"'),
    ("【铁路】", 1, "quotes around a phrase"),
    ("［铁路］", 1, "with * at the end"),
    ("{rail, road}", 1, "brackets"),
    ("<railway>", 1, "brackets"),
    ("`railway`", 1, "brackets"),
    ("“一带一路", 1, "not closed"),
    ("railway AND \"road", 13, "not closed"),
    ("《一带一路", 1, "not closed"),
    ('""', 1, "leave it out"),
    ("“…”", 1, "leave it out"),
    ("…", 1, "leave it out"),
    ("()", 1, "put a term between"),
    ("$ china", 1, "write $china"),
    ("${china}", 1, "write $china"),
    ("$china-asean", 1, "write $china_asean"),
    ("$中国", 1, "such as $rail"),
    ("$500", 1, 'write "$500" in quotes'),
    ("US$500", 1, "in quotes"),
    ("railway^200", 8, "^weight"),
    ("railway^-1", 8, "^weight"),
    ("railway^high", 8, "^weight"),
    ("10:30", 1, 'write "10:30" in quotes'),
    ('="Belt and Road"', 1, 'write "Belt and Road"'),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "column", "cure"), REFUSED, ids=[row[0] for row in REFUSED])
def test_the_rest_is_refused_with_what_to_write(typed: str, column: int, cure: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed)
    assert cure in str(caught.value)
    assert caught.value.column == column


def test_the_tables_are_as_long_as_people_are_inventive() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 200
