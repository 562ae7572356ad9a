"""A Word document with the looks of the brief: what python-docx leaves to be said in XML.

Every text is made writable here, so that whoever fills the document need not think of it.
"""

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Inches, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.exports.office import writable

FONT = "Calibri"
INK, SOFT, TEAL, AMBER = "1A2321", "525E5A", "14524A", "8A3F00"
LINE, WASH, SAND = "DDD8CB", "F6F4EE", "FFF1DC"
TEXT_WIDTH = Inches(6.7)
FIGURE = Inches(1.2)
"""From the margin to the sentence beside a figure."""
PICTURE_WIDTH = Inches(5.6)
"""Two charts and their tables fit on a page."""
SHORT = 16
"""Rows of a table that stays on one page."""
HEADINGS = (("Title", 26, INK), ("Heading 1", 16, TEAL), ("Heading 2", 12, INK))


def blank(language: str) -> Doc:
    """A letter-size document with the styles set; `language` as in es-US."""
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = Inches(0.9)
    section.top_margin, section.bottom_margin = Inches(0.9), Inches(0.8)
    for name, size, color in (("Normal", 10.5, INK), *HEADINGS):
        _set_style(doc, name, size, color)
    spacing = doc.styles["Normal"].paragraph_format
    spacing.space_after, spacing.line_spacing = Pt(6), 1.1
    (lang,) = doc.styles.element.xpath("w:docDefaults//w:lang")
    of_fonts = doc.settings.element.xpath("w:themeFontLang")
    for element in (lang, *of_fonts):
        for kind in ("val", "eastAsia"):
            element.set(qn(f"w:{kind}"), language)
    return doc


def _set_style(doc: Doc, name: str, size: float, color: str) -> None:
    style = doc.styles[name]
    style.font.size, style.font.name = Pt(size), FONT
    style.font.color.rgb = RGBColor.from_string(color)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme's font would win over ours
    if name == "Title":
        for border in style.element.xpath("w:pPr/w:pBdr"):
            border.getparent().remove(border)


def write(
    paragraph: Paragraph,
    text: str,
    size: float | None = None,
    color: str = "",
    *,
    bold: bool = False,
) -> Run:
    """Text at the end of a paragraph."""
    run = paragraph.add_run(writable(text))
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color:
        run.font.color.rgb = RGBColor.from_string(color)
    return run


def note(doc: Doc, text: str) -> Paragraph:
    """A small gray paragraph."""
    paragraph = doc.add_paragraph()
    write(paragraph, text, 9, SOFT)
    return paragraph


def caption(doc: Doc, text: str) -> Paragraph:
    """A small gray paragraph that stays with what follows."""
    paragraph = note(doc, text)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(3)
    return paragraph


def beside(doc: Doc, figure: str, sentence: str, small: str | None) -> None:
    """A figure, and at its right the sentence that says what it is."""
    paragraph = doc.add_paragraph()
    shape = paragraph.paragraph_format
    shape.left_indent, shape.first_line_indent = FIGURE, -FIGURE
    shape.tab_stops.add_tab_stop(FIGURE)
    shape.keep_together = True
    write(paragraph, figure, 16 if len(figure) < 8 else 11, TEAL, bold=True)
    write(paragraph, f"\t{sentence}")
    if small:
        write(paragraph, "\n")
        write(paragraph, small, 9, SOFT)


def panel(doc: Doc, fill: str, edge: str) -> Paragraph:
    """A paragraph on a colored ground with a line at its left."""
    paragraph = doc.add_paragraph()
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Inches(0.1)
    shape.keep_together = True
    properties = paragraph._p.get_or_add_pPr()
    left = _element("w:left", val="single", sz="18", space="6", color=edge)
    borders = _element("w:pBdr")
    borders.append(left)
    shade = _element("w:shd", val="clear", color="auto", fill=fill)
    for element in (borders, shade):
        properties.insert_element_before(
            element, *("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
        )
    return paragraph


def table(
    doc: Doc,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    aligned: str = "lr",
    shares: Sequence[float] = (),
) -> None:
    """A table. The first column names the row; the others, if nothing else is said, are figures.

    `aligned`: l or r per column, the last letter for all that follow; `shares`: how wide columns
    are to one another. A row that is too short ends in one sentence, over the columns that are
    left. The head is said again on each page, no row breaks in two, a short table stays on a page.
    """
    made = doc.add_table(rows=0, cols=len(columns))
    made.autofit = False
    wide = shares or (max(2.0, 6.0 - len(columns)), *[1.0] * (len(columns) - 1))
    widths = [Emu(int(TEXT_WIDTH * part / sum(wide))) for part in wide]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    filled = [columns, *rows]
    for place, texts in enumerate(filled):
        row = _add_row(made, texts, aligned, head=place == 0)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
        if len(filled) <= SHORT and place < len(filled) - 1:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        if len(texts) < len(columns):
            row.cells[len(texts) - 1].merge(row.cells[-1])
    doc.add_paragraph().paragraph_format.space_after = Pt(2)


def _add_row(made: Table, texts: Sequence[str], aligned: str, *, head: bool) -> _Row:
    row: _Row = made.add_row()  # type: ignore[no-untyped-call]
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))
    cells = row.cells
    for place, text in enumerate(texts):
        sentence = place == len(texts) - 1 < len(cells) - 1
        paragraph = cells[place].paragraphs[0]
        write(paragraph, text, 9, SOFT if sentence else "", bold=head)
        if aligned[min(place, len(aligned) - 1)] == "r" and not sentence:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for cell in cells:
        cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        _rule(cell, "8" if head else "4", TEAL if head else LINE)
    return row


def _rule(cell: _Cell, size: str, color: str) -> None:
    borders = _element("w:tcBorders")
    borders.append(_element("w:bottom", val="single", sz=size, color=color))
    cell._tc.get_or_add_tcPr().append(borders)


def picture(doc: Doc, png: bytes, alt: str) -> None:
    """A picture with what it says to those who cannot see it."""
    paragraph = doc.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(png), width=PICTURE_WIDTH)
    shape._inline.docPr.set("descr", writable(alt))


def running(doc: Doc, title: str, origin: str | None, foot: str) -> None:
    """What stands on every page: title and origin above, the wave and the page's number below."""
    section = doc.sections[0]
    for part, left in ((section.header, title), (section.footer, foot)):
        paragraph = part.paragraphs[0]
        paragraph.style.paragraph_format.tab_stops.clear_all()  # they are for other margins
        paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        write(paragraph, left, 8.5, SOFT)
    if origin:
        write(section.header.paragraphs[0], f"\t{origin}", 8.5, AMBER, bold=True)
    end = section.footer.paragraphs[0]
    write(end, "\t", 8.5)
    _field(end, "PAGE")
    write(end, " / ", 8.5, SOFT)
    _field(end, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that Word fills in."""
    run = write(paragraph, "", 8.5, SOFT)
    instruction = _element("w:instrText")
    instruction.text = name
    parts = ("begin", "separate", "end")
    begin, separate, end = (_element("w:fldChar", fldCharType=part) for part in parts)
    shown = _element("w:t")
    shown.text = "1"
    for element in (begin, instruction, separate, shown, end):
        run._r.append(element)


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    made: BaseOxmlElement = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made
