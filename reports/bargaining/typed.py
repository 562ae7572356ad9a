"""Numbers as people type them in a costing. Pure."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

LONGEST = 40
"""Characters of a number."""
_CLUTTER = re.compile(r"US\$|USD|[$%]", re.IGNORECASE)
"""What people write around a number."""
_THOUSANDS = re.compile(r"[1-9]\d{0,2}((,\d{3})+|(\.\d{3})+|( \d{3})+)", re.ASCII)


class TwoWaysError(ValueError):
    """What was typed can be read as two numbers."""


def read_number(typed: str) -> Decimal:
    """The number that was meant: "1,200", "$24.50", "24,50", "52 000", "２．５".

    A comma or a point may group thousands or mark decimals, and people here use either convention
    (survey.instrument.amounts reads workers' numbers so). A comma before three digits groups
    thousands, as these pages write them; a point there may do either. Raises TwoWaysError for that
    one, InvalidOperation for what is no number.
    """
    if len(typed) > LONGEST:
        raise InvalidOperation  # nobody means it, and to work with it would take seconds
    text = unicodedata.normalize("NFKC", typed).replace("。", ".")
    text = " ".join(_CLUTTER.sub(" ", text).split())
    if _THOUSANDS.fullmatch(text):
        if text.count(".") == 1:
            raise TwoWaysError
        return Decimal(re.sub("[,. ]", "", text))
    mark = max(",.", key=text.rfind)
    whole, _found, rest = text.rpartition(mark)
    if _THOUSANDS.fullmatch(whole) and mark not in whole:
        whole = re.sub("[,. ]", "", whole)
    text = f"{whole}.{rest}" if mark in text else text
    if not re.fullmatch(r"\d+\.?\d*|\.\d+", text, re.ASCII):
        raise InvalidOperation
    return Decimal(text)
