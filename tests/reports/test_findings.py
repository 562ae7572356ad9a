"""Findings say what the tables say, and nothing of what is hidden."""

from dataclasses import replace

import pytest
from release_factory import ask, broken, release_of, sample_release

from reports.findings import Finding, findings, interval_sentence, value_text
from reports.headcounts import certain_headcounts
from reports.headlines import LIMIT, gaps, headlines
from survey.instrument.model import Definition, Headcounts, Section
from survey.release.model import OTHERS, Hidden, Release, Table


@pytest.fixture(scope="module")
def release() -> Release:
    return sample_release()


def only(release: Release, *keep: str) -> Release:
    return replace(release, questions=tuple(q for q in release.questions if q.id in keep))


def test_every_share_is_a_count_of_its_own_table(release):
    for found in findings(release, "en"):
        question = release.question(found.question)
        assert question is not None
        table = question.table(found.breakdown, found.group)
        assert table is not None
        assert found.n == table.n
        if found.share:
            assert found.count == sum(table.count(o) for o in found.answer.split("+"))
            assert found.value == found.count / table.n


def test_hidden_tables_have_no_finding(release):
    hidden = {(h.question, h.breakdown, h.group) for h in release.hidden}
    assert hidden
    assert not hidden & {(f.question, f.breakdown, f.group) for f in findings(release, "en")}


def test_a_question_that_is_wholly_hidden_is_silent(release):
    questions = tuple(replace(q, tables=()) if q.id == "leave" else q for q in release.questions)
    bare = replace(release, questions=questions, hidden=(Hidden("leave", None, None),))
    assert not [f for f in findings(bare, "en") if f.question == "leave"]
    assert all(f.question != "leave" for f in headlines(bare, findings(bare, "en")))


def test_the_sentence_of_a_share_reads_aloud(release):
    found = {f.id: f for f in findings(release, "en")}["leave:likely+very-likely"]
    share = value_text(found, "en")
    assert found.statement == (
        f"{share} of {found.n} who answered say they are likely to leave within 12 months."
    )


def test_a_group_is_held_against_everyone(release):
    found = {f.id: f for f in findings(release, "en")}["leave:likely+very-likely@role=manager"]
    assert found.statement.startswith("Manager: ")
    assert "(everyone: " in found.statement
    assert found.comparator is not None
    assert found.comparator.n == release.question("leave").table().n


def test_unknown_questions_speak_in_their_own_words(release):
    found = {f.id: f for f in findings(release, "en")}["vacancies:one"]
    assert "chose “One” for “What about vacancies?”" in found.statement


def test_ids_are_stable_and_each_its_own(release):
    ids = [f.id for f in findings(release, "en")]
    assert len(set(ids)) == len(ids)
    assert ids == [f.id for f in findings(release, "es")]


def test_caseload_stands_beside_what_could_be_served_well(release):
    found = {f.id: f for f in findings(release, "en")}["caseload:p50-beside-good"]
    assert found.value == release.question("caseload").table().quantile("p50")
    assert found.comparator.value == release.question("caseload-good").table().quantile("p50")


def test_an_estimate_or_a_filter_gives_no_headcount(release):
    leave, why = release.question("leave"), release.question("leave-why")
    assert certain_headcounts(release, leave)[None, None] == release.headcount
    assert certain_headcounts(release, why) == {}
    assert certain_headcounts(replace(release, headcount_estimate=True), leave) == {}


def asked_of_two_groups(skip: int, **groups: int) -> Release:
    """120 people in two groups of 60, a headcount of 100; `skip` of them say nothing of mood."""
    questions = (ask("role", "choice", "a", "b"), ask("mood", "choice", "yes", "no", by=("role",)))
    role = broken("role", "role", a=("a",), b=("b",))
    section = (Section("s", {"en": "S"}, questions),)
    definition = Definition("x", {"en": "X"}, ("en",), 5, (role,), section)
    answers = [
        {"role": "ab"[i % 2], "mood": "yes" if i % 5 < 2 else "no"}
        if i < 120 - skip
        else {"role": "ab"[i % 2]}
        for i in range(120)
    ]
    people = groups.pop("unit")
    return release_of(definition, answers, headcounts=Headcounts(people, {"role": groups}))


def test_more_answers_than_people_means_that_no_headcount_narrows_a_range():
    wrong = asked_of_two_groups(22, unit=100, a=50, b=50)
    mood = {f.id: f for f in findings(wrong, "en")}["mood:yes"]
    assert (mood.n, mood.count) == (98, 40)
    assert "between 32% and 51%" in interval_sentence(mood, "en")
    assert all(certain_headcounts(wrong, question) == {} for question in wrong.questions)


