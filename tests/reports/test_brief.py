"""The brief holds the figures it should, says what the data is, and stays a document."""

import io
import re
from dataclasses import replace
from decimal import Decimal
from time import process_time

import pytest
from pypdf import PdfReader
from release_factory import sample_release

from reports.bargaining.costing import CostInput, Raise, cost
from reports.bargaining.demands import Demand, Words, costing_of
from reports.bargaining.evidence import freeze, release_digest
from reports.exports.brief import brief_data
from reports.exports.context import ExportContext
from reports.exports.pdf import write_pdf
from reports.findings import findings
from reports.headlines import headlines
from reports.wording import HIDDEN
from survey.release.model import Release

RELEASE = sample_release()
FOUND = findings(RELEASE, "en")
PAY = next(f for f in FOUND if f.question == "pay" and f.answer == "p50" and not f.breakdown)
HOSTILE = '#panic("x") *b* $y$ </w:t> =1+1 <script> @ref \\ ]'


def demand(title: str = "Raise wages by $2", body: str = "We cannot live on this.") -> Demand:
    result = cost(CostInput(100, 121, Decimal(2080), Raise("hour", Decimal(2))))
    return Demand(1, Words(title, body), freeze(RELEASE, PAY, "en"), costing_of(result, {}))


def brief(release: Release = RELEASE, *demands: Demand, lang: str = "en") -> PdfReader:
    return PdfReader(io.BytesIO(write_pdf(release, ExportContext(lang, demands))))


