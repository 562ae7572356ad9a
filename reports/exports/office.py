"""What Word and Excel files have in common: text that their XML can hold, and steady bytes."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime

from survey.release.model import Release

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (https://www.w3.org/TR/xml/#charsets)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip can hold: the file does not say when it was made."""


def writable(text: str) -> str:
    """The text without the characters that no office file can hold; most programs show none."""
    return _UNWRITABLE.sub("", text)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file of these names and contents, in their order; the same files, the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return packed.getvalue()


def unzipped(packed: bytes) -> dict[str, bytes]:
    """The files of a zip file by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def dated(release: Release) -> datetime:
    """The date that the file bears: the month in which the wave closed, which is public."""
    year, month = release.closed.split("-")
    return datetime(int(year), int(month), 1)  # noqa: DTZ001  (both formats write it as it stands)
