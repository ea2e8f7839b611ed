"""Bylines as newsrooms in ten languages write them: whom they name, and whom they do not."""

from __future__ import annotations

import pytest

from crawler.parsing.byline_names import BylineReader

READER = BylineReader(["Harbour Courier", "hc.example"])


@pytest.mark.parametrize(
    ("line", "persons"),
    [
        ("By MEI LIN; photos by AZHAR", ["MEI LIN"]),
        ("Story by Mei Lin, photos by Azhar Rahman", ["Mei Lin"]),
        ("Text and photos by Mei Lin", ["Mei Lin"]),
        ("Reporting by Grace Tan and Bo Li in Beijing; Editing by Bob Lee", ["Grace Tan", "Bo Li"]),
        ("By Chen Xiaowen in Beijing and Lin Zhiyuan in Nanning | Updated: 2025-11-28 09:20", ["Chen Xiaowen", "Lin Zhiyuan"]),
        ("By MEI LIN, KUALA LUMPUR", ["MEI LIN"]),
        ("By Mei Lin, Senior Correspondent", ["Mei Lin"]),
        ("by Xinhua writers Chen Xiaowen, Lin Zhiyuan", ["Chen Xiaowen", "Lin Zhiyuan"]),
        ("By Associated Press and Grace Tan", ["Grace Tan"]),
        ("By Dan Goodin and Tim Anderson", ["Dan Goodin", "Tim Anderson"]),
        ("Posted on 3 May by Grace Tan", ["Grace Tan"]),
        ("Posted by Grace Tan on May 3, 2025", ["Grace Tan"]),
        ("By the numbers", []),
        ("By Our Correspondent", []),
        ("Penulis : Dewi Lestari, Editor : Bagus Pratama", ["Dewi Lestari"]),
        ("Rep: Dewi Lestari/ Red: Bagus Pratama", ["Dewi Lestari"]),
        ("Laporan Wartawan Harbour Courier, Dewi Lestari", ["Dewi Lestari"]),
        ("Senin, 3 Nov 2025 | Oleh Dewi Lestari", ["Dewi Lestari"]),
        ("Foto: Bagus Pratama", []),
        ("Tim Redaksi", []),
        ("Oleh Nurul Aisyah dan Hakim Zain", ["Nurul Aisyah", "Hakim Zain"]),
        ("记者 陈晓雯 摄影 林志远", ["陈晓雯"]),
        ("记者 陈晓雯 摄", []),
        ("本报记者 陈晓雯 林志远 报道", ["陈晓雯", "林志远"]),
        ("记者 陈晓雯、通讯员 林志远", ["陈晓雯", "林志远"]),
        ("文/陈晓雯 图/林志远", ["陈晓雯"]),
        ("撰文 | 陈晓雯", ["陈晓雯"]),
        ("新华社北京11月28日电（记者陈晓雯、林志远）", ["陈晓雯", "林志远"]),
        ("記者陳曉雯／台北報導", ["陳曉雯"]),
        ("(中央社記者陳曉雯台北28日電)", ["陳曉雯"]),
        ("責任編輯/林志遠", []),
        ("文章导航", []),
        ("记者通过电子邮件联系了这家公司，截至发稿时，尚未收到回应。", []),
        ("Bài, ảnh: Nguyễn Thu Hà", ["Nguyễn Thu Hà"]),
        ("Phóng viên Nguyễn Thu Hà", ["Nguyễn Thu Hà"]),
        ("Ảnh: Lê Phương", []),
        ("Nhóm PV", []),
        ("เรื่อง : สมชาย ใจดี ภาพ : สมหญิง รักไทย", ["สมชาย ใจดี"]),
        ("ผู้เขียน สมชาย ใจดี และ สมหญิง รักไทย", ["สมชาย ใจดี", "สมหญิง รักไทย"]),
        ("กองบรรณาธิการ", []),
        ("Ulat ni Juan dela Cruz", ["Juan dela Cruz"]),
        ("អត្ថបទដោយ៖ សុខ សុវណ្ណ", ["សុខ សុវណ្ណ"]),
        ("ຂຽນໂດຍ ສົມຊາຍ ໃຈດີ, ພາບ: ວຽງ", ["ສົມຊາຍ ໃຈດີ"]),
        ("သတင်းထောက် - မောင်မောင်", ["မောင်မောင်"]),
    ],
)  # fmt: skip
def test_a_line_of_text_names_who_wrote(line: str, persons: list[str]) -> None:
    assert list(READER.introduced_in(line).persons) == persons


@pytest.mark.parametrize(
    ("line", "persons"),
    [
        ("Nguyễn Thu Hà - Lê Phương", ["Nguyễn Thu Hà", "Lê Phương"]),
        ("11.12.2019 - Grace Tan", ["Grace Tan"]),
        ("Grace Tan, 28 November 2025", ["Grace Tan"]),
        ("陈晓雯 林志远", ["陈晓雯", "林志远"]),
        ("陈 晓", ["陈晓"]),
        ("山田 美咲", ["山田 美咲"]),
        ("陈晓雯 海港大学东盟研究中心主任", ["陈晓雯"]),
        ("View all posts by Grace Tan", ["Grace Tan"]),
        ("Grace Tan, Daniel Okoro, and Siti Nur", ["Grace Tan", "Daniel Okoro", "Siti Nur"]),
        ("window.push({a: 1})", []),
        ("Follow", []),
        ("Get author RSS feed", []),
        ("wordpressadmin", []),
    ],
)
def test_what_is_marked_as_the_author_s_consists_of_names(line: str, persons: list[str]) -> None:
    assert list(READER.marked_in(line).persons) == persons


@pytest.mark.parametrize(
    ("line", "organisations"),
    [
        ("By Reuters", ["Reuters"]),
        ("Theo TTXVN", ["TTXVN"]),
        ("AFP, MANILA", ["AFP"]),
        ("Oleh BERNAMA", ["BERNAMA"]),
        ("新华社", ["新华社"]),
        ("By Mei Lin | The Harbour Courier", []),
        ("By App", []),
    ],
)
def test_agencies_are_organisations(line: str, organisations: list[str]) -> None:
    assert list(READER.introduced_in(line).organisations) == organisations


def test_the_outlet_is_known_by_its_names() -> None:
    assert READER.is_outlet("The Harbour Courier")
    assert READER.is_outlet("hc.example")
    assert not READER.is_outlet("Harbour Gazette")


@pytest.mark.parametrize(
    "line", ["记者" * 5000, "By " + "a." * 10_000, "by " * 50_000, "Posted on " * 20_000]
)
def test_lines_that_are_none_are_passed_over_at_once(line: str) -> None:
    assert READER.marked_in(line).persons == ()


@pytest.mark.parametrize(
    ("line", "persons"),
    [
        ("新华社昆明6月3日电（记者陶雪、倪文静、岳峰）", ("陶雪", "倪文静", "岳峰")),
        ("（记者 覃丽 缪建国）", ("覃丽", "缪建国")),
        ("本报记者 欧阳雪梅 司徒健", ("欧阳雪梅", "司徒健")),
        ("中新社南宁12月1日电 （记者 滕晓）", ("滕晓",)),
        ("记者 尉迟敏 通讯员 聂冰", ("尉迟敏", "聂冰")),
        ("（記者 衛國強、鄔倩）", ("衛國強", "鄔倩")),
        ("记者从云南省商务厅了解到", ()),
    ],
)
def test_less_common_chinese_family_names_and_several_reporters(line: str, persons: tuple[str, ...]) -> None:
    assert BylineReader(()).introduced_in(line).persons == persons
