"""Whoever watches the network learns nothing from how long a page is that shows answers again."""

import re

import pytest
from browsing import check_page, heading
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from survey.instrument.form import blank_form
from survey.instrument.library import LIBRARY, load_builtin
from survey.instrument.wording import PREFER_NOT
from survey.intake.ballots import name_of, new_form_id
from survey.intake.padding import padded
from survey.store import tables
from survey.web.flood import Bucket, Flood

FULL = "behavioral-health-full"
LANGUAGES = load_builtin(FULL).languages


def filled(lang, size, number):
    """The full form with `number` typed, and checked: all boxes that may be, those with the longest
    labels first, or one with the shortest."""
    answers = {}
    for field in blank_form(load_builtin(FULL), lang, lambda text, **_: text):
        options = [option for option in field.view.options if option.value != PREFER_NOT]
        options.sort(key=lambda option: len(option.label.encode()), reverse=size == "longest")
        most = (field.question.max or len(options)) if field.view.kind == "choices" else 1
        chosen = [option.value for option in options[: most if size == "longest" else 1]]
        answers[field.name] = chosen or number
    return answers


def sets(lang):
    """What quite different people answer."""
    yield {"-looked": "1"}
    yield {"caseload": "9"}
    yield filled(lang, "shortest", "20")
    yield filled(lang, "longest", "1000.25")
    yield filled(lang, "shortest", "") | {"pay": "52,000", "pay--unit": "USD/year"}


@pytest.fixture
def full(wave_in):
    """The longest questionnaire that comes with the program."""
    text = LIBRARY[FULL].read_text(encoding="utf-8")
    return wave_in(codes=1, origin="simulated", definition=text)


def with_a_mistake(_worker, _monkeypatch):
    return {"code": "mistyped"}, 422


def with_a_code_of_nobody(_worker, _monkeypatch):
    return {"code": "0" * 14}, 422


def from_an_old_page(worker, _monkeypatch):
    return {"code": worker.codes[0], "form": "x"}, 422


def looked_over(worker, _monkeypatch):
    return {"code": worker.codes[0], "review": "1"}, 200


def in_a_flood(worker, monkeypatch):
    monkeypatch.setattr(Bucket, "judge", lambda *_: Flood.OVER)
    return {"code": worker.codes[0]}, 429


def on_a_full_disk(worker, _monkeypatch):
    spare = sorted(worker.app.extensions["survey"].config.state_keys.glob("fall.[01]"))[1]
    spare.unlink()
    spare.mkdir()
    return {"code": worker.codes[0]}, 503


def too_early(worker, monkeypatch):
    monkeypatch.setattr("survey.intake.known.FRESH", 0)
    with worker.app.extensions["survey"].engine.begin() as connection:
        connection.execute(update(tables.wave).values(state="ready"))
    return {"code": worker.codes[0]}, 409


@pytest.mark.parametrize(
    "how",
    [
        *(with_a_mistake, with_a_code_of_nobody, from_an_old_page, looked_over, in_a_flood),
        *(on_a_full_disk, too_early),
    ],
)
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_what_is_shown_again_is_as_long_for_everybody(full, monkeypatch, lang, how):
    more, status = how(full, monkeypatch)
    form = new_form_id(full.app.extensions["survey"].secret, name_of(full.wave))
    browser, path = full.app.test_client(), f"{full.path}?lang={lang}"
    replies = [browser.post(path, data={"form": form, **some, **more}) for some in sets(lang)]
    for reply in replies:
        check_page(reply, status)
        assert int(reply.headers["Content-Length"]) == len(reply.data)
        assert "Content-Encoding" not in reply.headers  # which would undo it
        assert "no-transform" in reply.headers["Cache-Control"]
    assert len({str(sorted(reply.headers)) for reply in replies}) == 1  # the length among them
    bare = {len(reply.data.rpartition(b"<!--")[0]) for reply in replies}
    assert len(bare) >= 3, "the answers were not different enough to show anything"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_step_holds_a_mistake_in_each_answer_and_the_whole_of_a_review(full, lang):
    blank = len(full.get(f"?lang={lang}").data) - len(full.form_id())
    wrong = {question.id: "wrong" for question in load_builtin(FULL).questions}
    review = filled(lang, "longest", "1000.25") | {"code": full.codes[0], "review": "1"}
    for data in (wrong | {"code": "wrong"}, review):
        sent = full.send(data, f"?lang={lang}")
        assert len(sent.data) == blank + blank // 2
        assert len(sent.data.rpartition(b"<!--")[0]) < blank * 1.25


def test_who_types_far_more_gets_a_longer_page(full):
    blank = len(full.get().data) - len(full.form_id())
    sent = full.send({"caseload": "9" * blank})
    check_page(sent, 422)
    assert len(sent.data) % (blank // 2) == blank % (blank // 2)
    assert len(sent.data) > 2 * blank


@given(st.binary(max_size=300), st.integers(0, 100))
def test_a_comment_of_blanks_makes_up_the_length(page, blank):
    whole = padded(page, blank)
    assert whole.startswith(page)
    assert re.fullmatch(rb"<!-- *-->", whole[len(page) :])
    step = max(1, blank // 2)
    assert (len(whole) - blank) % step == 0
    assert blank + step <= len(whole)
    assert len(whole) == blank + step or len(whole) < len(page) + len(b"<!---->") + step


def test_the_thank_you_is_the_same_page_for_everybody(full):
    form = new_form_id(full.app.extensions["survey"].secret, name_of(full.wave))
    replies = [
        full.send({"form": form, **answers, "code": full.codes[0]}, follow_redirects=True)
        for answers in sets("en")
    ]
    assert {heading(check_page(reply)) for reply in replies} == {"Thank you"}
    assert len({(reply.data, str(sorted(reply.headers))) for reply in replies}) == 1
