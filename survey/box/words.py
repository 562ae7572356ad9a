"""What stewards type: read with patience, refused in a sentence that says where the slip is.

Pure. Case, numbers and punctuation do not matter, and the first four letters of a word are enough.
A mistyped word is named back with its position, so that it can be put right; no other word is.
"""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from shamir_mnemonic import MnemonicError, Share
from shamir_mnemonic.wordlist import WORDLIST

from survey.box.model import StewardKey
from survey.box.stewards import StewardError, identifier, private_key, seed_of

WORDS = 20
"""Words of one steward."""
PREFIX = 4
"""So many letters tell every word of the list from all others."""
WORD_LIST: tuple[str, ...] = tuple(WORDLIST)
"""The 1,024 words of SLIP-39."""
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """A sheet that was typed right, and belongs to the wave as far as one sheet can tell."""

    steward: int
    share: Share = field(repr=False)


def words_in(typed: str) -> list[str]:
    """The words of a text, small letters only: "1. Academic" -> academic."""
    plain = unicodedata.normalize("NFKD", typed).encode("ascii", "ignore").decode().lower()
    return [_whole(word) for word in re.findall(r"[a-z]+", plain)]


def read_sheet(typed: str, key: StewardKey, at: int = 0) -> Words:
    """Check one sheet as it was typed, the `at`-th of those given (from 0).

    Raises StewardError: nothing there, too few or many words, words that are not on the list,
    words that do not fit together, a sheet of another wave.
    """
    name = f"the {ordinal(at)} sheet"
    words = words_in(typed)
    _require_count(words, name)
    _require_known(words, name)
    try:
        found = Share.from_mnemonic(" ".join(words))
    except MnemonicError as error:
        raise StewardError(
            f"The words of {name} do not fit together: one was misread, or two changed places; "
            "compare them with the sheet."
        ) from error
    _require_wave(found, key, name)
    return Words(found.index + 1, found)


def ordinal(at: int) -> str:
    """first, second …, counted from 0."""
    return _ORDINALS[at] if at < len(_ORDINALS) else f"{at + 1}th"


def require_different(sheets: Sequence[Words]) -> None:
    """Raises StewardError where two sheets are the same steward's."""
    numbers = [sheet.steward for sheet in sheets]
    for number in numbers:
        if numbers.count(number) > 1:
            raise StewardError(
                f"The sheet of steward {number} was typed twice: every sheet must be another "
                "steward's."
            )


def require_enough(sheets: Sequence[Words], key: StewardKey) -> None:
    """Raises StewardError where two sheets are the same steward's, or more are needed."""
    require_different(sheets)
    missing = key.quorum.threshold - len(sheets)
    if missing > 0:
        sheets_missing = "1 more sheet is" if missing == 1 else f"{missing} more sheets are"
        raise StewardError(
            f"{len(sheets)} of the {key.quorum.threshold} sheets that open '{key.slug}' are here: "
            f"{sheets_missing} needed."
        )


def join(sheets: Sequence[Words], key: StewardKey) -> X25519PrivateKey:
    """The wave's private key. More sheets than needed must all fit.

    Raises StewardError as `require_enough`, and where they make another key than the wave's.
    """
    require_enough(sheets, key)
    first, rest = sheets[: key.quorum.threshold - 1], sheets[key.quorum.threshold - 1 :]
    made = [_made([*first, last], key) for last in rest]
    keys = [one for one in made if one is not None]
    if len(keys) < len(made):
        raise StewardError(
            f"These sheets do not make the key of wave '{key.slug}': at least one is of another "
            f"wave, or of an earlier one named '{key.slug}'."
        )
    return keys[0]


def read_key(typed: Sequence[str], key: StewardKey) -> X25519PrivateKey:
    """The wave's private key from sheets as they were typed. Raises StewardError."""
    return join([read_sheet(text, key, at) for at, text in enumerate(typed)], key)


def _made(sheets: Sequence[Words], key: StewardKey) -> X25519PrivateKey | None:
    try:
        made = private_key(seed_of(sheet.share for sheet in sheets), key.slug)
    except StewardError:
        return None
    return made if made.public_key().public_bytes_raw() == key.public_key else None


def _require_count(words: Sequence[str], name: str) -> None:
    if not words:
        raise StewardError(f"There are no words of {name}: type its {WORDS} words.")
    if len(words) != WORDS:
        slip = "one was left out" if len(words) == WORDS - 1 else "compare them with the sheet"
        slip = "one was typed twice or split" if len(words) == WORDS + 1 else slip
        are = "is 1 word" if len(words) == 1 else f"are {len(words)} words"
        raise StewardError(f"There {are} of {name}, but a sheet has {WORDS}: {slip}.")


def _require_known(words: Sequence[str], name: str) -> None:
    wrong = [
        f"word {at} ('{word[:20]}'{_hint(word)})"
        for at, word in enumerate(words, start=1)
        if word not in _known()
    ]
    if wrong:
        are = "is" if len(wrong) == 1 else "are"
        raise StewardError(f"On {name}, {', '.join(wrong)} {are} not on the list of words.")


def _require_wave(found: Share, key: StewardKey, name: str) -> None:
    expected = (identifier(key.public_key), True, 0, 0, 1, 1, key.quorum.threshold)
    if tuple(found.group_parameters()) != expected or found.index >= key.quorum.count:
        raise StewardError(
            f"The words of {name} are of another wave than '{key.slug}', or of an earlier one of "
            f"that name: look for the sheet that says '{key.slug}' and has the wave's fingerprint."
        )


def _hint(word: str) -> str:
    near = _nearest(word)
    return f", perhaps '{near}'" if near else ""


def _nearest(word: str) -> str | None:
    by_start = _by_prefix().get(word[:PREFIX])
    close = difflib.get_close_matches(word[:20], WORD_LIST, n=1, cutoff=0.5)
    return by_start or (close[0] if close else None)


def _whole(word: str) -> str:
    return _by_prefix().get(word, word)


@cache
def _known() -> frozenset[str]:
    return frozenset(WORD_LIST)


@cache
def _by_prefix() -> dict[str, str]:
    return {word[:PREFIX]: word for word in WORD_LIST}
