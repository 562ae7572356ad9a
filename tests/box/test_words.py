"""What stewards type: read with patience, and every slip has a sentence of its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import EncryptedMasterSecret, generate_mnemonics, split_ems
from stewardkit import mistyped, shuffled, typed

from survey.box.model import Quorum
from survey.box.stewards import StewardError, identifier, share
from survey.box.words import PREFIX, WORD_LIST, read_key, read_sheet, words_in

KEY, SHEETS = share(bytes(range(16)), "fall", Quorum(2, 3))
OTHER_KEY, OTHERS = share(bytes(16), "fall", Quorum(2, 3))
FIRST, SECOND, THIRD = (typed(s) for s in SHEETS)


def refusal(*sheets: str) -> str:
    """The sentence with which these sheets are refused."""
    with pytest.raises(StewardError) as error:
        read_key(sheets, KEY)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0
    return sentence


def test_four_letters_tell_every_word() -> None:
    assert len(WORD_LIST) == 1024
    assert len({word[:PREFIX] for word in WORD_LIST}) == 1024
    assert min(map(len, WORD_LIST)) == PREFIX


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        lambda text: " ".join(word[:4] for word in text.split()),
        lambda text: "\n".join(f"{n}. {w}," for n, w in enumerate(text.split(), start=1)),
        lambda text: text.replace(" ", "\t\r\n  "),
        lambda text: f"\ufeff{text}\u00a0",
    ],
)
def test_how_it_is_typed_does_not_matter(change) -> None:
    assert read_key([change(FIRST), THIRD], KEY).public_key().public_bytes_raw() == KEY.public_key


def test_a_mistyped_word_is_named_with_its_place_and_the_nearest_word() -> None:
    words = FIRST.split()
    wrong = words[6][:4] + "zz"
    sentence = refusal(mistyped(FIRST, 7, wrong), SECOND)
    assert f"On the first sheet, word 7 ('{wrong}', perhaps '{words[6]}') is not on" in sentence
    assert not any(f"'{word}'" in sentence for word in words if word != words[6])


@pytest.mark.parametrize("at", [0, 1, 3])
def test_the_nearest_word_is_found_wherever_the_slip_is(at: int) -> None:
    word = "museum"
    slip = word[:at] + "q" + word[at + 1 :]
    assert "perhaps 'museum'" in refusal(mistyped(FIRST, 1, slip), SECOND)


def test_several_mistyped_words_and_words_like_nothing() -> None:
    sentence = refusal(FIRST, mistyped(mistyped(SECOND, 2, "xqzjvk"), 20, "wwwwwwww"))
    assert "On the second sheet, word 2 ('xqzjvk'), word 20 ('wwwwwwww') are not on" in sentence


def test_too_few_too_many_and_no_words() -> None:
    shorter = " ".join(FIRST.split()[:-1])
    assert "are 19 words of the first sheet, but a sheet has 20: one was left out" in refusal(
        shorter, SECOND
    )
    assert "are 21 words of the second sheet" in refusal(FIRST, SECOND + " acid")
    assert "is 1 word of the first sheet" in refusal("acid", SECOND)
    assert "There are no words of the second sheet" in refusal(FIRST, " 1. 2. ")
    assert "are 40 words" in refusal(f"{FIRST} {SECOND}", THIRD)


def test_a_word_that_is_right_but_not_this_one() -> None:
    words = FIRST.split()
    other = next(w for w in WORD_LIST if w not in words)
    assert "do not fit together" in refusal(mistyped(FIRST, 11, other), SECOND)
    assert "do not fit together" in refusal(shuffled(FIRST), SECOND)
    swapped = [*words[:9], words[10], words[9], *words[11:]]
    assert "do not fit together" in refusal(" ".join(swapped), SECOND)


@settings(max_examples=60)
@given(
    st.integers(1, 20), st.sampled_from(WORD_LIST), st.integers(1, 20), st.sampled_from(WORD_LIST)
)
def test_up_to_two_wrong_words_are_always_found(at: int, word: str, then: int, second: str) -> None:
    changed = mistyped(mistyped(FIRST, at, word), then, second)
    if changed != FIRST:
        with pytest.raises(StewardError):
            read_sheet(changed, KEY)


def test_the_same_steward_twice() -> None:
    assert "steward 1 was typed twice" in refusal(FIRST, FIRST)
    assert "steward 2 was typed twice" in refusal(FIRST, SECOND, SECOND)


def test_too_few_sheets() -> None:
    assert "1 of the 2 sheets that open 'fall' are here: 1 more sheet is needed" in refusal(FIRST)
    assert "2 more sheets are needed" in refusal()


def test_a_sheet_of_another_wave_is_told_by_itself() -> None:
    sentence = refusal(FIRST, typed(OTHERS[1]))
    assert "The words of the second sheet are of another wave than 'fall'" in sentence
    assert "first sheet are of another wave" in refusal(typed(OTHERS[0]), typed(OTHERS[1]))


def test_words_of_a_purse_are_no_sheet_of_ours() -> None:
    """SLIP-39 words that something else made: several groups, slow, or not extendable."""
    for groups, options in (
        ([(2, 3), (1, 1)], {}),
        ([(2, 3)], {"iteration_exponent": 2}),
        ([(2, 3)], {"extendable": False, "iteration_exponent": 0}),
    ):
        made = generate_mnemonics(1, groups, b"m" * 16, **options)
        assert "another wave" in refusal(made[0][0], SECOND)


def test_sheets_that_fit_one_by_one_but_not_together() -> None:
    """The same identifier by chance, or on purpose: the key that they make gives them away."""
    secret = EncryptedMasterSecret(identifier(KEY.public_key), True, 0, bytes(16))
    (forged,) = split_ems(1, [(2, 3)], secret)
    assert "do not make the key of wave 'fall'" in refusal(*(f.mnemonic() for f in forged[:2]))
    assert "do not make the key" in refusal(FIRST, forged[1].mnemonic())
    assert "do not make the key" in refusal(FIRST, SECOND, forged[2].mnemonic())


def test_more_sheets_than_needed_are_fine() -> None:
    made = read_key([THIRD, FIRST, SECOND], KEY)
    assert made.public_key().public_bytes_raw() == KEY.public_key


@given(st.text())
def test_whatever_is_typed_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(StewardError):
        read_sheet(text, KEY)
    assert all(word.isascii() and word.islower() for word in words_in(text))
