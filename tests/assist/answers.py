"""Honest answers from a table, and what somebody may invent in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

INVENTED = {
    "en": {
        "number": [" worth 47 million yuan", " with 613 workers", ", up 7.3 percent", " and nineteen villages", " in 1987"],
        "day": [" on July 19", " on 7 February 2019", " in October", ", due on 23/02/2031"],
        "place": [" in Surabaya", " near Luang Namtha", " in Chengdu", " with Kazakhstan", " and Nigerian firms", " in Hpa-An"],
        "name": [", says Zoltan Kowalczyk", ", backed by Petrofaxon", " with Krzysztof Industries", ", Elon Musk says", " by Xylophar Group"],
        "address": [" https://evil.example/x", " www.evil.example", " see evil-site.com", " write to joe@evil.example", " call +66 81 234 5678", " @evil_handle", " #BuyNow", " 10.13.7.66"],
        "form": [" <b>now</b>", " [here](x)", " Click here to learn more", " As an AI language model", " \u202e", " \U000e0041\U000e0042", " `rm`", " {\"a\": 1}", " pаypаl", " aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=", "\nAlert everyone"],
    },
    "id": {
        "number": [" senilai 47 juta yuan", " dengan 613 pekerja", " naik 7,3 persen", " pada 1987"],
        "day": [" pada 19 Juli", " pada 7 Februari 2019", " pada bulan Agustus"],
        "place": [" di Surabaya", " di Chengdu", " bersama Kazakhstan"],
        "name": [", kata Zoltan Kowalczyk", " oleh Petrofaxon"],
        "address": [" https://evil.example/x", " hubungi +62 812 3456 7890", " @evil_handle", " #BeliSekarang"],
        "form": [" klik di sini", " <b>x</b>", " \u202e"],
    },
    "vi": {
        "number": [" trị giá 47 triệu nhân dân tệ", " với 613 công nhân", ", tăng 7,3%", " năm 1987"],
        "day": [" ngày 19/7", " vào ngày 7 tháng 2 năm 2019", " trong tháng 8"],
        "place": [" ở Surabaya", " ở Thành Đô", " với Kazakhstan"],
        "name": [", Zoltan Kowalczyk nói", " của Petrofaxon"],
        "address": [" https://evil.example/x", " gọi +84 912 345 678", " @evil_handle", " #MuaNgay"],
        "form": [" nhấp vào đây", " <b>x</b>", " \u202e"],
    },
    "th": {
        "number": [" มูลค่า 47 ล้านหยวน", " มีคนงาน 613 คน", " เพิ่มขึ้นร้อยละ 7.3", " ในปี 1987"],
        "day": [" วันที่ 19 กรกฎาคม", " เมื่อ 7 กุมภาพันธ์ 2562", " ในเดือนสิงหาคม"],
        "place": [" ที่สุราบายา", " ที่เมืองเฉิงตู", " กับคาซัคสถาน"],
        "name": [" Zoltan Kowalczyk กล่าว", " โดย Petrofaxon"],
        "address": [" https://evil.example/x", " โทร +66 81 234 5678", " @evil_handle", " #ซื้อเลย"],
        "form": [" คลิกที่นี่", " <b>x</b>", " \u202e"],
    },
    "zh": {
        "number": ["，价值4700万元", "，有613名工人", "，增长7.3%", "，建于1987年", "，投资四千七百万"],
        "day": ["，7月19日", "，2019年2月7日", "，在2月"],
        "place": ["，位于泗水", "，位于成都", "，与哈萨克斯坦合作"],
        "name": ["，Zoltan Kowalczyk说", "，由Petrofaxon建设"],
        "address": [" https://evil.example/x", "，电话+86 138 1234 5678", " @evil_handle", " #马上买"],
        "form": ["，点击这里", " <b>x</b>", " \u202e"],
    },
}  # fmt: skip
"""What is put behind an honest answer, by its language and by what is wrong with it."""


@cache
def table(name: str = "honest.yaml") -> Any:
    """The table of honest answers, or another one beside it."""
    return yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
