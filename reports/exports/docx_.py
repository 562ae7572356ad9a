"""The bargaining brief as a Word document, to be worked on: the same words, figures and charts.

What `brief_data` says is written down here in the order of the PDF; the looks are in `word`.
"""

import io
from collections.abc import Mapping
from typing import Any

from babel.core import Locale, get_global
from docx.document import Document as Doc
from docx.shared import Pt

from reports.charts.model import Chart
from reports.charts.paper import png
from reports.exports import word
from reports.exports.brief import brief_data
from reports.exports.context import ExportContext
from reports.exports.office import dated, unzipped, writable, zipped
from survey.release.model import Release
from survey.web.languages import locale_of

Part = Mapping[str, Any]
"""A part of what `brief_data` gives."""


def write_docx(release: Release, context: ExportContext) -> bytes:
    """The document; the same release, demands and language give the same bytes."""
    data = brief_data(release, context.demands, context.lang, context.body, as_png)
    doc = word.blank(_tag(locale_of(context.lang)))
    _fill(doc, data)
    about = doc.core_properties
    about.title, about.language = writable(str(data["title"]))[:255], context.lang
    about.author, about.last_modified_by = writable(release.campaign)[:255], ""
    about.comments = writable(str(data["origin"] or ""))
    about.created = about.modified = dated(release)
    saved = io.BytesIO()
    doc.save(saved)
    return zipped(unzipped(saved.getvalue()))


def _tag(locale: Locale) -> str:
    """en-US, zh-CN: where nothing is said, the country in which most speak the language (CLDR)."""
    likely = get_global("likely_subtags").get(locale.language, "en_Latn_US")
    return f"{locale.language}-{locale.territory or likely[-2:]}"


def as_png(chart: Chart) -> bytes:
    """A picture that any program shows, on white, with the keys of its colors."""
    return png(chart, frame="keys")


def _fill(doc: Doc, data: Part) -> None:
    words = data["words"]
    word.running(doc, data["running"], data["origin"], data["footer"])
    _cover(doc, data)
    _found(doc, data)
    _wages(doc, data)
    _charts(doc, data)
    if data["demands"]:
        doc.add_heading(words["demands"], 1)
    for demand in data["demands"]:
        _demand(doc, demand, words)
    _method(doc, data)


def _cover(doc: Doc, data: Part) -> None:
    kind = doc.add_paragraph()
    word.write(kind, data["words"]["kind"], 11, word.TEAL, bold=True)
    kind.paragraph_format.space_after = Pt(0)
    doc.add_paragraph(writable(data["campaign"]), "Title")
    word.write(doc.add_paragraph(), data["survey"], 13)
    facts = data["facts"]
    word.table(
        doc,
        [fact["name"] for fact in facts],
        [[fact["value"] for fact in facts]],
        "l",
        [1.5] + [1.0] * (len(facts) - 1),
    )
    if data["origin"]:
        notice = word.panel(doc, word.SAND, word.AMBER)
        word.write(notice, f"{data['origin']}. ", color=word.AMBER, bold=True)
        word.write(notice, data["origin-sentence"])


def _found(doc: Doc, data: Part) -> None:
    words = data["words"]
    doc.add_heading(words["found"], 1)
    if not data["findings"]:
        doc.add_paragraph(words["none-found"])
        return
    word.note(doc, words["ranges"])
    for found in data["findings"]:
        word.beside(doc, found["figure"], found["statement"], found["interval"])
    if data["gaps"]:
        doc.add_heading(words["gaps"], 2)
        for statement in data["gaps"]:
            doc.add_paragraph(writable(statement), "List Bullet")


def _wages(doc: Doc, data: Part) -> None:
    wages = data["wages"]
    if wages is None:
        return
    doc.add_heading(data["words"]["wages"], 1)
    word.caption(doc, wages["caption"])
    word.table(doc, wages["columns"], wages["rows"])
    word.note(doc, wages["note"])


def _charts(doc: Doc, data: Part) -> None:
    if data["charts"]:
        doc.add_heading(data["words"]["charts"], 1)
    for chart in data["charts"]:
        doc.add_heading(writable(chart["title"]), 2)
        word.picture(doc, chart["picture"], chart["alt"])
        word.caption(doc, chart["caption"])
        word.table(doc, chart["columns"], chart["rows"])


def _demand(doc: Doc, demand: Part, words: Part) -> None:
    doc.add_heading(writable(demand["title"]), 2)
    for paragraph in demand["paragraphs"]:
        doc.add_paragraph(writable(paragraph)).paragraph_format.keep_with_next = True
    evidence = word.panel(doc, word.WASH, word.TEAL)
    evidence.paragraph_format.keep_with_next = True
    word.write(evidence, f"{words['evidence']}\n", 9, word.SOFT, bold=True)
    word.write(evidence, demand["statement"], bold=True)
    if demand["interval"]:
        word.write(evidence, f"\n{demand['interval']}", 9, word.SOFT)
    word.caption(doc, demand["caption"])
    word.table(doc, demand["columns"], demand["rows"])
    if demand["cost"]:
        _cost(doc, demand["cost"], words)


def _cost(doc: Doc, cost: Part, words: Part) -> None:
    total = word.panel(doc, word.WASH, word.TEAL)
    total.paragraph_format.keep_with_next = True
    word.write(total, f"{words['cost']}\n", 9, word.SOFT, bold=True)
    word.write(total, cost["range"], 16, word.TEAL, bold=True)
    word.write(total, f" {words['a-year']}", color=word.SOFT)
    if cost["middle"]:
        word.write(total, f"\n{cost['middle']}")
    word.table(doc, words["cost-columns"], cost["steps"], "llr", (1.2, 4, 1.2))
    for assumed in cost["assumptions"]:
        word.note(doc, assumed)


def _method(doc: Doc, data: Part) -> None:
    words = data["words"]
    doc.add_heading(words["method"], 1)
    for part in data["method"]:
        doc.add_heading(part["title"], 2)
        for line in part["lines"]:
            doc.add_paragraph(line)
    if data["wages"]:
        doc.add_heading(words["sources"], 2)
        for source in data["wages"]["sources"]:
            doc.add_paragraph(source)
    if data["hidden"]:
        doc.add_heading(words["hidden"], 2)
        doc.add_paragraph(words["hidden-sentence"])
        word.table(doc, words["hidden-columns"], data["hidden"], "l", (3, 2))
    doc.add_heading(words["prints"], 2)
    for found in data["prints"]:
        paragraph = doc.add_paragraph()
        word.write(paragraph, f"{found['name']}\n", 9, word.SOFT)
        word.write(paragraph, found["value"], 9)
