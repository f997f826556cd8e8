"""Addresses as people write them: reduced to what is the same however it is written."""

import re
import unicodedata

REGIONS = re.compile(
    r"^(?:中国|中华人民共和国)?"
    r"(?:[一-鿿]{2,7}?(?:省|自治区|特别行政区))?"
    r"(?:[一-鿿]{2,6}?市(?!场))?"
)
# Not every 区 is a district: 小区, 社区, 园区 and the like are parts of one.
DISTRICT_ZH = re.compile(r"^([一-鿿]{1,5}?(?<![小社园新发片校厂库])(?:区|县|旗))")
DISTRICT_EN = re.compile(r"([a-z][a-z' ]*?)\s+(?:district|county)\b")
FILLERS = re.compile(r"[-\s,，.。;；、·'\"“”‘’()（）\[\]【】<>《》:：_~]+")
BETWEEN_NUMBERS = re.compile(rf"(?<=\d){FILLERS.pattern}(?=\d)")
KINDS = re.compile(r"(?:\s*(?:district|county|city)|自治县|新区|区|县|市|旗)$")
SAME_WORDS = (
    (re.compile(r"(?<=\d)(?:号院|號)"), "号"),
    (re.compile(r"(?<=[\da-z])(?:幢|座|栋|号楼)"), "栋"),
    (re.compile(r"(?<=\d)(?:房|号房|号室)(?=$|\D)"), "室"),
    (re.compile(r"\b(?:no|number|nr|unit)\b\.?\s*(?=\d)"), ""),
    (re.compile(r"\broad\b"), "rd"),
    (re.compile(r"\bstreet\b"), "st"),
    (re.compile(r"\bavenue\b"), "ave"),
)


def normalise_address(text: str) -> str:
    """Reduce an address to what finds it again.

    Full-width forms, case, spaces and punctuation go; so do country, province and city in front,
    since an address is looked up inside its territory. The district stays: streets of one name
    exist in several.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    for pattern, word in SAME_WORDS:
        plain = pattern.sub(word, plain)
    plain = BETWEEN_NUMBERS.sub("|", plain)
    plain = FILLERS.sub("", plain)
    return REGIONS.sub("", plain, count=1) or plain


def district_in(text: str) -> str | None:
    """Return the district that an address names; ``None``: none that can be told."""
    plain = unicodedata.normalize("NFKC", text).strip()
    compact = re.sub(r"[\s,，]+", "", plain)
    found = DISTRICT_ZH.match(REGIONS.sub("", compact, count=1))
    if found:
        return found[1]
    english = DISTRICT_EN.search(plain.casefold().replace(",", " , "))
    return english[1].strip().title() if english else None


def same_district(one: str, other: str) -> bool:
    """Tell whether two names mean one district: 天河 and 天河区, Tianhe and Tianhe District."""
    return _bare(one) == _bare(other)


def _bare(district: str) -> str:
    plain = unicodedata.normalize("NFKC", district).casefold().strip()
    stem = KINDS.sub("", plain)
    return re.sub(r"[\s'’-]", "", stem if len(stem) > 1 else plain)


def mentions(normalised: str, name: str) -> bool:
    """Tell whether a normalised address contains a landmark's name."""
    wanted = normalise_address(name)
    return len(wanted) >= 2 and wanted in normalised
