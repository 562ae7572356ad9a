"""The survey page, rendered and compressed once per wave and language.

Rendering 40 questions takes 5 ms and compressing them 2 ms; only the form id differs from one visit
to the next. It stands at the very end, so everything before it is compressed once, and the last
hundred bytes follow for each visit as they are: deflate (RFC 1951, 3.2.4) has blocks for that.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from survey.box.model import Wave

PLACE = "FORM-ID-GOES-HERE"
"""What the template is given as form id; it must come out once."""
_GZIP = bytes.fromhex("1f8b 08 00 00000000 02 ff")
"""A gzip file's first bytes (RFC 1952, 2.3): deflate, no name, no time, best, of no system."""
_LAST_AS_IT_IS = struct.Struct("<BHH")
"""How deflate's last block begins, of bytes as they are: 1, their number, and that inverted."""
_SUMS = struct.Struct("<II")
"""A gzip file's last bytes: CRC-32 and size of what it holds."""
_MOST = 64


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page with a gap for the form id."""

    head: bytes
    tail: bytes
    """At most 60 KB."""
    squeezed: bytes
    """A gzip file's beginning, with `head` in it, cut between two blocks."""
    checksum: int
    """CRC-32 of `head`."""

    @classmethod
    def of(cls, html: str) -> Self:
        """Cut and compress a page that was rendered with PLACE as its form id."""
        head, tail = (part.encode() for part in html.split(PLACE))
        compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
        squeezed = compressor.compress(head) + compressor.flush(zlib.Z_SYNC_FLUSH)
        return cls(head, tail, _GZIP + squeezed, zlib.crc32(head))

    @property
    def length(self) -> int:
        """Bytes, not compressed, without the form id."""
        return len(self.head) + len(self.tail)

    def plain(self, form_id: str) -> bytes:
        """The page as it is."""
        return self.head + form_id.encode() + self.tail

    def gzipped(self, form_id: str) -> bytes:
        """The page as a gzip file."""
        last = form_id.encode() + self.tail
        size = len(last)
        begin = _LAST_AS_IT_IS.pack(1, size, size ^ 0xFFFF)
        end = _SUMS.pack(zlib.crc32(last, self.checksum), len(self.head) + size)
        return b"".join((self.squeezed, begin, last, end))


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
        page = Page.of(render())
        self._pages[key] = (wave.definition, page)
        return page