def test_a_group_that_outnumbers_its_headcount_in_any_table_has_none():
    # 49 of each group say their mood; 60 of each say which group they are in.
    release = asked_of_two_groups(22, unit=200, a=55, b=60)
    mood = release.question("mood")
    assert mood.table("role", "a").n == 49
    assert certain_headcounts(release, mood) == {(None, None): 200, ("role", "b"): 60}


def test_the_interval_says_its_condition(release):
    found = {f.id: f for f in findings(release, "en")}["leave:likely+very-likely"]
    sentence = interval_sentence(found, "en")
    assert sentence.startswith("If those who did not answer are like those who did")


def test_where_everybody_answered_nothing_is_very_likely():
    release = asked_of_two_groups(0, unit=120, a=60, b=60)
    found = {f.id: f for f in findings(release, "en")}
    for fid in ("mood:yes", "mood:yes@role=a"):
        assert interval_sentence(found[fid], "en") == (
            "Everybody answered, so this is the figure for everyone."
        )
    pay = paid((None, 30.0, 120), (30.0, 32.0, 160), (32.0, None, 120), p50=31.0)
    assert interval_sentence(pay, "en") == (
        "Everybody answered, so the figure for everyone is between $30 and $32."
    )
    almost = asked_of_two_groups(1, unit=120, a=60, b=60)
    mood = next(f for f in findings(almost, "en") if f.id == "mood:yes")
    assert "very likely" in interval_sentence(mood, "en")


def test_nothing_is_said_of_small_answers_put_together_as_nobody_could_choose_that():
    kinds = [f"k{number}" for number in range(8)]
    question = ask("role", "choice", *kinds)
    role = broken("role", "role", **{kind: (kind,) for kind in kinds})
    section = (Section("s", {"en": "S"}, (question,)),)
    definition = Definition("x", {"en": "X"}, ("en",), 5, (role,), section)
    release = release_of(definition, [{"role": kinds[i % 8]} for i in range(24)])
    assert [option.id for option in release.question("role").options] == [OTHERS]
    assert findings(release, "en") == ()


def paid(*bins: tuple[float | None, float | None, int], p50: float) -> Finding:
    """The median of pay that is published in these bins, of 15 or so among 400 people."""
    pay = sample_release().question("pay")
    table = Table(None, None, sum(n for *_, n in bins), bins=bins, quantiles=(("p50", p50),))
    release = replace(sample_release(), questions=(replace(pay, tables=(table,)),), headcount=400)
    return next(f for f in findings(release, "en") if f.answer == "p50")


def test_a_median_whose_range_has_no_ends_says_that_too_few_answered():
    found = paid((None, 30.0, 5), (30.0, 45.0, 5), (45.0, None, 5), p50=37.5)
    assert (found.interval.low, found.interval.high) == (None, None)
    assert interval_sentence(found, "en") == "Too few answered to give a range."
    assert interval_sentence(replace(found, interval=None), "en") == interval_sentence(found, "en")


def test_a_median_in_a_wide_bin_is_said_in_whole_dollars():
    wide = paid((None, 30.0, 5), (30.0, 45.0, 5), (45.0, None, 5), p50=37.5)
    assert wide.value == 37.5
    assert value_text(wide, "en") == "$38 an hour"
    assert "less than about $38 an hour" in wide.statement
    narrow = paid((None, 30.0, 5), (30.0, 32.0, 5), (32.0, None, 5), p50=30.5)
    assert value_text(narrow, "en") == "$30.50 an hour"
    assert "less than about $30.50 an hour" in narrow.statement


def test_headlines_keep_their_rules(release):
    picked = headlines(release, findings(release, "en"))
    assert len(picked) <= LIMIT
    assert [f.question for f in picked[:3]] == ["leave", "caseload", "pay"]
    assert all(f.breakdown is None for f in picked)
    assert not {"role", "worksite"} & {f.question for f in picked}
    shares = [f.value for f in picked[3:]]
    assert shares == sorted(shares, reverse=True)


def test_gaps_are_beyond_chance_and_never_all_others():
    release = only(sample_release(800, seed=3), "breaks", "pay", "leave", "target", "pay-basics")
    for found in gaps(findings(release, "en")):
        assert found.group != OTHERS
        unit = next(
            f
            for f in findings(release, "en")
            if (f.question, f.answer, f.breakdown) == (found.question, found.answer, None)
        )
        assert found.interval.low > unit.interval.high or found.interval.high < unit.interval.low
