"""Looking over one's answers keeps nothing: neither counted, nor spent, nor written down."""

import pytest
from browsing import check_page, heading, text
from test_pages_send import ANSWERS, problems, shown


def test_the_answers_are_read_back_by_part(worker):
    data = {"form": worker.form_id(), **ANSWERS, "review": "1"}
    soup = check_page(worker.send(data))
    said = text(soup.select_one(".looked"))
    assert "Nothing was sent for good yet, and nothing was kept." in said
    for question, answer in (
        ("Which job is closest to yours?", "Nurse"),
        ("What are you paid?", "52,000 dollars a year"),
        ("How many people are on your caseload?", "40 people"),
    ):
        assert f"{question} {answer}" in said
    assert all(soup.select_one(link["href"]) for link in soup.select(".looked a"))
    again = shown(soup)
    assert again["form"] == [data["form"]]
    assert again["pay"] == ["52,000"]
    assert again["leave-why"] == ["pay"]
    assert not soup.select(".languages a")  # it would lose what was typed


def test_nothing_is_counted_or_spent_until_it_is_sent(coded, tmp_path):
    data = {"form": coded.form_id(), "code": coded.codes[0], **ANSWERS}
    before = stored(tmp_path)
    for _ in range(3):
        assert coded.send(data | {"review": "1"}).status_code == 200
    assert stored(tmp_path) == before
    assert coded.send(data).status_code == 303
    assert coded.count() == 1


def test_it_says_the_same_of_a_used_code_as_of_an_unknown_one(coded):
    coded.send({"code": coded.codes[0]})
    used, unknown = (
        coded.send({"form": "x" * 43, "code": code, "review": "1"})
        for code in (coded.codes[0], "0" * 14)
    )
    assert text(check_page(used, 422)) == text(check_page(unknown, 422))
    form = {"form": coded.form_id(), "review": "1"}
    said = [
        text(check_page(coded.send(form | {"code": code}), 200))
        for code in (coded.codes[0], coded.codes[1], "0" * 14)
    ]
    assert len(set(said)) == 1


def test_mistakes_come_first(worker):
    soup = check_page(worker.send({"pay": "plenty", "review": "1"}), 422)
    assert [href for href, _ in problems(soup)] == ["#a-pay"]
    assert not soup.select(".looked")


@pytest.mark.parametrize(
    ("answers", "asked"), [({"leave": "likely"}, True), ({"leave": "unlikely"}, False), ({}, False)]
)
def test_what_was_not_asked_is_not_looked_over(worker, answers, asked):
    soup = check_page(worker.send(answers | {"leave-why": ["pay"], "review": "1"}))
    assert bool(soup.select(".looked a[href='#q-leave-why']")) == asked


def test_typed_markup_stays_text(worker):
    soup = check_page(worker.send({"pay": "<b>1</b>", "review": "1"}), 422)
    assert not soup.select("main b")


def test_enter_looks_over_and_does_not_send(worker):
    first = check_page(worker.get()).select_one("form#answers button[type=submit]")
    assert first["name"] == "review"
    assert heading(check_page(worker.get())) == "Working in behavioral health"


@pytest.mark.parametrize("nothing", [{}, {"pay": " ", "leave-why": ["pay"]}])
def test_an_empty_form_is_looked_over_before_it_counts(coded, tmp_path, nothing):
    data = {"form": coded.form_id(), "code": coded.codes[0], **nothing}
    before = stored(tmp_path)
    soup = check_page(coded.send(data), 422)
    assert stored(tmp_path) == before
    assert "You have not answered any question yet." in text(soup.select_one(".looked"))
    assert not soup.select(".error-summary, .wrong")
    again = shown(soup)
    assert (again["form"], again["code"]) == ([data["form"]], [coded.codes[0]])
    assert coded.send(again).status_code == 303
    assert coded.count() == 1


def test_an_empty_form_with_a_mistake_is_looked_over_once(coded):
    soup = check_page(coded.send({"code": coded.codes[0]}), 422)
    soup = check_page(coded.send(shown(soup) | {"code": "0" * 14}), 422)
    assert [href for href, _ in problems(soup)] == ["#code"]
    assert not soup.select(".looked")
    assert coded.send(shown(soup) | {"code": coded.codes[0]}).status_code == 303


def test_what_is_answered_then_counts_at_once(worker):
    again = shown(check_page(worker.send({}), 422))
    assert worker.send(again | {"role": "nurse"}).status_code == 303
    assert "-looked" not in worker.get().text


@pytest.mark.parametrize(
    "said", [{"role": "nurse"}, {"race": ["-prefer-not"]}, {"caseload--na": "1"}]
)
def test_one_answer_of_any_kind_counts_at_once(worker, said):
    assert worker.send(said).status_code == 303
    looked = check_page(worker.send(said | {"review": "1"}))
    assert "You have not answered any question" not in text(looked)


def test_looking_over_an_empty_form_says_so_and_then_it_counts(worker):
    looked = check_page(worker.send({"review": "1"}))
    assert "You have not answered any question yet." in text(looked)
    assert worker.send(shown(looked)).status_code == 303


def stored(folder):
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
