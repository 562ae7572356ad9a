"""Slips with codes, to print, cut and hand out: several a page, each like every other.

A slip has the code, the link as a QR code, and the same few words in every language of the wave.
What batch it is of stands in the page's margin, which is cut off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from survey.box.model import Wave
from survey.instrument.model import say
from survey.intake.codes import link, show_code, survey_address
from survey.intake.errors import CodeError
from survey.intake.offered import offered
from survey.typeset import compile_pdf, qr_svg
from survey.web.languages import SOURCE, translator

PAPERS = ("letter", "a4")
MOST_SLIPS = 500
"""Slips in one file: some seconds of work. Who needs more makes another file."""

_STEPS = (
    (
        "Before you print",
        (
            (
                "This file is the only copy of these codes. Print it yourself, at home or where "
                "you trust the printer, on one side of the paper, at 100%. Then delete the file."
            ),
            "Never print at work, and never send the file through work email or a work computer.",
        ),
    ),
    (
        "Make the slips alike",
        (
            "Cut along the lines. Throw the margins away: a slip must not say whom it is for.",
            "Fold every slip the same way, with the code inside.",
            (
                "Mix them well in a bag, a box or a hat. If this file is for one group, as its "
                "margin says, keep one bag for each group."
            ),
        ),
    ),
    (
        "Hand them out so that nobody knows who has which",
        (
            "Let people draw a slip themselves. Do not look at it, and do not open it for them.",
            (
                "One slip for each person. Tick names off a list if you like, but never write a "
                "code beside a name, and never take a picture of a slip."
            ),
            (
                "To somebody who cannot come, bring the bag, or two or more closed envelopes of "
                "which the person picks one."
            ),
        ),
    ),
    (
        "Afterwards",
        (
            "Burn or shred the slips that are left: whoever finds one can answer with it.",
            (
                "If a pile is lost, take its codes back: on the desk, or with the command "
                "“codes --revoke”. That stops every slip of the batch, also in the hands of those "
                "who have not answered yet; answers that were counted stay counted."
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a slip says, in one language."""

    lang: str
    title: str
    text: str


def slips_pdf(
    wave: Wave, codes: Sequence[str], address: str, batch: str = "", paper: str = "letter"
) -> bytes:
    """Instructions, then six to ten slips a page in the order of `codes`, random already.

    `batch` is what the margin says: the group that the codes are for, in words. Raises CodeError
    for too many codes, another paper, or an address that is none.
    """
    require_printable(len(codes), paper)
    where = survey_address(address, wave.slug)
    data = {
        "title": f"Slips with codes for the survey {wave.slug}",
        "lang": SOURCE,
        "paper": paper,
        "wave": f"{wave.campaign_name}, {wave.slug}",
        "batch": batch or "everybody",
        "count": len(codes),
        "steps": [{"title": title, "items": list(items)} for title, items in _STEPS],
        "words": [_as_data(words) for words in slip_words(wave)],
        "address": shown_address(where),
        "slips": [
            {"code": show_code(code), "qr": qr_svg(link(address, wave.slug, code))}
            for code in codes
        ],
        "practice": wave.origin != "survey",
    }
    return compile_pdf("slips", data)


def require_printable(number: int, paper: str) -> None:
    """Raises CodeError where slips cannot be had so: ask before the codes are made."""
    if paper not in PAPERS:
        raise CodeError(f"There is no paper '{paper}': write letter or a4.")
    if number > MOST_SLIPS:
        raise CodeError(f"Ask for at most {MOST_SLIPS:,} slips at a time, not {number:,}.")


def slip_words(wave: Wave) -> tuple[Words, ...]:
    """The words of a slip in each language that the wave offers."""
    return tuple(_words(wave, lang) for lang in offered(wave))


def shown_address(address: str) -> str:
    """An address as people type it: without https://, which browsers add."""
    parts = urlsplit(address)
    return address.removeprefix("https://") if parts.scheme == "https" else address


def _words(wave: Wave, lang: str) -> Words:
    _ = translator(lang)
    text = _(
        "No names: nobody can tell which answers are yours. Use your own phone, not work Wi-Fi. "
        "Scan this, or type the address and the code. The code works once."
    )
    return Words(lang, say(wave.definition.title, lang), text)


def _as_data(words: Words) -> dict[str, str]:
    return {"lang": words.lang, "title": words.title, "text": words.text}
