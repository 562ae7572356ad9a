"""One row per published figure, and a Frictionless data package that explains the rows.

Columns are the contract's. Cells hold ids; what they mean in words stands in the data package. A
release that does not hold answers given here starts with a row `*origin` (count and n 0) that says
so (docs/decisions/0005-origin-in-the-csv.md).
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator

from reports.exports.context import ExportContext, base_name
from reports.exports.office import zipped
from reports.exports.package import data_package
from reports.wording import ORIGINS
from survey.release.model import Release, ReleasedQuestion, Table

HEADER = ("question", "breakdown", "group", "option", "from", "to", "count", "n", "share")
ORIGIN_ROW = "*origin"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that starts so for a formula (OWASP, CSV injection)."""


def write_csv_zip(release: Release, context: ExportContext) -> bytes:
    """The CSV and its datapackage.json in one zip file; the same release gives the same bytes."""
    name = f"{base_name(release)}.csv"
    return zipped(csv_files(release, context.lang, name, "datapackage.json"))


def csv_files(release: Release, lang: str, name: str, package: str) -> dict[str, bytes]:
    """The two files by name, where they are not zipped."""
    table = csv_table(release)
    facts = {"bytes": len(table), "hash": f"sha256:{hashlib.sha256(table).hexdigest()}"}
    described = data_package(release, lang, base_name(release), {"path": name, **facts})
    return {name: table, package: json.dumps(described, ensure_ascii=False, indent=2).encode()}


def csv_table(release: Release) -> bytes:
    """The CSV: UTF-8, commas, line ends as RFC 4180 has them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    if label := ORIGINS.get(release.origin):
        origin = f"{release.origin}: {label}"
        writer.writerow((ORIGIN_ROW, "", "", origin, "", "", 0, 0, ""))
    for question in release.questions:
        for table in question.tables:
            writer.writerows(_rows(question, table))
    return out.getvalue().encode()


def safe(cell: str) -> str:
    """A text that no spreadsheet runs: an apostrophe stands before what looks like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _rows(question: ReleasedQuestion, table: Table) -> Iterator[tuple[str | int, ...]]:
    head = (safe(question.id), safe(table.breakdown or ""), safe(table.group or ""))
    if question.kind == "number":
        for low, high, count in table.bins:
            yield (*head, "", _edge(low), _edge(high), count, table.n, _share(count, table.n))
    for option, count in table.counts:
        yield (*head, safe(option), "", "", count, table.n, _share(count, table.n))


def _edge(edge: float | None) -> str:
    return "" if edge is None else str(int(edge) if float(edge).is_integer() else edge)


def _share(count: int, n: int) -> str:
    return f"{count / n:.4f}" if n else ""
