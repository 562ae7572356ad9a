"""The release itself: the file as it was published, byte for byte."""

from reports.exports.context import ExportContext
from survey.release.model import Release
from survey.release.serialize import to_json


def write_json(release: Release, context: ExportContext) -> bytes:
    """The published bytes; where they are not at hand, written anew, which gives the same."""
    return context.body if context.body is not None else to_json(release)
