"""Codes on slips and in links: 65 random bits in Crockford's base32 and a check symbol.

A code is 13 characters and its check symbol, shown as XXXX-XXXX-XXXX-XX. No list of who was given
which exists here; a code is handed out, and its keyed hash is all that the server keeps.
Source: Douglas Crockford, Base 32 (https://www.crockford.com/base32.html).
"""

import csv
import io
import secrets
from collections.abc import Iterable
from random import SystemRandom
from urllib.parse import urlsplit

from survey.intake.errors import CodeError

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 13
MOST_CODES = 100_000
"""More codes than this at once is a slip of the keyboard, not a workplace."""

_CHECK_SYMBOLS = DIGITS + "*~$=U"
_LOOKS_LIKE = str.maketrans("OIL", "011")
_SEPARATORS = "-\u2010\u2011\u2012\u2013\u2014\u2212_."


def make_codes(n: int) -> tuple[str, ...]:
    """Make `n` different codes (14 characters, without hyphens) in shuffled order.

    Raises CodeError if n is below 1 or above MOST_CODES.
    """
    if not 1 <= n <= MOST_CODES:
        raise CodeError(f"Ask for 1 to {MOST_CODES:,} codes, not {n:,}.")
    codes: set[str] = set()
    while len(codes) < n:
        codes.add(_new_code())
    shuffled = list(codes)
    SystemRandom().shuffle(shuffled)
    return tuple(shuffled)


def parse_code(text: str) -> str:
    """Read what a person typed or pasted (a whole link too). Raises CodeError on a mistake."""
    typed = text.rpartition("#")[2].upper()
    bare = "".join(c for c in typed if not c.isspace() and c not in _SEPARATORS)
    code = bare.translate(_LOOKS_LIKE)
    well_formed = len(code) == LENGTH + 1 and not set(code) - set(DIGITS)
    if not well_formed or check_symbol(code[:LENGTH]) != code[-1]:
        raise CodeError("This code has a typing mistake. Check it and try again.")
    return code


def show_code(code: str) -> str:
    """Write a code in groups: XXXX-XXXX-XXXX-XX."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def check_symbol(digits: str) -> str:
    """Crockford's check symbol: the number that the digits spell, modulo 37."""
    number = 0
    for digit in digits:
        number = number * 32 + DIGITS.index(digit)
    return _CHECK_SYMBOLS[number % 37]


def link(address: str, slug: str, code: str) -> str:
    """Link that carries a code behind `#`, where no server sees it. `address`: https://host."""
    return f"{survey_address(address, slug)}#{show_code(code)}"


def survey_address(address: str, slug: str) -> str:
    """Address of a wave's survey. Raises CodeError unless `address` is http(s)://host."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise CodeError(
            f"'{address}' is not the address of a site: write it like https://survey.example.org."
        )
    return f"{address.rstrip('/')}/s/{slug}"


def codes_csv(codes: Iterable[str]) -> str:
    """One column `code`, in groups, CRLF as RFC 4180 has it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["code"])
    writer.writerows([show_code(code)] for code in codes)
    return out.getvalue()


def codes_links(codes: Iterable[str], address: str, slug: str) -> str:
    """One link a line. Raises CodeError as `link` does."""
    return "".join(f"{link(address, slug, code)}\n" for code in codes)


def _new_code() -> str:
    """Draw until the check symbol is a plain digit: * ~ $ = are hard to find on a phone, and chat
    programs cut links at them. That costs 0.2 of the 65 bits."""
    while True:
        number = secrets.randbits(5 * LENGTH)
        digits = "".join(DIGITS[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))
        if (check := check_symbol(digits)) in DIGITS:
            return digits + check
