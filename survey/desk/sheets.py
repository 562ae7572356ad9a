"""Stewards' sheets, to be printed: a page for each, as PDF or as plain text. Never kept here."""

from collections.abc import Sequence

from survey.box.model import StewardKey
from survey.box.stewards import Sheet, key_fingerprint, line_of, short
from survey.typeset import compile_pdf

KEEP = "SECRET. Never copy, photograph or mail it, and never type it into a phone or a web search."
_NOW = "Today"
_NOW_ITEMS = (
    "Read the key fingerprint aloud with the other stewards: it is the same on every sheet.",
    "Compare it with the one that the survey's privacy page shows to everybody.",
    "Fold the sheet, and keep it where nobody finds it. Write no name on it.",
)
_OPENING = "When the survey is over"
_OPENING_ITEMS = (
    "Compare the digest of the box with the one that was shown when the survey was closed.",
    "Type your 20 words yourself, in their order. The first four letters of a word are enough.",
)
_AFTER = "When the results are published"
_AFTER_ITEMS = ("Burn this sheet. Until then it can help to look deeper than the results.",)


def sheets_pdf(
    key: StewardKey, sheets: Sequence[Sheet], campaign: str = "", rules: str = ""
) -> bytes:
    """One page for each of `sheets`. `rules` is the fingerprint of the questionnaire, if known."""
    facts = [
        {"name": "Key fingerprint", "value": key_fingerprint(key.public_key), "size": 17},
        *([{"name": "Rules fingerprint", "value": short(rules) + " …", "size": 11}] * bool(rules)),
    ]
    data = {
        "title": f"Stewards of the survey wave {key.slug}",
        "lang": "en",
        "keep": KEEP,
        "wave": _wave(key, campaign),
        "facts": facts,
        "quorum": quorum_sentence(key),
        "words": "The words",
        "sheets": [{"title": _title(key, s), "words": list(s.words)} for s in sheets],
        "steps": [
            {"title": title, "items": list(items)}
            for title, items in (
                (_NOW, _NOW_ITEMS),
                (_OPENING, _OPENING_ITEMS),
                (_AFTER, _AFTER_ITEMS),
            )
        ],
        "footer": f"Public key, no secret: {line_of(key)}",
    }
    return compile_pdf("sheet", data)


def sheets_text(
    key: StewardKey, sheets: Sequence[Sheet], campaign: str = "", rules: str = ""
) -> str:
    """The same as text, a form feed between the sheets."""
    fingerprints = f"Key fingerprint: {key_fingerprint(key.public_key)}\n"
    fingerprints += f"Rules fingerprint: {short(rules)} ...\n" if rules else ""
    return "\f".join(
        f"{KEEP}\n\n{_title(key, sheet)}\n{_wave(key, campaign)}\n{fingerprints}\n"
        f"{quorum_sentence(key)}\n\n{numbered(sheet)}\n\n"
        + "".join(f"- {item}\n" for item in (*_NOW_ITEMS, *_OPENING_ITEMS, *_AFTER_ITEMS))
        + f"\nPublic key, no secret: {line_of(key)}\n"
        for sheet in sheets
    )


def quorum_sentence(key: StewardKey) -> str:
    """How many sheets open the box, and what fewer are worth."""
    threshold, count = key.quorum.threshold, key.quorum.count
    if count == 1:
        return (
            "This is the only sheet, and it opens the box alone. If it is lost, so are the answers."
        )
    spare = count - threshold
    lost = "If one is lost" if threshold == count else f"If {spare + 1} or more are lost"
    return (
        f"{threshold} of {count} sheets are needed to open the box; fewer open nothing. "
        f"{lost}, the answers are lost for good."
    )


def numbered(sheet: Sheet) -> str:
    """The 20 words with their numbers, five lines of four."""
    cells = [f"{at:2}. {word:10}" for at, word in enumerate(sheet.words, start=1)]
    return "\n".join("".join(cells[row : row + 4]).rstrip() for row in range(0, len(cells), 4))


def _title(key: StewardKey, sheet: Sheet) -> str:
    return f"Steward {sheet.number} of {key.quorum.count}"


def _wave(key: StewardKey, campaign: str) -> str:
    return f"Survey wave {key.slug}" + (f", {campaign}" if campaign else "")
