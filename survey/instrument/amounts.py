"""Numbers as people type them on a phone: "1,200", "$24.50", "24,50", "２４．５". Pure."""

import re

LARGEST = 1e9
MOST_TYPED = 40
"""Characters; nobody's pay needs more."""

_MONEY = re.compile(r"(US\$|USD|\$|€|£)", re.IGNORECASE)
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {ord("。"): "."}
"""Chinese keyboards type digits and signs twice as wide; their full stop is a point here."""
_POINTS_GROUP = ("es", "vi")
"""Languages whose speakers write 1.200 for twelve hundred, or may."""
_DIGITS = re.compile(r"\d+", re.ASCII)
_MARKED = re.compile(r"(?P<whole>\d+([.,]\d+)*)", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+|[1-9]\d{0,2}(\.\d{3})+", re.ASCII)


class AmountError(ValueError):
    """What was typed is no number; str() is "nonsense", "negative" or "large"."""


def parse_amount(typed: str, lang: str) -> float:
    """The number that was meant. Raises AmountError.

    One sign may group thousands or mark decimals, and people here use either convention: three
    digits after it are thousands ("1,200"; in Spanish and Vietnamese also "1.200"), else decimals
    ("24,5"). Blanks of every kind may group as well ("52 000").
    """
    text = typed.translate(_WIDE).strip()
    if _DIGITS.fullmatch(text) and len(text) <= MOST_TYPED:
        return _bounded(float(text))
    if len(text) > MOST_TYPED:
        raise AmountError("nonsense")
    text = "".join(_MONEY.sub("", text, count=1).split())
    if text[:1] in ("-", "−", "–") and _MARKED.fullmatch(text[1:]):
        raise AmountError("negative")
    if text[-1:] in (".", ","):
        text = text[:-1]
    if text[:1] in (".", ","):
        text = f"0{text}"
    if not _MARKED.fullmatch(text):
        raise AmountError("nonsense")
    return _bounded(float(_plain(text, lang)))


def _plain(text: str, lang: str) -> str:
    """Digits with at most one decimal point, from digits with points and commas."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        decimal = "," if comma > point else "."
        whole, _, rest = text.rpartition(decimal)
        if decimal in whole or not _THOUSANDS.fullmatch(whole):
            raise AmountError("nonsense")
        return f"{whole.replace(',', '').replace('.', '')}.{rest}"
    if _THOUSANDS.fullmatch(text) and (
        comma >= 0 or lang.startswith(_POINTS_GROUP) or text.count(".") > 1
    ):
        return text.replace(",", "").replace(".", "")
    if text.count(",") + text.count(".") > 1:
        raise AmountError("nonsense")
    return text.replace(",", ".")


def _bounded(value: float) -> float:
    if value > LARGEST:
        raise AmountError("large")
    return value
