"""Every format there is, and the two ways to a file: bytes for a download, files for a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.bargaining.demands import Demand
from reports.exports.context import ExportContext, ExportError, base_name
from reports.exports.csv_ import csv_files, write_csv_zip
from reports.exports.docx_ import write_docx
from reports.exports.json_ import write_json
from reports.exports.pdf import write_pdf
from reports.exports.xlsx import write_xlsx
from survey.release.model import Release
from survey.web.languages import SUPPORTED

OFFICE = "application/vnd.openxmlformats-officedocument"
Writer = Callable[[Release, ExportContext], bytes]


@dataclass(frozen=True, slots=True)
class Export:
    """A format: what a browser is told, the extension of its file, and its pure writer."""

    mimetype: str
    extension: str
    write: Writer


EXPORTS: Mapping[str, Export] = {
    "json": Export("application/json", "json", write_json),
    "csv": Export("application/zip", "zip", write_csv_zip),
    "pdf": Export("application/pdf", "pdf", write_pdf),
    "docx": Export(f"{OFFICE}.wordprocessingml.document", "docx", write_docx),
    "xlsx": Export(f"{OFFICE}.spreadsheetml.sheet", "xlsx", write_xlsx),
}
"""Format -> how it is made. A new format is one more line here."""


def find_export(fmt: str) -> Export:
    """The format of that name. Raises ExportError."""
    if fmt not in EXPORTS:
        raise ExportError(f"There is no format {fmt!r} to export: choose {', '.join(EXPORTS)}.")
    return EXPORTS[fmt]


def export(
    release: Release,
    fmt: str,
    lang: str = "en",
    demands: tuple[Demand, ...] = (),
    body: bytes | None = None,
) -> bytes:
    """The release in that format (csv: zipped with its description). Raises ExportError.

    `body` is the release as published, which is what json gives back byte for byte.
    """
    writer = find_export(fmt).write
    if lang not in SUPPORTED:
        raise ExportError(f"Files are written in {' or '.join(SUPPORTED)}, not in {lang!r}.")
    return writer(release, ExportContext(lang, demands, body))


def export_files(
    release: Release,
    fmt: str,
    out: Path,
    lang: str = "en",
    demands: tuple[Demand, ...] = (),
    body: bytes | None = None,
) -> Mapping[Path, bytes]:
    """What to write where for `--out`: one file, or x.csv with x.datapackage.json beside it."""
    made = export(release, fmt, lang, demands, body)
    if fmt == "csv" and out.suffix.lower() != ".zip":
        package = f"{out.stem}.datapackage.json"
        files = csv_files(release, lang, out.name, package)
        return {out.with_name(name): content for name, content in files.items()}
    return {out: made}


def download_name(release: Release, fmt: str) -> str:
    """The name a browser saves the file under; it says so where the data is made up."""
    return f"{base_name(release)}.{find_export(fmt).extension}"
