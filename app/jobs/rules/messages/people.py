"""Who and where: name, phone, address, floor and lift."""

import re

from app.core import phones
from app.core.phones import PhoneNotValid
from app.jobs.rules.messages.draft import LIKELY, MAYBE, SURE, Guess

EXTENSION = r"(?:\s*(?:转|轉|分机|ext\.?|#|,|-)\s*\d{2,6})?"
PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+\d{1,3}[ -]?)?(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8}|"
    rf"(?<=\+)\d[\d -]{{8,14}}\d|400-?\d{{3}}-?\d{{4}}){EXTENSION}(?!\d)",
    re.IGNORECASE,
)
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常"
    "武乔贺赖龚文欧莫关麦霍伍区冼甘植"
)
TITLED = re.compile(r"([\u4e00-\u9fff]{1,3})(先生|女士|小姐|太太|阿姨|老师)")
NAME_EN = re.compile(
    r"(?:(?i:my name is|i am|i'm|this is|for|contact|regards,?)\s+|(?:Mr|Mrs|Ms|Miss|Dr)\.? )"
    r"([A-Z][a-z'-]+(?: [A-Z][a-z'-]+){0,2})"
)
CAPITALISED = re.compile(r"[A-Z][a-z'-]+(?: [A-Z][a-z'-]+){1,2}")
LABELS = {
    "customer_name": r"收货人|收件人|联系人|客户姓名|客户|姓名|顾客|"
    r"customer name|customer|name|contact",
    "phone": r"联系电话|手机号码|手机号|电话|手机|phone|tel|mobile",
    "address": r"详细地址|收货地址|安装地址|上门地址|地址|service address|address|addr",
}
MARKERS = re.compile(
    r"省|市|区|县|镇|街道|大道|路|街|巷|村|号|栋|幢|座|单元|室|房|苑|花园|小区|公寓|大厦|广场|城"
)
ADDRESS_EN = re.compile(
    r"\b(?:(?:room|flat|unit|apt|block|tower|building)\s+\w+,?\s*)*\d+[\w-]*,?(?:\s+[\w'-]+){1,4}?\s"
    r"(?:road|rd|street|st|avenue|ave|lane|drive|court|way)\b(?:,\s*[A-Z][\w ]*)*",
    re.IGNORECASE,
)
FLOOR = re.compile(
    r"(\d{1,2})\s*(?:楼|层|f\b)|floor\s*(\d{1,2})|(\d{1,2})(?:st|nd|rd|th) floor", re.IGNORECASE
)
NO_LIFT = re.compile(r"[无没](?:有)?电梯|步梯|楼梯房|no (?:lift|elevator)|walk-?up", re.IGNORECASE)
LIFT = re.compile(r"电梯|\blift\b|elevator", re.IGNORECASE)
BREAKS = re.compile(r"[\n,,。;;|]+")


def labelled(text: str) -> dict[str, Guess]:
    """Read ``姓名:王小明`` and ``Address: 5 Tiyu Road``, line by line."""
    found: dict[str, Guess] = {}
    for name, words in LABELS.items():
        ends = r"[^\n;;]" if name == "address" else r"[^\n,,;;]"
        pattern = rf"(?:^|[\n,,;;\s【])(?:{words})】?\s*[::]\s*({ends}+)"
        if m := re.search(pattern, text, re.IGNORECASE):
            found[name] = Guess(m[1].strip(), SURE, m[0].strip())
    return found


def find_phone(text: str) -> Guess | None:
    """Find the number to call; a second one makes it less sure."""
    found: dict[str, str] = {}
    for m in PHONE.finditer(text):
        try:
            found.setdefault(str(phones.parse(m[0])), m[0])
        except PhoneNotValid:
            continue
    if not found:
        return None
    number, source = next(iter(found.items()))
    return Guess(number, SURE if len(found) == 1 else MAYBE, source.strip())


def segments(text: str) -> list[str]:
    """Divide a message at its commas and line ends."""
    return [part.strip() for part in BREAKS.split(text) if part.strip()]


def find_address(text: str) -> Guess | None:
    """Find the stretch with the most words of an address; neighbours that go on with it too."""
    best = max(_stretches(text), key=_address_words, default="")
    if _address_words(best) >= 2:
        return Guess(best, LIKELY if _address_words(best) >= 3 else MAYBE, best)
    if m := ADDRESS_EN.search(PHONE.sub("\n", text)):
        return Guess(m[0].strip(" ."), LIKELY, m[0])
    return None


def _stretches(text: str) -> list[str]:
    """Join words that belong to one address: ``广东省 广州市 天河区体育西路1号``."""
    without = PHONE.sub("\n", text)
    stretches: list[str] = []
    for line in re.split(r"[\n,,。;;]+", without):
        current = ""
        for word in line.split():
            if MARKERS.search(word) and re.search(r"[\u4e00-\u9fff]", word):
                current += word
            else:
                stretches.append(current)
                current = ""
        stretches.append(current)
    return stretches


def _address_words(stretch: str) -> int:
    return len(set(MARKERS.findall(stretch)))


def find_name(text: str, phone: str) -> Guess | None:
    """Find whom to ask for: titled, introduced, or standing beside the number."""
    if m := TITLED.search(text):
        start = next((i for i, c in enumerate(m[1]) if c in SURNAMES), None)
        if start is not None:
            return Guess(m[1][start:] + m[2], LIKELY, m[0])
    if beside := _beside(text, phone):
        return beside
    if m := NAME_EN.search(text):
        return Guess(m[1], 0.7, m[0])
    return None


def _beside(text: str, phone: str) -> Guess | None:
    if not phone:
        return None
    parts = [p for part in segments(text.replace(phone, f"\n{phone}\n")) for p in part.split("  ")]
    at = next((i for i, part in enumerate(parts) if phone in part), 0)
    for near in (at - 1, at + 1):
        if not 0 <= near < len(parts):
            continue
        word = parts[near].split(":")[-1].strip()
        tail = word.split()[-1] if word else ""
        if _is_chinese_name(tail):
            return Guess(tail, LIKELY, tail)
        if m := CAPITALISED.fullmatch(word):
            return Guess(m[0], 0.7, m[0])
    return None


def _is_chinese_name(word: str) -> bool:
    is_short = re.fullmatch(r"[\u4e00-\u9fff]{2,4}", word) is not None
    return is_short and word[0] in SURNAMES and not MARKERS.search(word)


def find_floor(text: str) -> Guess | None:
    m = FLOOR.search(text)
    return Guess(int(next(g for g in m.groups() if g)), LIKELY, m[0]) if m else None


def find_lift(text: str) -> Guess | None:
    if m := NO_LIFT.search(text):
        return Guess(False, 0.9, m[0])
    if m := LIFT.search(text):
        return Guess(True, LIKELY, m[0])
    return None
