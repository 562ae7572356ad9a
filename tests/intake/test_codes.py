"""Codes: typed by tired thumbs, guessed by nobody."""

import random

import pytest

from survey.intake.codes import (
    DIGITS,
    LENGTH,
    check_symbol,
    codes_csv,
    codes_links,
    make_codes,
    parse_code,
    show_code,
)
from survey.intake.errors import CodeError


def test_check_symbol_is_crockfords():
    # 32 = "10" -> 32 mod 37; 36 = "14" -> the last symbol, U; 37 = "15" -> 0
    assert [check_symbol(d) for d in ("0", "10", "14", "15")] == ["0", "*", "U", "0"]


def test_codes_are_different_and_read_back():
    codes = make_codes(500)
    assert len(set(codes)) == 500
    assert all(parse_code(show_code(code)) == code for code in codes)
    assert all(len(code) == LENGTH + 1 and set(code) <= set(DIGITS) for code in codes)


def test_every_digit_is_used_in_every_place():
    codes = make_codes(3000)
    assert all({code[at] for code in codes} == set(DIGITS) for at in range(LENGTH))


def test_shown_in_groups_of_four():
    (code,) = make_codes(1)
    assert [len(part) for part in show_code(code).split("-")] == [4, 4, 4, 2]


@pytest.mark.parametrize(
    "typed",
    [
        "0123456789abc{}",
        " O123-4567 89aB–C{} ",
        "oI23.4567_89AB\u2011C{}",
        "0l23 4567 89AB C{}",
        "https://survey.example.org/s/fall#0123-4567-89AB-C{}",
    ],
)
def test_lenient_with_what_people_type(typed):
    code = "0123456789ABC"
    assert check_symbol(code) in DIGITS
    assert parse_code(typed.format(check_symbol(code))) == code + check_symbol(code)


def test_every_single_mistake_and_swap_is_found():
    code = make_codes(1)[0]
    for at in range(len(code)):
        for digit in set(DIGITS) - {code[at]}:
            with pytest.raises(CodeError, match="typing mistake"):
                parse_code(code[:at] + digit + code[at + 1 :])
    for at in range(len(code) - 1):
        swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        if swapped != code:
            with pytest.raises(CodeError):
                parse_code(swapped)


@pytest.mark.parametrize("typed", ["", "ABC", "U" * 14, "é" * 14, "0" * 5000, "#", "\0" * 14])
def test_nonsense_is_a_typing_mistake(typed):
    with pytest.raises(CodeError, match="typing mistake"):
        parse_code(typed)


def test_lists_say_nothing_but_codes():
    codes = make_codes(3)
    assert codes_csv(codes).splitlines() == ["code", *map(show_code, codes)]
    links = codes_links(codes, "https://survey.example.org/", "fall").splitlines()
    assert links[0] == f"https://survey.example.org/s/fall#{show_code(codes[0])}"


@pytest.mark.parametrize(
    "address", ["", "survey.example.org", "ftp://x", "https://", "https://x?a"]
)
def test_links_need_an_address(address):
    with pytest.raises(CodeError, match="address of a site"):
        codes_links(make_codes(1), address, "fall")


@pytest.mark.parametrize("n", [0, -3, 10**9])
def test_absurd_numbers_are_refused(n):
    with pytest.raises(CodeError, match="Ask for 1 to"):
        make_codes(n)


def test_codes_do_not_come_from_a_seedable_source():
    random.seed(1)
    first = make_codes(5)
    random.seed(1)
    assert set(first).isdisjoint(make_codes(5))
