"""The bargaining brief as PDF/UA."""

from reports.exports.brief import brief_data
from reports.exports.context import ExportContext, ExportError
from survey.release.model import Release
from survey.typeset import TypesetError, compile_pdf


def write_pdf(release: Release, context: ExportContext) -> bytes:
    """The brief; the same release, demands and language give the same bytes. Raises ExportError."""
    try:
        data = brief_data(release, context.demands, context.lang, context.body)
        return compile_pdf("brief", data)
    except TypesetError as error:
        raise ExportError(str(error)) from error
