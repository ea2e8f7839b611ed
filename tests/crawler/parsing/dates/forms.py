"""Forms of dates as feeds, sitemaps, list pages and articles write them, with the moment that each means.

All were asked for on 27 November 2026 at noon (UTC). Where a form names no country or language, nothing is known of its
source. A moment of None is a form that must not be read at all: several moments are possible, or none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

ASKED = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Form(NamedTuple):
    """A written date, what it means (UTC), and the country and language of its source."""

    text: str
    means: str | None
    country: str | None = None
    lang: str | None = None

    @property
    def moment(self) -> datetime | None:
        """What it means."""
        return datetime.fromisoformat(self.means).replace(tzinfo=UTC) if self.means else None


AT = "2026-11-26T02:20"
"""26 November, 09:20 in Jakarta and Hanoi."""
AS_UTC = "2026-11-26T09:20"
IN_CHINA = "2026-11-26T01:20"
DAY = "2026-11-26T00:00"

RFC_822 = [
    Form("Thu, 26 Nov 2026 09:20:00 +0700", AT),
    Form("Thu, 26 Nov 2026 09:20:00 GMT", AS_UTC),
    Form("Thu, 26 Nov 2026 09:20 UT", AS_UTC),
    Form("週四, 26 11 月 2026 09:20:00 +0700", AT),
    Form("周四, 26 11月 2026 09:20:00 +0700", AT),
    Form("星期四, 26 十一月 2026 09:20:00 +0700", AT),
    Form("T5, 26 11 2026 09:20:00 +0700", AT),
    Form("ព្រ, 26 វិច្ឆិកា 2026 09:20:00 +0700", AT),
    Form("ພຫ, 26 ພ.ຈ. 2026 09:20:00 +0700", AT),
    Form("26 Nov 2026 09:20:00 Z", AS_UTC),
    Form("Thu, 26 Nov 26 09:20:00 +0700", AT),
    Form("Thursday, 26-Nov-26 09:20:00 GMT", AS_UTC),
    Form("Thu, 26 Nov 2026 9:20:00 +0700", AT),
    Form("Thu,26 Nov 2026 09:20:00 +0700", AT),
    Form("Thu 26 Nov 2026 09:20:00 +0700", AT),
    Form("  Thu, 26  Nov  2026   09:20:00  +0700 ", AT),
    Form("Thu, 26 November 2026 09:20:00 +0700", AT),
    Form("thu, 26 nov 2026 09:20:00 +0700", AT),
    Form("Thu, Nov 26 2026 09:20:00 +0700", AT),
    Form("Thu, 26 Nov 2026 09:20:00+0700", AT),
    Form("Thu, 26 Nov 2026 09:20:00 +07:00", AT),
    Form("Thu, 26 Nov 2026 09:20:00 +700", AT),
    Form("Thu, 26 Nov 2026 09:20:00 +07", AT),
    Form("Thu, 26 Nov 2026 09:20:00 +7", AT),
    Form("Thu, 26 Nov 2026 09:20:00 GMT+7", AT),
    Form("Thu, 26 Nov 2026 09:20:00 GMT+0700", AT),
    Form("Thu, 26 Nov 2026 09:20:00 GMT +7", AT),
    Form("Thu, 26 Nov 2026 09:20:00 UTC+07:00", AT),
    Form("Thu, 26 Nov 2026 09:20:00 (GMT+7)", AT),
    Form("Thu, 26 Nov 2026 09:20:00 +0700 (WIB)", AT),
    Form("Thu Nov 26 2026 09:20:00 GMT+0700 (Western Indonesia Time)", AT),
    Form("Thu Nov 26 09:20:00 WIB 2026", AT),
    Form("Thu, 26 Nov 2026 04:20:00 PM +0700", AS_UTC),
    Form("Thu, 26 Nov 2026 4:20 PM +0700", AS_UTC),
    Form("Thu, 26 Nov 2026 04:20PM +0700", AS_UTC),
    Form("Thu, 26 Nov 2026 16:20:00 PM +0700", AS_UTC),
    Form("Thu, 26 Nov 2026 12:20:00 AM +0000", "2026-11-26T00:20"),
    Form("Thu, 26 Nov 2026 09:20:00", AS_UTC),
    Form("Thu, 26 Nov 2026", DAY),
    Form("26 Sept 2026 09:20:00 GMT", "2026-09-26T09:20"),
    Form("Fri, 27 Nov 2026 09:20:60 GMT", "2026-11-27T09:20:59"),
    Form("Thu, 26 Nov 2026 24:00:00 GMT", "2026-11-27T00:00"),
    Form("Thu, 26 Nov 2026 09:20:00 EST", "2026-11-26T14:20"),
    Form("Fri, 26 Nov 2026 09:20:00 GMT", AS_UTC),
]
ISO_8601 = [
    Form("2026-11-26T09:20:00+07:00", AT),
    Form("2026-11-26T09:20:00.123+07:00", AT),
    Form("2026-11-26T09:20:00,5+0700", AT),
    Form("2026-11-26T09:20:00+0700", AT),
    Form("2026-11-26 09:20:00+07", AT),
    Form("2026-11-26 09:20:00 +07:00", AT),
    Form("2026-11-26 09:20 +0700", AT),
    Form("2026-11-26t09:20:00z", AS_UTC),
    Form("2026-11-26T09:20Z", AS_UTC),
    Form("2026-11-26T09:20:00.000000Z", AS_UTC),
    Form("2026-11-26T09:20:00+07:00[Asia/Jakarta]", AT),
    Form("2026-11-26 09:20:00 Asia/Ho_Chi_Minh", AT),
    Form("2026-11-26 09:20:00 UTC", AS_UTC),
    Form("2026-11-26 09:20:00", AS_UTC),
    Form("2026-11-26 09:20", AS_UTC),
    Form("2026-11-26T9:20", AS_UTC),
    Form("2026-11-26", DAY),
    Form("2026-11-26+07:00", DAY),
    Form("2026-1-6", "2026-01-06T00:00"),
    Form("20261126T092000Z", AS_UTC),
    Form("20261126092000", AS_UTC),
    Form("202611260920", AS_UTC),
    Form("20261126", DAY),
    Form("2026-W48-4", DAY),
    Form("2026-330", DAY),
    Form("2026-330T09:20:00Z", AS_UTC),
    Form("20261126 14:05", "2026-11-26T14:05"),
    Form("20261126 09:20:00 +0700", AT),
    Form("2026/11/26 09:20:00", AS_UTC),
    Form("2026/11/26", DAY),
    Form("2026.11.26 09:20", AS_UTC),
    Form("2026. 11. 26. 09:20", AS_UTC),
    Form("2026_11_26", DAY),
    Form("２０２６－１１－２６　０９：２０", AS_UTC),
    Form("2026\u201011\u201026 09:20", AS_UTC),
]
NUMBERS = [
    Form("26/11/2026 09:20", AS_UTC),
    Form("26-11-2026", DAY),
    Form("26.11.2026", DAY),
    Form("26.11.2026 09.20", AS_UTC),
    Form("5.11.2026", "2026-11-05T00:00"),
    Form("26/11/26", DAY),
    Form("09:20 26/11/2026", AS_UTC),
    Form("09:20, 26/11/2026 (GMT+7)", AT),
    Form("26/11/2026 - 09:20", AS_UTC),
    Form("26/11/2026 9:20:00 PM", "2026-11-26T21:20"),
    Form("11/26/2026 2:55:01 PM", "2026-11-26T14:55:01"),
    Form("05/11/2026", "2026-11-05T00:00", "VN", "vi"),
    Form("05-11-2026 09:20:00", "2026-11-05T02:20", "ID", "id"),
    Form("11/05/2026 09:20", "2026-11-05T01:20", "PH", "en"),
    Form("Kamis, 05/11/2026", "2026-11-05T00:00"),
    Form("1795659600", "2026-11-26T02:20"),
    Form("1795659600000", "2026-11-26T02:20"),
    Form("/Date(1795659600000+0700)/", "2026-11-26T02:20"),
]
CHINESE = [
    Form("2026年11月26日", DAY),
    Form("2026年11月26日 09:20", AS_UTC),
    Form("2026年11月26日09时20分", IN_CHINA, "CN", "zh"),
    Form("2026年11月26日 上午9:20", IN_CHINA, "CN", "zh"),
    Form("2026年11月26日 下午2点05分", "2026-11-26T06:05", "CN", "zh"),
    Form("2026年11月26日 凌晨12:30", "2026-11-25T16:30", "CN", "zh"),
    Form("2026年11月26日 星期四 09:20", IN_CHINA, "CN", "zh"),
    Form("2026 年 11 月 26 日 09:20:30", "2026-11-26T01:20:30", "TW", "zh"),
    Form("二〇二六年十一月二十六日", DAY),
    Form("民國115年11月26日", DAY, "TW", "zh"),
    Form("中華民國115年11月26日 下午", DAY, "TW", "zh"),
    Form("中華民國115年11月26日 下午2:05", "2026-11-26T06:05", "TW", "zh"),
    Form("115/11/26", DAY, "TW", "zh"),
    Form("115-11-26 09:20", IN_CHINA, "TW", "zh"),
    Form("115.11.26", DAY, "TW", "zh"),
    Form("2026년 11월 26일 09:20", "2026-11-26T00:20", "KR", "ko"),
    Form("입력 2026.11.26 오후 2:05", "2026-11-26T05:05", "KR", "ko"),
    Form("发布时间：2026-11-26 09:20", IN_CHINA, "CN", "zh"),
    Form("2026-11-26 09:20（北京时间）", IN_CHINA),
    Form("Thu Nov 26 09:20:00 CST 2026", IN_CHINA, "CN", "zh"),
    Form("Thu, 26 Nov 2026 09:20:00 CST", IN_CHINA, None, "zh"),
    Form("Thu, 26 Nov 2026 09:20:00 CST", "2026-11-26T15:20", "US", "en"),
    Form("2026-11-26 09:20:00 HKT", IN_CHINA),
    Form("Thu, 26 Nov 2026 09:20:00 BJT", IN_CHINA),
]
SOUTH_EAST = [
    Form("Kamis, 26 November 2026 09:20 WIB", AT),
    Form("Kamis, 26 Nov 2026 | 09:20 WIB", AT),
    Form("26 Agt 2026 09.20 WITA", "2026-08-26T01:20"),
    Form("26 Mei 2026, 09:20 WIT", "2026-05-26T00:20"),
    Form("Kamis, 26 Des 2025 pukul 09.20 WIB", "2025-12-26T02:20"),
    Form("Diterbitkan: 26 Oktober 2026 09:20", "2026-10-26T02:20", "ID", "id"),
    Form("Rabu, 25/11/2026 09:20 WIB", "2026-11-25T02:20"),
    Form("26 Ogos 2026 3:05 PM", "2026-08-26T07:05", "MY", "ms"),
    Form("Khamis, 26 November 2026 9:20 AM MYT", IN_CHINA),
    Form("26 Mac 2026", "2026-03-26T00:00"),
    Form("26 Julai 2026 9:20 pagi", "2026-07-26T01:20", "MY", "ms"),
    Form("Thứ Năm, 26/11/2026 09:20 (GMT+7)", AT),
    Form("Thứ 5, ngày 26/11/2026 - 09:20", AT, "VN", "vi"),
    Form("26 tháng 11, 2026", DAY),
    Form("Ngày 26 tháng 11 năm 2026 lúc 09:20", AT, "VN", "vi"),
    Form("26 Thg 11 2026 09:20 +0700", AT),
    Form("26 Tháng Mười Một, 2026", DAY),
    Form("Thứ năm, 26/11/2026 | 09h20", AT, None, "vi"),
    Form("26/11/2026 2:20 CH", "2026-11-26T07:20", "VN", "vi"),
    Form("26 พ.ย. 2569 09:20 น.", AT, "TH", "th"),
    Form("26 พ.ย. 69", DAY),
    Form("26 พฤศจิกายน 2569", DAY),
    Form("วันพฤหัสบดีที่ 26 พฤศจิกายน พ.ศ. 2569 เวลา 09.20 น.", AT, None, "th"),
    Form("๒๖ พฤศจิกายน ๒๕๖๙", DAY),
    Form("26/11/2569", DAY),
    Form("2569/11/26", DAY),
    Form("2569-11-26T09:20:00+07:00", AT),
    Form("Thu, 26 Nov 2569 09:20:00 +0700", AT),
    Form("1 มกราคม 2545", "2002-01-01T00:00"),
    Form("12 May 2555", "2012-05-12T00:00"),
    Form("ថ្ងៃទី២៦ ខែវិច្ឆិកា ឆ្នាំ២០២៦ ម៉ោង ០៩:២០", AT, None, "km"),
    Form("២៦ វិច្ឆិកា ២០២៦", DAY),
    Form("ວັນທີ 26 ພະຈິກ 2026", DAY),
    Form("໒໖/໑໑/໒໐໒໖", DAY),
    Form("26 ພ.ຈ. 2026 09:20", AT, "LA", "lo"),
    Form("၂၆ နိုဝင်ဘာ ၂၀၂၆", DAY),
    Form("နိုဝင်ဘာလ ၂၆ ရက်၊ ၂၀၂၆", DAY),
    Form("၂၀၂၆ ခုနှစ် နိုဝင်ဘာလ ၂၆ ရက်", DAY),
    Form("26 နိုဝင်ဘာလ 2026", DAY),
    Form("၂၆ နိုဝင်ဘာလ၊ ၂၀၂၆", DAY),
    Form("26 Nov 2026 09:20 MMT", "2026-11-26T02:50"),
    Form("Nobyembre 26, 2026 9:20 AM", IN_CHINA, "PH", "tl"),
    Form("Ika-26 ng Nobyembre 2026", DAY),
    Form("Published: November 26th, 2026 at 9:20 am PHT", IN_CHINA),
    Form("November 26, 2026", DAY),
    Form("Nov. 26, 2026, 9:20 a.m. SGT", IN_CHINA),
    Form("<time>26 Nov 2026</time>", DAY),
    Form("26&nbsp;Nov&nbsp;2026 09:20 ICT", AT),
    Form("26 Nov 2026 09:20 JST", "2026-11-26T00:20"),
]
ELSEWHERE = [
    Form("Donnerstag, 26. November 2026, 9:20 Uhr", AS_UTC, None, "de"),
    Form("Veröffentlicht am 26. Jänner 2026", "2026-01-26T00:00"),
    Form("26.11.26", DAY, None, "de"),
    Form("02.11.26", "2026-11-02T00:00", None, "de"),
    Form("Publié le 26 février 2026 à 09h20", "2026-02-26T09:20", None, "fr"),
    Form("26 novembre 2026", DAY, None, "it"),
    Form("26 ноября 2026, 09:20", AS_UTC, None, "ru"),
    Form("26 листопада 2026", DAY, None, "uk"),
    Form("26 noiembrie 2026 09:20", AS_UTC, None, "ro"),
    Form("26 Kasım 2026", DAY, None, "tr"),
    Form("26 नवंबर 2026", DAY, None, "hi"),
    Form("26 நவம்பர் 2026", DAY, None, "ta"),
    Form("الخميس، 26 نوفمبر 2026 - 09:20 م", "2026-11-26T21:20", None, "ar"),
]
RELATIVE = [
    Form("2 giờ trước", "2026-11-27T10:00", "VN", "vi"),
    Form("5 jam lalu", "2026-11-27T07:00", "ID", "id"),
    Form("5 jam yang lalu", "2026-11-27T07:00", "ID", "id"),
    Form("sejam lalu", "2026-11-27T11:00", "ID", "id"),
    Form("3小时前", "2026-11-27T09:00", "CN", "zh"),
    Form("15分钟前", "2026-11-27T11:45", "CN", "zh"),
    Form("an hour ago", "2026-11-27T11:00"),
    Form("20 mins ago", "2026-11-27T11:40"),
    Form("2 days ago", "2026-11-25T00:00"),
    Form("2 ชั่วโมงที่แล้ว", "2026-11-27T10:00", "TH", "th"),
    Form("2 oras ang nakalipas", "2026-11-27T10:00", "PH", "tl"),
    Form("២ ម៉ោងមុន", "2026-11-27T10:00", "KH", "km"),
    Form("2 ຊົ່ວໂມງກ່ອນ", "2026-11-27T10:00", "LA", "lo"),
    Form("လွန်ခဲ့သော ၂ နာရီ", "2026-11-27T10:00", "MM", "my"),
    Form("kemarin 09:20", AT, "ID", "id"),
    Form("Kemarin, 09.20 WIB", AT, "ID", "id"),
    Form("昨天 09:20", IN_CHINA, "CN", "zh"),
    Form("hôm qua 09:20", AT, "VN", "vi"),
    Form("เมื่อวาน 09:20 น.", AT, "TH", "th"),
    Form("今天 08:05", "2026-11-27T00:05", "CN", "zh"),
    Form("just now", "2026-11-27T12:00"),
    Form("刚刚", "2026-11-27T12:00"),
]
UNREADABLE = [
    Form(text, None)
    for text in (
        "", "now", "null", "-", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "Wed, 30 Nov -0001 00:00:00 +0000",
        "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 07:00:00 +0700", "0", "1", "12345", "Mon, 31 Feb 2026 09:20:00 GMT", "2026-13-26",
        "2026-02-30", "32/11/2026", "05/11/2026", "05-11-2026 09:20", "08/09/26", "2026", "2026-11", "November 2026", "Nov 26",
        "Thu, 26 Nov 2026 25:20:00 GMT", "2026-11-26T09:61:00Z", "Thu, 26 Nov 2026 13:20 AM", "2036-11-26", "26 Nov 2036",
        "Thu, 26 Nov 2026 09:20:00 CST", "Thu, 26 Nov 2026 09:20:00 IST", "Thu, 26 Nov 2026 09:20:00 QQT",
        "Thu, 26 Nov 2026 09:20:00 +2500", "2026-11-26T09:20:00Z+07:00", "26 Nov 2026 to 28 Nov 2026", "24-28 Nov 2026",
        "Rp 26.11.2026,00", "version 2026.11.26.4", "192.168.11.26", "26112026", "2 tháng trước", "last year", "+62 21 2026 1126",
        "Thu, 26 Nom 2026 09:20:00 GMT", "26 Smarch 2026", "11:26:2026", "2026-000", "2026-366", "2026-330-2", "115/11/26", "215/11/26", "http://o.example/2026/11/26/", "26 of 2026", "26 listopada 2026",
    )
]  # fmt: skip
READABLE = [*RFC_822, *ISO_8601, *NUMBERS, *CHINESE, *SOUTH_EAST, *ELSEWHERE]