def text_of(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


@pytest.fixture(scope="module")
def whole() -> PdfReader:
    return brief(RELEASE, demand())


def test_it_is_tagged_and_in_a_language(whole: PdfReader):
    root = whole.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (a PDF object)
    assert root["/Lang"] == "en"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert whole.metadata.title == ("Bargaining brief: Riverside Behavioral Health – Made-up data")
    assert tuple(whole.pages[0].mediabox[2:]) == (612, 792)


def test_every_headline_and_its_n_stand_in_it(whole: PdfReader):
    text = text_of(whole)
    leading = headlines(RELEASE, FOUND)
    assert len(leading) > 4
    for finding in leading:
        assert finding.statement in text
    assert "240 of 360 (67%)" in text
    assert "November 2026" in text


def test_its_tables_are_those_of_the_release(whole: PdfReader):
    text = text_of(whole)
    leave = RELEASE.question("leave")
    for option in leave.options:
        share = round(100 * leave.table().count(option.id) / leave.table().n)
        assert f"{option.label['en']} {leave.table().count(option.id)} {share}%" in text
    assert "$32.79" in text  # social workers in Oregon, as wages.csv has them
    assert "BLS OEWS May 2025 (released 2026-05-15)" in text


def test_made_up_data_is_said_on_every_page(whole: PdfReader):
    assert len(whole.pages) > 2
    for page in whole.pages:
        assert "Made-up data" in page.extract_text()
    imported = brief(replace(RELEASE, origin="imported"))
    assert all("Imported answers" in page.extract_text() for page in imported.pages)
    real = text_of(brief(replace(RELEASE, origin="survey")))
    assert "Made-up" not in real
    assert "Imported" not in real


def test_a_demand_stands_in_it_with_evidence_and_cost(whole: PdfReader):
    text = text_of(whole)
    # 100 x 2,080 x 2 = 416,000 and 121 x 2,080 x 2 = 503,360
    for said in ("Raise wages by $2", PAY.statement, "$416,000 to $503,360", f"n = {PAY.n}"):
        assert said in text
    assert "121 people × 2,080 hours × $2 an hour" in text


def test_hidden_tables_are_named_with_the_one_sentence_and_no_figure(whole: PdfReader):
    text = text_of(whole)
    assert RELEASE.hidden
    assert HIDDEN in text
    for hidden in RELEASE.hidden:
        assert RELEASE.question(hidden.question).table(hidden.breakdown, hidden.group) is None
        assert RELEASE.question(hidden.question).text["en"] in text
    assert "more needed" not in text


def test_it_can_be_checked_against_the_release(whole: PdfReader):
    text = text_of(whole)
    assert RELEASE.fingerprint in text
    assert release_digest(RELEASE) in text


def test_every_picture_says_what_it_shows():
    charts = brief_data(RELEASE, (), "en")["charts"]
    assert len(charts) >= 4
    assert all(chart["alt"] and chart["rows"] for chart in charts)


def test_hostile_words_stay_words():
    hurt = {"en": HOSTILE}
    first, *rest = RELEASE.questions
    options = tuple(replace(option, label=hurt) for option in first.options)
    questions = (replace(first, text=hurt, options=options), *rest)
    leave = next(q for q in rest if q.id == "leave")
    labels = tuple(replace(option, label=hurt) for option in leave.options)
    questions = tuple(replace(q, options=labels) if q.id == "leave" else q for q in questions)
    bad = replace(RELEASE, campaign=HOSTILE, title=hurt, wave="a/b", questions=questions)
    made = brief(bad, demand(HOSTILE, f"{HOSTILE}\n\n{HOSTILE}"))
    assert made.metadata.title.startswith(f"Bargaining brief: {HOSTILE}")
    assert text_of(made).count(HOSTILE) > 6


@pytest.mark.filterwarnings("ignore:Glyph")  # matplotlib measures with a font of its own
@pytest.mark.parametrize("text", ["日本語 🙂", "x" * 120, "\u202ea", "e\u0301\u0302"])
def test_any_characters_can_be_typed(text: str):
    labels = tuple(
        replace(q, options=tuple(replace(o, label={"en": text}) for o in q.options))
        for q in RELEASE.questions
    )
    typed = demand(text[:120], f"{text}\x00\x07" * 9)
    made = brief(replace(RELEASE, campaign=text, questions=labels), typed)
    assert len(made.pages) > 2


def test_a_release_that_shows_nothing_is_still_a_brief():
    nothing = replace(
        RELEASE,
        headcount=None,
        questions=tuple(replace(q, tables=()) for q in RELEASE.questions),
    )
    text = text_of(brief(nothing))
    assert "No figure can be shown." in text
    assert "headcount unknown" in text


def test_the_same_brief_is_the_same_bytes():
    made = [write_pdf(RELEASE, ExportContext("en", (demand(),))) for _ in range(2)]
    assert made[0] == made[1]


def test_a_share_near_nothing_keeps_its_words():
    table = RELEASE.question("second-job").table()
    counts = (("yes", 1), ("no", 999))
    question = replace(
        RELEASE.question("second-job"), tables=(replace(table, counts=counts, n=1000),)
    )
    found = brief_data(replace(RELEASE, questions=(question,)), (), "en")["findings"]
    assert [one["figure"] for one in found] == ["over 99%"]


def test_the_range_of_a_figure_of_everybody_says_so():
    table = RELEASE.question("second-job").table()
    counts = (("yes", 600), ("no", 400))
    question = replace(
        RELEASE.question("second-job"), tables=(replace(table, counts=counts, n=1000),)
    )
    everybody = replace(RELEASE, responses=1000, headcount=1000, questions=(question,))
    (found,) = brief_data(everybody, (), "en")["findings"]
    assert found["interval"] == "Everybody answered."
    (found,) = brief_data(replace(everybody, headcount=2000), (), "en")["findings"]
    assert found["interval"] == "Likely range: 58% to 62%"


def test_a_median_without_a_range_says_why():
    pay = RELEASE.question("pay")
    bins = ((None, 30.0, 5), (30.0, 45.0, 5), (45.0, None, 5))
    table = replace(pay.table(), n=15, bins=bins, quantiles=(("p50", 37.5),))
    few = replace(RELEASE, questions=(replace(pay, tables=(table,)),))
    (found,) = brief_data(few, (), "en")["findings"]
    assert (found["figure"], found["interval"]) == ("$38", "Too few answered to give a range.")


def test_an_estimated_headcount_says_about():
    facts = brief_data(replace(RELEASE, headcount_estimate=True), (), "en")["facts"]
    assert facts[0]["value"] == "240 of about 360 (67%)"


def test_more_answers_than_the_headcount_ask_for_another_headcount():
    facts = brief_data(replace(RELEASE, headcount=200), (), "en")["facts"]
    said = "240 (more answers than the headcount of 200, which is wrong)"
    assert facts[0]["value"] == said
    assert said in text_of(brief(replace(RELEASE, headcount=200)))


def test_it_takes_less_than_a_second_and_a_half():
    # Of the processor's time, or a busy machine would fail it; alone it is the time one waits.
    started = process_time()
    write_pdf(RELEASE, ExportContext("en", (demand(), demand(), demand())))
    assert process_time() - started < 1.5
