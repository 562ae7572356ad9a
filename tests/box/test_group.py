"""Who is counted, decided by a pure function."""

from hypothesis import given
from hypothesis import strategies as st

from survey.box.group import Ballots, Outcome, judge

few = st.sampled_from([bytes([i]) * 32 for i in range(6)])
ballots = st.builds(Ballots, few, st.none() | few.map(lambda h: h[:31] + b"c"))
COUNTED = Outcome.COUNTED


@given(st.lists(ballots, max_size=12), st.sets(few), st.booleans())
def test_no_hash_counts_twice_and_none_that_was_spent(
    group: list[Ballots], spent: set[bytes], needs_code: bool
) -> None:
    valid = {b.code for b in group if b.code is not None}
    outcomes = judge(group, spent, valid, needs_code)
    used = [h for b, o in zip(group, outcomes, strict=True) if o is COUNTED for h in b.hashes]
    assert len(used) == len(set(used))
    assert not set(used) & spent


@given(st.lists(ballots, max_size=12), st.sets(few), st.booleans())
def test_who_is_not_counted_has_a_reason(
    group: list[Ballots], spent: set[bytes], needs_code: bool
) -> None:
    valid = {bytes([i]) * 31 + b"c" for i in range(3)}
    outcomes = judge(group, spent, valid, needs_code)
    used = {h for b, o in zip(group, outcomes, strict=True) if o is COUNTED for h in b.hashes}
    for one, outcome in zip(group, outcomes, strict=True):
        match outcome:
            case Outcome.ALREADY:
                assert set(one.hashes) & (spent | used)
                assert one.form in spent | used or one.code is None or one.code in valid
            case Outcome.UNKNOWN_CODE:
                assert one.code not in valid
                assert needs_code or one.code is not None
            case _:
                assert one.code in valid or (one.code is None and not needs_code)


def test_the_first_of_two_counts() -> None:
    one, two = Ballots(b"1" * 32, b"c" * 32), Ballots(b"2" * 32, b"c" * 32)
    assert judge([one, two, one], set(), {b"c" * 32}, True) == [COUNTED] + [Outcome.ALREADY] * 2


def test_a_used_code_that_was_taken_back_is_as_unknown_as_a_fresh_one() -> None:
    used, fresh = Ballots(b"1" * 32, b"u" * 32), Ballots(b"2" * 32, b"f" * 32)
    assert judge([used, fresh], {b"u" * 32}, set(), True) == [Outcome.UNKNOWN_CODE] * 2


def test_who_sends_a_form_again_is_thanked_even_if_the_code_was_taken_back_since() -> None:
    again = Ballots(b"1" * 32, b"u" * 32)
    assert judge([again], {b"1" * 32, b"u" * 32}, set(), True) == [Outcome.ALREADY]
