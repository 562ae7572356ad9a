"""The survey page, rendered and compressed once per wave and language.

Rendering 40 questions takes 5 ms and compressing them 2 ms; only the form id differs from one visit
to the next. It stands at the very end, so everything before it is kept as the state of a compressor
that is copied for each visit and fed the last hundred bytes.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from survey.box.model import Wave

GZIP = 31
"""zlib's number for a gzip frame around the widest window."""
PLACE = "FORM-ID-GOES-HERE"
"""What the template is given as form id; it must come out once."""
_MOST = 64


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...

    def copy(self) -> "_Compressor": ...


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page with a gap for the form id."""

    head: bytes
    tail: bytes
    squeezed: bytes
    """What the compressor gave out for `head` so far."""
    compressor: _Compressor

    def plain(self, form_id: str) -> bytes:
        """The page as it is."""
        return self.head + form_id.encode() + self.tail

    def gzipped(self, form_id: str) -> bytes:
        """The page as a gzip file."""
        compressor = self.compressor.copy()
        last = compressor.compress(form_id.encode() + self.tail)
        return self.squeezed + last + compressor.flush()


def make_page(html: str) -> Page:
    """Cut and compress a page that was rendered with PLACE as its form id."""
    head, tail = (part.encode() for part in html.split(PLACE))
    compressor = zlib.compressobj(9, wbits=GZIP)
    # Without the flush each visit would encode the last thousands of characters of the head anew.
    squeezed = compressor.compress(head) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return Page(head, tail, squeezed, compressor)


class Pages:
    """The pages of one process. A wave of another definition, access or origin is another page."""

    def __init__(self) -> None:
        self._pages: dict[tuple[object, ...], tuple[object, Page]] = {}

    def of(self, wave: Wave, lang: str, render: Callable[[], str]) -> Page:
        """The page of that wave in that language; `render` makes its HTML if it is not there."""
        shown = (wave.access, wave.origin, wave.confirmed, wave.restarted)
        key = (wave.id, wave.fingerprint, *shown, lang)
        found = self._pages.get(key)
        # The fingerprint leaves wording out; the definition object stands for the whole text.
        if found is not None and found[0] is wave.definition:
            return found[1]
        if len(self._pages) >= _MOST:
            self._pages.clear()
        page = make_page(render())
        self._pages[key] = (wave.definition, page)
        return page
