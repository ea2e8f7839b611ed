"""Tables and JSON are read however others write them: names of columns, encodings, signs, dates."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archives.batches import items_of
from crawler.archives.fields import FieldMapping, FieldSource, folded, mapping_of
from crawler.archives.files import ArchiveFile, _unpacked
from crawler.archives.items import (
    LARGEST,
    ArchivedPage,
    ArchivedRow,
    ArchiveError,
    ArchiveItem,
    RefusedRecord,
)
from crawler.archives.reading import Choices, Ending, ItemReader, ReadingPlan, ReadItem
from crawler.archives.table_rows import TableRows
from crawler.config.settings import Source
from tests.builders import judge, rules

NONE = FieldMapping({})
TEXT = "China and Malaysia signed an agreement on cooperation."


def items(content: bytes, mapping: FieldMapping = NONE, position: int = 0) -> list[ArchiveItem]:
    archive = _unpacked(ArchiveFile(None), io.BytesIO(content), None, can_seek=False)
    return list(items_of(archive, mapping, position))


def rows(content: bytes, *given: str, **more: Any) -> list[dict[str, Any]]:
    found = items(content, mapping_of(given, **more))
    return [dict(one.values) for one in found if isinstance(one, ArchivedRow)]


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "url": "https://o.example/1", "title": "T", "text": TEXT, "published": "2024-05-01", "source": "o"},
        # news-please
        {"url": "https://o.example/1", "title": "T", "maintext": TEXT, "date_publish": "2024-05-01 00:00:00", "source_domain": "o"},
        # newspaper
        {"url": "https://o.example/1", "title": "T", "text": TEXT, "publish_date": "2024-05-01T00:00:00", "authors": ["A", "B"]},
        # trafilatura --json
        {"source": "https://o.example/1", "url": "https://o.example/1", "title": "T", "raw_text": TEXT, "date": "2024-05-01"},
        # NewsAPI
        {"source": {"id": None, "name": "o"}, "url": "https://o.example/1", "title": "T", "content": TEXT, "publishedAt": "2024-05-01T00:00:00Z"},
        # schema.org
        {"url": "https://o.example/1", "headline": "T", "articleBody": TEXT, "datePublished": "2024-05-01", "author": {"name": "A"}},
    ],
)  # fmt: skip
def test_the_fields_of_known_tools_are_found(row: dict[str, Any]) -> None:
    (found,) = rows(json.dumps(row).encode() + b"\n")
    assert (found["url"], found["title"], found["text"]) == ("https://o.example/1", "T", TEXT)
    assert found["published"].startswith("2024-05-01")


def test_gdelt_has_headlines_and_dates_of_its_own() -> None:
    row = {
        "url": "https://o.example/1",
        "title": TEXT,
        "seendate": "20240501T101500Z",
        "domain": "o.example",
        "language": "English",
    }
    (read,) = judged(json.dumps(row).encode())
    assert read.article and read.article.published == datetime(2024, 5, 1, 10, 15, tzinfo=UTC)


def test_json_documents_are_lists_objects_and_answers_of_apis() -> None:
    one = {"url": "https://o.example/1", "title": "T", "text": TEXT}
    for document in ([one], one, {"status": "ok", "articles": [one]}):
        assert len(rows(json.dumps(document, indent=1).encode())) == 1


def test_lines_that_are_no_articles_are_named_by_their_number() -> None:
    good = json.dumps({"url": "https://o.example/1", "title": "T"}).encode()
    found = items(
        b"\n".join([good, b"{broken", b"[1]", b"", good[:-1] + b', "x": "\xff"}', b'{"url": "x"}', good])
    )
    assert [one.place for one in found] == [1, 2, 3, 5, 6, 7]
    assert [isinstance(one, RefusedRecord) for one in found] == [False, True, True, True, True, False]
    assert [one.place for one in items(b"\n".join([good] * 5), position=3)] == [4, 5]


def test_a_line_without_end_takes_no_memory() -> None:
    good = json.dumps({"url": "https://o.example/1", "title": "T"}).encode()
    found = items(good + b"\n" + b'{"a": "' + b"x" * (LARGEST + 5) + b"\n" + good)
    assert [isinstance(one, RefusedRecord) for one in found] == [False, True, False]
    table = items(b'url,title\nhttps://o.example/1,"' + b"x" * (LARGEST + 5) + b'"\nhttps://o.example/2,T\n')
    assert [one.values["url"] for one in table if isinstance(one, ArchivedRow)][-1:] == [
        "https://o.example/2"
    ]


HEAD = "标题{0}链接{0}正文{0}日期\n"
LINE = '"中国与马来西亚{0}签署合作协议"{0}https://o.example/{1}{0}"中国与马来西亚签署了合作协议，双方表示将继续推进。\n第二段"{0}2024年5月1日\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le-bom"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tables_in_chinese_however_they_are_written(encoding: str, delimiter: str) -> None:
    text = HEAD.format(delimiter) + "".join(LINE.format(delimiter, n) for n in range(8))
    content = text.encode("utf-16") if encoding == "utf-16-le-bom" else text.encode(encoding)
    found = rows(content)
    assert [one["url"] for one in found] == [f"https://o.example/{n}" for n in range(8)]
    assert found[0]["text"].endswith("第二段") and found[0]["published"] == "2024年5月1日"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("cp1252", "Perjanjian “kerja sama” – ditandatangani"), ("cp874", "จีนและมาเลเซียลงนามข้อตกลงความร่วมมือทางเศรษฐกิจ"), ("big5", "中國與馬來西亞簽署合作協議共同推進建設")],
)  # fmt: skip
def test_tables_that_excel_saved_in_old_encodings(encoding: str, title: str) -> None:
    text = "sep=;\r\nTitle;URL;Text\r\n" + "".join(
        f"{title};https://o.example/{n};{title}\r\n" for n in range(6)
    )
    assert {one["title"] for one in rows(text.encode(encoding))} == {title}
    assert {one["title"] for one in rows(text.encode(encoding), encoding=encoding)} == {title}


def test_columns_are_mapped_by_name_number_and_pattern() -> None:
    content = b"no\tHead Line\tDay\n17\tT\t01/05/2024\n"
    (found,) = rows(content, "Head Line=headline,Day=published:%d/%m/%Y", "https://db.example/{no}=url")
    assert found == {
        "url": "https://db.example/17",
        "title": "T",
        "published": datetime(2024, 5, 1, tzinfo=UTC),
    }
    numbered = rows(b"17;T\n18;U\n", "#2=title,https://db.example/{#1}=url", delimiter=";")
    assert [one["title"] for one in numbered] == ["T", "U"]
    (nested,) = rows(json.dumps({"a": {"b": "T"}, "u": "https://o.example/1"}).encode(), "a.b=title,u=url")
    assert nested["title"] == "T"


def test_a_mapping_can_stand_in_a_file(tmp_path: Any) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(
        "fields:\n  Kop: title\n  Waar: url\nencoding: cp1252\ndelimiter: ';'\n", encoding="utf-8"
    )
    assert rows("Kop;Waar\nCafé;https://o.example/1\n".encode("cp1252"), str(file)) == [
        {"title": "Café", "url": "https://o.example/1"}
    ]


@pytest.mark.parametrize(
    ("given", "content", "words"),
    [
        (["headline"], b"", "write COLUMN=FIELD"),
        (["a=headlin"], b"", "is no field of an article; these are: url, title"),
        ([], b"a,b\n1,2\n", "no column is known to hold a headline or a text .* or an address .* its columns are: a, b"),
        (["x=title"], b"a,url\n1,2\n", "has no column x; its columns are: a, url"),
        ([], b'{\n "a": ', "is no JSON"),
        (["nothing.yaml"], b"", "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_what_to_write(given: list[str], content: bytes, words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        rows(content, *given)


@pytest.mark.parametrize(("option", "value"), [("encoding", "utf-9"), ("delimiter", "ab")])
def test_unknown_encodings_and_delimiters_are_refused(option: str, value: str) -> None:
    with pytest.raises(ArchiveError, match=option):
        mapping_of([], **{option: value})


def test_names_are_compared_without_their_signs() -> None:
    assert folded("Date_Published") == folded("datePublished") == folded("date published")


def judged(content: bytes, choices: Choices | None = None, *given: str) -> list[ReadItem]:
    reader = ItemReader(ReadingPlan(rules(), (), choices or Choices()), judge())
    return [reader.read(one) for one in items(content, mapping_of(given)) if isinstance(one, ArchivedRow)]


def line(**values: Any) -> bytes:
    return json.dumps(
        {"url": "https://o.example/1", "title": "Agreement signed", "text": TEXT} | values
    ).encode()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-05-01", 1), ("2024-05-01T10:00:00+08:00", 1), ("1 May 2024", 1), ("20240501", 1), (1714557600, 1), ("1714557600000", 1),
        ("Wed, 01 May 2024 10:00:00 GMT", 1), ("2567-05-01", None),
    ],
)  # fmt: skip
def test_dates_are_read_however_they_are_written(written: Any, day: int | None) -> None:
    (read,) = judged(line(date=written))
    if day is not None:
        assert read.article and read.article.published
        assert (read.article.published.year, read.article.published.month, read.article.published.day) == (
            2024,
            5,
            day,
        )
        assert read.article.first_seen >= read.article.published and not read.article.seed


def test_an_article_without_a_date_needs_to_know_when_it_was_archived() -> None:
    (read,) = judged(line())
    assert read.ending is Ending.UNDATED and "--archived" in read.why
    moment = datetime(2024, 6, 1, tzinfo=UTC)
    for found in (judged(line(), Choices(archived=moment)), judged(line(first_seen="2024-06-01"))):
        article = found[0].article
        assert article and article.first_seen == moment and article.seed and article.published is None
        assert not found[0].has_date
    (by_address,) = judged(line(url="https://o.example/2024/05/01/agreement-signed"))
    assert by_address.article and by_address.article.published and by_address.article.published.day == 1


def test_what_is_chosen() -> None:
    content = line(published="2024-05-01")
    assert judged(content)[0].ending is Ending.ARTICLE
    year = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    assert judged(content, Choices(since=year[1]))[0].ending is Ending.NOT_CHOSEN
    assert judged(content, Choices(until=year[0]))[0].ending is Ending.NOT_CHOSEN
    assert judged(content, Choices(since=year[0], until=year[1]))[0].ending is Ending.ARTICLE
    assert judged(content, Choices(languages=frozenset({"zh"})))[0].ending is Ending.NOT_CHOSEN
    assert judged(content, Choices(hosts=("other.example",)))[0].ending is Ending.NOT_CHOSEN
    assert judged(content, Choices(hosts=("example",)))[0].ending is Ending.ARTICLE
    other = line(published="2024-05-01", text="A storm hit the coast.", title="Storm")
    assert judged(other)[0].ending is Ending.IRRELEVANT
    assert judged(other, Choices(everything=True))[0].ending is Ending.ARTICLE


def test_markup_addresses_and_outlets() -> None:
    (read,) = judged(
        line(published="2024-05-01", url="www.o.example/1", text=f"<p>{TEXT}</p><p>More.</p>", source="The O")
    )
    article = read.article
    assert article and article.text == f"{TEXT}\nMore." and article.url.startswith("https://www.o.example/1")
    assert (article.source, article.outlet) == ("o.example", "The O")
    (refused,) = judged(line(url="javascript:alert(1)"))
    assert refused.ending is Ending.REFUSED and "no web address" in refused.why
    page = f"<html><body><article><h1>Agreement signed</h1><p>{TEXT * 9}</p></article></body></html>"
    (of_page,) = judged(line(html=page, text="", published="2024-05-01"))
    assert of_page.article and TEXT in of_page.article.text and of_page.article.published


def test_moments_that_cannot_be_true_date_nothing() -> None:
    (read,) = judged(line(published="2999-01-01"))
    assert read.ending is Ending.UNDATED
    reader = ItemReader(ReadingPlan(rules(), (), Choices()), judge())
    page = f"<html><body><article><h1>Agreement signed</h1><p>{TEXT * 9}</p></article></body></html>".encode()
    url = "https://o.example/news"
    ahead = reader.read(ArchivedPage(1, url, datetime(2999, 1, 1, tzinfo=UTC), page))
    assert ahead.article and ahead.article.first_seen <= datetime.now(UTC)
    assert reader.read(ArchivedPage(1, url, datetime(1970, 1, 1, tzinfo=UTC), page)).ending is Ending.REFUSED


def test_our_own_exports_name_their_source() -> None:
    source = Source.model_validate(
        {"name": "search-en", "url": "https://search.example/?q={query}", "kind": "search", "query": "x"}
    )
    reader = ItemReader(ReadingPlan(rules(), (source,), Choices()), judge())
    (row,) = items(line(published="2024-05-01", source="search-en"))
    assert isinstance(row, ArchivedRow)
    article = reader.read(row).article
    assert article and (article.source, article.outlet) == ("search-en", None)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"\r\n\r\nurl,title\r\nhttps://o.example/1,T\r\n", "T"),
        (b'\xef\xbb\xbfurl,title\r\nhttps://o.example/1,"a""b, c"\r\n', 'a"b, c'),
        (b'url\ttitle\nhttps://o.example/1\t5" pipe\n', '5" pipe'),
        (b'"title";"url";"note, more"\n"T";"https://o.example/1";"a, b"\n', "T"),
    ],
)
def test_tables_as_programs_and_people_leave_them(content: bytes, title: str) -> None:
    (found,) = rows(content)
    assert (found["title"], found["url"]) == (title, "https://o.example/1")


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1252", "Perjanjian “kerja sama” – ditandatangani"), ("cp874", "จีนและมาเลเซียลงนามข้อตกลงความร่วมมือทางเศรษฐกิจ"),
        ("big5", "中國與馬來西亞簽署合作協議共同推進建設"), ("gb18030", "中国与马来西亚签署合作协议共同推进建设"), ("utf-8", "中国与马来西亚签署合作协议"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_encoding_shows_itself_after_much_ascii(encoding: str, title: str, end: str) -> None:
    plain = "".join(f"https://o.example/{n},Storm,{'x' * 500}{end}" for n in range(900))
    others = "".join(f"https://o.example/t{n},{title},{title}{end}" for n in range(20))
    content = f"url,title,text{end}{plain}{others}".encode(encoding)
    assert len(plain) > 1 << 18
    found = rows(content)
    assert len(found) == 920 and {one["title"] for one in found[900:]} == {title}


@pytest.mark.parametrize("encoding", [None, "utf-8", "gb18030", "big5", "cp1252"])
def test_bytes_that_are_no_text_are_refused_with_their_rows(encoding: str | None) -> None:
    good = "中文" if encoding != "cp1252" else "é"
    lines = [f"https://o.example/{n},{good} {n}\n".encode(encoding or "utf-8") for n in range(3)]
    broken = b"https://o.example/b,T \x81\xff\n"
    found = items(b"url,title\n" + lines[0] + broken + lines[1] + lines[2], mapping_of([], encoding))
    assert [type(one) for one in found] == [ArchivedRow, RefusedRecord, ArchivedRow, ArchivedRow]
    assert isinstance(found[1], RefusedRecord) and "--encoding" in found[1].why


def of_table(*lines: str) -> tuple[list[str], list[str]]:
    """The addresses of the articles of a table, and why others are refused."""
    found = items(b"url,title,text\n" + "\n".join(lines).encode())
    taken = [one.values["url"] for one in found if isinstance(one, ArchivedRow)]
    return taken, [one.why for one in found if isinstance(one, RefusedRecord)]


@pytest.mark.parametrize("broken", ['b,"Title,text', 'b,Title,"text', '"b,Title,text', 'b,"Ti""tle,text'])
@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize("before", range(4))
def test_a_quote_that_is_not_closed_costs_its_row(broken: str, quoted: bool, before: int) -> None:
    good = [f'"{n}","T, {n}","text ""{n}"""' if quoted else f"{n},T,text" for n in range(3)]
    taken, refused = of_table(*good[:before], broken, *good[before:])
    assert taken == ["0", "1", "2"]
    assert len(refused) == 1 and f"(line {before + 2})" in refused[0] and "quote" in refused[0]


