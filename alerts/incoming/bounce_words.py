"""What mail systems and out-of-office replies say about a mail, in the readers' languages. Pure data, as patterns.

English is in `alerts.incoming.plain_bounces`, beside the codes. Each language has the words of failure, of nobody there, of a full
mailbox, of a policy, of a delay, and of absence.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class BouncePatterns(NamedTuple):
    """Patterns of one language."""

    failed: str
    nobody: str
    full: str
    policy: str
    delayed: str
    absent: str


LANGUAGES = {
    "zh": BouncePatterns(
        r"[退被][信回件]|郵件退回|[无無]法(?:投[递遞]|送[达達]|[发發]送|傳送|寄送)|未(?:能)?(?:送[达達]|投[递遞])|(?:投[递遞]|[发發]送|傳送|寄送)失[败敗]",
        r"不存在|查[无無]此|[无無]此(?:用[户戶]|使用者|[账帳][号號]|信箱|收件)|[没沒]有(?:此|[这這][个個]|[该該])|找不到|未找到|地址[无無]效|[无無]效(?:的)?(?:地址|收件)",
        r"容量|已[满滿]|配[额額]|空[间間]不足|超出[^，。]{0,6}限[额額]",
        r"垃圾[邮郵]件|[拦攔]截|反垃圾|策略|政策|黑名[单單]",
        r"延[迟遲]|[稍之][后後]重[试試]|[暂暫][时時]|[继繼][续續](?:尝试|嘗試|重试|重試|投)|[无無]需重新|不必重新",
        r"自[动動](?:回[复覆復]|答[复覆復])|不在(?:[办辦]公室|公司)?|休假|度假|外出|出差|年假|假期",
    ),
    "vi": BouncePatterns(
        r"không (?:thể )?(?:gửi|chuyển|phân phối)|thất bại|bị trả lại|không đến được",
        r"không tồn tại|không tìm thấy|không có (?:người|tài khoản|hộp thư)|địa chỉ không hợp lệ",
        r"đầy|hết dung lượng|vượt quá (?:hạn mức|dung lượng)",
        r"thư rác|bị chặn|chính sách",
        r"tạm thời|sẽ (?:tiếp tục|thử lại)|trì hoãn|bị chậm",
        r"vắng mặt|trả lời tự động|nghỉ phép|nghỉ lễ|đi công tác|không có mặt",
    ),
    "id, ms": BouncePatterns(
        r"tidak (?:dapat |bisa |boleh |berhasil )?(?:ter|di)(?:kirim|hantar|antar|sampaikan)|gagal (?:di|ter)?(?:kirim|hantar|antar)"
        r"|(?:pengiriman|penghantaran) gagal|dikembalikan",
        r"tidak (?:ditemukan|dikenal|terdaftar|wujud|dijumpai|valid|sah)|tidak ada (?:pengguna|penerima|alamat)|tiada pengguna",
        r"penuh|kuota|melebihi had",
        r"diblokir|disekat|kebijakan|dasar keselamatan",
        r"sementara|tertunda|ditangguhkan|akan (?:terus )?(?:dicoba|mencoba|dicuba|mencuba)",
        r"balasan (?:otomatis|automatik)|jawaban otomatis|di luar (?:kantor|pejabat)|\b(?:ber)?cuti\b|tiada di pejabat|perjalanan dinas"
        r"|tidak (?:berada )?di (?:kantor|tempat)",
    ),
    "th": BouncePatterns(
        r"ไม่สามารถ(?:ส่ง|จัดส่ง|นำส่ง)|ส่ง\S{0,20}?ไม่(?:สำเร็จ|ได้|ถึง)|ล้มเหลว|ตีกลับ",
        r"ไม่พบ|ไม่มีผู้ใช้|ไม่มี(?:อยู่|บัญชี|ที่อยู่)|ไม่รู้จัก",
        r"เต็ม|โควต้?า",
        r"สแปม|บล็อก|นโยบาย",
        r"ชั่วคราว|ล่าช้า|จะพยายาม|ลอง(?:ใหม่|อีก)",
        r"(?:ตอบกลับ|ตอบรับ)(?:โดย)?อัตโนมัติ|ไม่อยู่|ลาพัก|ลาหยุด|ลากิจ|วันหยุด",
    ),
    "tl": BouncePatterns(
        r"hindi (?:naihatid|naipadala|maihatid|maipadala)|nabigo", r"hindi (?:natagpuan|umiiral|nahanap|kilala)|walang (?:ganoong|ganitong|gumagamit)",
        r"puno na", r"hinarang|patakaran", r"pansamantala|naantala|susubukan", r"awtomatikong (?:tugon|sagot)|wala sa opisina|naka-?bakasyon",
    ),
    "my, km, lo": BouncePatterns(
        r"(?:မ)?ပို့(?:၍)?မရ|မပို့နိုင်|មិនអាច(?:ផ្ញើ|បញ្ជូន)|បរាជ័យ|ບໍ່ສາມາດສົ່ງ|ສົ່ງບໍ່ໄດ້", r"မရှိ|မတွေ့|រកមិនឃើញ|មិនមាន|ບໍ່ພົບ|ບໍ່ມີຜູ້ໃຊ້",
        r"ပြည့်|ពេញ|ເຕັມ", r"ပိတ်ဆို့|គោលការណ៍|ນະໂຍບາຍ", r"ယာယီ|បណ្តោះអាសន្ន|ຊົ່ວຄາວ",
        r"အလိုအလျောက်|ရုံးမှာ ?မရှိ|ស្វ័យប្រវត្តិ|ឈប់សម្រាក|ອັດຕະໂນມັດ|ລາພັກ",
    ),
    "fr": BouncePatterns(
        r"n'a pas pu être|échec de (?:la )?(?:remise|distribution|livraison)|non (?:remis|distribu|délivr)|impossible de (?:remettre|distribuer|livrer)",
        r"inconnue?\b|introuvable|n'existe pas|inexistant", r"pleine\b|saturée|quota", r"indésirable|bloqué|politique",
        r"retard|temporaire|nouvelle tentative|réessay", r"réponse automatique|\babsen[ct]|en congé|en vacances",
    ),
    "de, nl": BouncePatterns(
        r"nicht zu(?:ge)?stell|unzustellbar|konnte nicht|fehlgeschlagen|niet (?:worden )?(?:bezorgd|afgeleverd)|onbestelbaar|mislukt",
        r"unbekannt|existiert nicht|nicht gefunden|ungültig|onbekend|bestaat niet", r"\bvoll\b|überfüllt|speicher|\bvol\b",
        r"richtlinie|blockiert|geblokkeerd|beleid", r"verzöger|vorübergehend|erneut versuch|weiterhin versuch|vertraag|tijdelijk|opnieuw",
        r"abwesen|automatische antwort|\burlaub|afwezig|automatisch antwoord",
    ),
    "es, pt, it": BouncePatterns(
        r"n[oã]o? (?:se )?(?:pudo|ha podido|puede|pôde|pode|foi)?\s?(?:possível )?(?:ser )?entreg|fallo en la entrega|falha na entrega|devuelto|devolvid"
        r"|não foi possível entregar|non (?:è stato )?(?:possibile )?(?:consegn|recapit)|mancato recapito|recapito non riuscito",
        r"desconocid|no existe|no (?:se )?(?:ha )?encontr|inexistente|no válid|desconhecid|não existe|não (?:foi )?encontrad|inválid|sconosciut|non esiste"
        r"|non trovat",
        r"\bllen[oa]\b|\bcuota|\bchei[oa]\b|\bcota\b|\bpien[oa]\b|espacio|espaço", r"no deseado|bloquead|política|bloccat|indesejad",
        r"retras|temporal|reintent|demora|atras|temporári|novamente|ritard|temporane|riprover",
        r"respuesta autom|fuera de la oficina|resposta autom|fora do escritório|de vacaciones|de férias|ausente|risposta automatica|fuori sede|in ferie",
    ),
    "ja": BouncePatterns(
        r"(?:配信|送信|配送|送達|お届け)(?:することが)?(?:は)?(?:できま|不能|に失敗|失敗)|届(?:きません|けられません)|不達",
        r"存在し(?:ない|ません)|見つかりません|宛先不明|無効なアドレス", r"容量|いっぱい|満杯|超過", r"迷惑メール|ポリシー|ブロック|拒否",
        r"遅延|一時的|再送|再試行|引き続き", r"自動(?:返信|応答)|不在|休暇|出張",
    ),
    "ko": BouncePatterns(
        r"(?:배달|전송|발송|전달)(?:할 수 없|되지 (?:않|못)|(?:에|이)? ?실패)|반송", r"존재하지 않|찾을 수 없|없는 (?:사용자|주소|계정)",
        r"용량|가득|꽉", r"스팸|차단|정책", r"지연|일시적|다시 시도|재시도", r"자동 ?(?:회신|응답|답장)|부재 ?중|휴가|출장",
    ),
    "ru": BouncePatterns(
        r"не (?:может быть |удалось |был[оа]? )?достав|недостав|ошибка доставки|возвращен", r"не существует|не найден|неизвестн|нет такого",
        r"переполнен|квот", r"спам|заблокир|политик", r"задерж|временн|повторн|попыт", r"автоответ|автоматическ\S+ ответ|в отпуске|отсутств",
    ),
}  # fmt: skip


def any_of(kind: str, english: str) -> re.Pattern[str]:
    """One pattern for a kind of words in all languages, with the English ones."""
    return re.compile(
        "|".join((english, *(getattr(words, kind) for words in LANGUAGES.values()))), re.I | re.S
    )