def test_several_unclosed_quotes_make_no_article() -> None:
    taken, refused = of_table('1,T,"text', '2,T,"text', "3,T,text", '4,"T,text', "5,T,text", '6,T,"text')
    assert taken == ["3", "5"] and len(refused) == 4


def test_what_is_quoted_over_lines_is_one_row_whatever_it_looks_like() -> None:
    taken, refused = of_table('1,T,"one, two, three\n2,T,""text""\n\n"', "3,T,text", '4,"a\nb,c,d\n",x')
    assert (taken, refused) == (["1", "3", "4"], [])


@given(st.lists(st.lists(st.text('ab",\n ', max_size=12), min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_the_csv_module_writes_is_read_as_it_was(cells: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows(["a", "b", "c"] if n < 0 else cells[n] for n in range(-1, len(cells)))
    file.seek(0)
    found = TableRows(iter(file.readline, ""), ",")
    found.columns = 3
    assert list(found)[1:] == cells


@pytest.mark.parametrize(
    "form", ["%d/%m/%Q", "%d.%d.%Y", "%", "%d/%m", "dd/mm/yyyy", "%%Y", "%-d/%m/%Y", "%Y-%m-%d %"]
)
def test_forms_of_dates_that_are_none_are_refused(form: str) -> None:
    with pytest.raises(ArchiveError, match="--map"):
        mapping_of([f"Day=published:{form}"])
    with pytest.raises(ArchiveError, match="is no date"):
        mapping_of(["Head=title:%d/%m/%Y"])


@pytest.mark.parametrize(
    "form", ["%d/%m/%Y", "%Y%m%d", "%d %B %y", "%Y-%m-%dT%H:%M:%S%z", "%a, %d %b %Y %H:%M %Z"]
)
def test_dates_of_a_form_are_read_and_others_refused_with_both_named(form: str) -> None:
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    content = f"url;title;Day\nhttps://o.example/1;T;{moment.strftime(form)}\nhttps://o.example/2;T;about 2024\nhttps://o.example/3;T;\n"
    # In a list of pairs a comma ends a pair.
    mapping = (
        FieldMapping({"published": FieldSource("Day", form)})
        if "," in form
        else mapping_of([f"Day=date:{form}"])
    )
    read, refused, undated = items(content.encode(), mapping)
    assert isinstance(read, ArchivedRow) and read.values["published"] == moment
    assert isinstance(refused, RefusedRecord) and "about 2024" in refused.why and form in refused.why
    assert isinstance(undated, ArchivedRow) and "published" not in undated.values


def noted(content: bytes, *given: str, **more: Any) -> tuple[list[ArchiveItem], list[str]]:
    """What stands in a file, and what had to be guessed."""
    notes: list[str] = []
    archive = _unpacked(ArchiveFile(None), io.BytesIO(content), None, can_seek=False)
    return list(items_of(archive, mapping_of(given, **more), 0, notes.append)), notes


def test_running_words_at_the_end_of_a_row_need_no_quotes() -> None:
    words = "China, Laos, and others, signed; it said"
    found, notes = noted(
        f"url,title,published,text\nu1,T,2024-05-01,{words}\nu2,T,2024-05-01,{words}\nu3,T,2024-05-01,x,,\n".encode()
    )
    assert [one.values["text"] for one in found if isinstance(one, ArchivedRow)] == [words, words, "x"]
    assert len(notes) == 1 and "row 1 " in notes[0] and "text" in notes[0]


def test_a_row_with_more_columns_is_refused_where_the_last_one_is_no_text() -> None:
    found, notes = noted(b"url,title,text,published\nu1,T,one, two, three,2024-05-01\nu2,T,one,2024-05-01\n")
    assert (
        isinstance(found[0], RefusedRecord) and "6 columns of 4" in found[0].why and "quotes" in found[0].why
    )
    assert isinstance(found[1], ArchivedRow) and not notes


@pytest.mark.parametrize("cells", [("T", ""), ("", "T"), ("T", "other"), ("T", " ")])
def test_of_columns_of_one_name_the_first_that_is_not_empty_counts(cells: tuple[str, str]) -> None:
    found, notes = noted("url,title,title,text\nu1,{},{},x\n".format(*cells).encode())
    assert isinstance(found[0], ArchivedRow) and found[0].values["title"] == "T"
    assert len(notes) == 1 and "title" in notes[0]
    (row,) = rows('{{"url": "u", "title": "{}", "title": "{}", "text": "x"}}'.format(*cells).encode() + b"\n")
    assert row["title"].strip() == ("T" if cells[0] != " " else "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
@pytest.mark.parametrize("is_said", [True, False])
@pytest.mark.parametrize("form", ["lines", "document", "table"])
def test_what_powershell_writes_is_read(encoding: str, is_said: bool, form: str) -> None:
    title = "\u4e2d\u56fd\u548c\u8001\u631d\u7b7e\u7f72\u534f\u8bae\u010a\u0a0d"  # with bytes that are line breaks of others
    objects = [{"url": f"https://o.example/{n}", "title": title} for n in range(3)]
    text = {
        "lines": "".join(json.dumps(one, ensure_ascii=False) + "\r\n" for one in objects),
        "document": json.dumps(objects, ensure_ascii=False, indent=1),
        "table": "url,title\r\n" + "".join(f"{one['url']},{one['title']}\r\n" for one in objects),
    }[form]
    found = rows(text.encode(encoding), **({"encoding": encoding} if is_said else {}))
    assert [row["title"] for row in found] == [title] * 3


@pytest.mark.parametrize("encoding", ["gb18030", "cp1252", "cp874", "big5"])
@pytest.mark.parametrize("turned", [False, True])
def test_lines_of_another_encoding_are_read_or_named(encoding: str, turned: bool) -> None:
    words = {"gb18030": "\u4e2d\u56fd\u548c\u8001\u631d\u7b7e\u7f72\u534f\u8bae", "cp1252": "Coop\u00e9ration r\u00e9gionale", "cp874": "\u0e44\u0e17\u0e22\u0e01\u0e31\u0e1a\u0e08\u0e35\u0e19\u0e25\u0e07\u0e19\u0e32\u0e21", "big5": "\u4e2d\u570b\u8207\u6cf0\u570b\u7c3d\u7f72\u5408\u4f5c\u5354\u8b70"}[encoding]  # fmt: skip
    old = "".join(f"https://o.example/{n},{words} {words}\n" for n in range(60)).encode(encoding)
    new = f"https://o.example/new,{words}\n".encode()
    found, notes = noted(b"url,title\n" + (new * 60 + old[: old.index(b"\n") + 1] if turned else old + new))
    if turned:  # a file in UTF-8
        assert isinstance(found[-1], RefusedRecord) and "--encoding" in found[-1].why
        return
    assert {one.values["title"] for one in found if isinstance(one, ArchivedRow)} == {
        words,
        f"{words} {words}",
    }
    assert len(notes) == 2 and "UTF-8" in notes[1]


URL_ROW = "https://o.example/{n},T,2024-05-01,text {n}"


@pytest.mark.parametrize(
    "broken", ['https://o.example/b,"T,2024-05-01,text', 'https://o.example/b,T,2024-05-01,"text']
)
@pytest.mark.parametrize("closes", ['https://o.example/c,T","2024-05-01","x', 'https://o.example/c,T,2024-05-01,text"', '"https://o.example/c",T,2024-05-01,"x"'])  # fmt: skip
@pytest.mark.parametrize("between", range(3))
@pytest.mark.parametrize("more", ["", ", and more, too"])
def test_a_quote_that_closes_in_a_later_row_costs_no_other(
    broken: str, closes: str, between: int, more: str
) -> None:
    good = [URL_ROW.format(n=n) + more for n in range(between)]
    lines = ["url,title,published,text", URL_ROW.format(n="a"), broken, *good, closes, URL_ROW.format(n="z")]
    found = items("\n".join(lines).encode())
    taken = [one.values["url"].rpartition("/")[2] for one in found if isinstance(one, ArchivedRow)]
    assert taken[0] == "a" and taken[-1] == "z" and set(map(str, range(between))) <= set(taken)
    (refused,) = [one for one in found if isinstance(one, RefusedRecord) and "(line 3)" in one.why]
    assert "quote" in refused.why


def test_a_quoted_text_may_have_addresses_at_the_beginning_of_its_lines() -> None:
    text = "See:\nhttps://o.example/x, seen on 5 May 2024, and more, too\nhttps://o.example/y\nhttps://o.example/z,a,b,c"
    file = io.StringIO()
    csv.writer(file).writerows(
        [["url", "title", "published", "text"], ["https://o.example/1", "T", "2024-05-01", text]]
    )
    (row,) = rows(file.getvalue().encode())
    assert row["text"] == text.strip()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("03/04/2024", "several days; --map 'COLUMN=published:%d/%m/%Y'"), ("17-05-24", "several days; --map"), ("45429", "published:excel"),
        ("45429.75", "published:excel"), ("2024-02-30", "no such day"), ("2030-01-01", "in the future"), ("soon", "names no day; --map"),
        ("20241399", "no such day"), ("1989-05-01", "before there were news"), ("9999999999999", "lies ahead"),
    ],
)  # fmt: skip
def test_a_date_that_is_not_understood_is_quoted_with_its_cure(written: str, says: str) -> None:
    (read,) = judged(line(date=written))
    assert read.ending is Ending.UNDATED and repr(written) in read.why and says in read.why
    assert "--archived" not in read.why
    (kept,) = judged(line(date=written), Choices(archived=datetime(2024, 6, 1, tzinfo=UTC)))
    assert kept.ending is Ending.ARTICLE and not kept.has_date and repr(written) in kept.why


@given(st.integers(36_000, 46_000), st.sampled_from(["", ".5", ".25"]))
def test_days_of_spreadsheets_are_read_as_they_show_them(day: int, part: str) -> None:
    (read,) = judged(line(Day=f"{day}{part}"), None, "Day=published:Excel")
    wanted = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=float(f"{day}{part}"))
    assert read.article and read.article.published == wanted


@pytest.mark.parametrize("url", [["https://o.example/1", "https://o.example/2"], ["", None, "https://o.example/1"], [["https://o.example/1"]]])  # fmt: skip
def test_of_several_addresses_the_first_counts(url: Any) -> None:
    assert rows(line(url=url) + b"\n")[0]["url"] == "https://o.example/1"
