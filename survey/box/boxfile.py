"""A closed box as a file: written on the server, opened on a computer that was never online.

Reading believes nothing: layout and fingerprint are made anew from the definition inside, sizes
and digest from the bytes. Without the private key the file says nothing of the answers but how
many there are.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine

from survey.box.close import FORMAT, MONTH, export_parts
from survey.box.commit import open_state, read_row
from survey.box.errors import NotYetOpen
from survey.box.keys import require_key_of
from survey.box.layout import BoxError, Layout, Totals, build_layout
from survey.box.mask import CELL, SEALED
from survey.box.model import Access, Origin, Quorum, StewardKey, Wave
from survey.box.parallel import Told, silent, sum_of_masks
from survey.box.unseal import require_closed_box
from survey.box.waves import box_of
from survey.config import Config
from survey.instrument.errors import DefinitionError
from survey.instrument.load import parse_definition, parse_headcounts
from survey.instrument.model import Headcounts
from survey.store.engine import reading

LARGEST_HEAD = 8 * 1024 * 1024
"""Bytes of the first line at most: a definition has up to 1 MB."""
_PART = 1000 * SEALED


class BoxFileError(BoxError):
    """A file is not an exported box, or a damaged one."""


@dataclass(frozen=True, slots=True)
class BoxFile:
    """An exported box whose bytes fit together. `digest` is to be compared with the public one."""

    path: Path
    campaign_name: str
    slug: str
    origin: Origin
    access: Access
    closed: str
    responses: int
    layout: Layout
    fingerprint: str
    headcounts: Headcounts
    public_key: bytes
    quorum: Quorum | None
    """None where the key is in a key file."""
    seeds: int
    digest: str
    start: int
    """Bytes of the head: the masked totals come after it, then the seeds."""

    @property
    def stewards(self) -> StewardKey | None:
        """The public half of the stewards' key; None where it is in a key file."""
        return StewardKey(self.slug, self.quorum, self.public_key) if self.quorum else None


def export_box(engine: Engine, config: Config, wave: Wave, path: Path) -> None:
    """Write a closed wave's box to a new file, mode 0600: all of it, or nothing under that name.

    Raises BoxError where the wave is not closed, its box is not the one that was closed, or the
    file exists; StateLost; OSError.
    """
    if wave.state == "ready":
        raise NotYetOpen(wave.slug)
    if wave.state != "closed":
        what = (
            "still open: close it first" if wave.state == "open" else "published: its box is gone"
        )
        raise BoxError(f"The wave '{wave.slug}' is {what}.")
    if path.exists():
        raise BoxFileError(f"{path} exists already: choose another name.")
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        require_closed_box(_write(engine, config, wave, part), wave)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def read_box(path: Path) -> BoxFile:
    """Check a file through and through, but for the answers. Raises BoxFileError, OSError."""
    with path.open("rb") as file:
        line = file.readline(LARGEST_HEAD)
        head = _head(line, path)
        digest = hashlib.sha256(line)
        while part := file.read(_PART):
            digest.update(part)
        size = file.tell()
    if size != len(line) + 4 * head["cells"] + SEALED * head["seeds"]:
        raise BoxFileError(f"The box in {path} is cut short or too long: copy it anew.")
    try:
        return _box(path, head, digest.hexdigest(), len(line))
    except (DefinitionError, ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error


def open_box(box: BoxFile, private_key: X25519PrivateKey, told: Told = silent) -> Totals:
    """The exact totals (uint32, the layout's size). Never write them anywhere.

    Raises BoxError for another key and for seeds that do not open.
    """
    require_key_of(private_key, box)
    size = box.layout.size
    with box.path.open("rb") as file:
        file.seek(box.start)
        masked = np.frombuffer(file.read(4 * size), dtype=CELL)
    masks = sum_of_masks(_seeds(box), box.seeds, private_key, box.fingerprint, size, told)
    totals: Totals = masked - masks
    return totals


def _write(engine: Engine, config: Config, wave: Wave, part: Path) -> str:
    digest = hashlib.sha256()
    box = box_of(engine, config, wave)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file, reading(engine) as connection:
        state = open_state(box, read_row(connection, box))
        for content in export_parts(connection, wave, state):
            digest.update(content)
            file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _head(line: bytes, path: Path) -> dict[str, Any]:
    head: object = None
    with suppress(ValueError):
        head = json.loads(line)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise BoxFileError(f"{path} is not an exported box: give the file that `box export` wrote.")
    if not all(_is_count(head.get(name)) for name in ("cells", "seeds", "responses")):
        raise _damaged(path)
    return head


def _box(path: Path, head: dict[str, Any], digest: str, start: int) -> BoxFile:
    definition = parse_definition(head["definition"])
    layout = build_layout(definition)
    quorum = Quorum(*map(int, head["stewards"])) if head["stewards"] is not None else None
    box = BoxFile(
        path=path,
        campaign_name=str(head["campaign"]),
        slug=str(head["wave"]),
        origin=head["origin"],
        access=head["access"],
        closed=str(head["closed"]),
        responses=head["responses"],
        layout=layout,
        fingerprint=str(head["fingerprint"]),
        headcounts=parse_headcounts(head["headcounts"], definition),
        public_key=bytes.fromhex(head["public_key"]),
        quorum=quorum,
        seeds=head["seeds"],
        digest=digest,
        start=start,
    )
    known = box.origin in get_args(Origin) and box.access in get_args(Access)
    if not known or not MONTH.fullmatch(box.closed) or head["cells"] != layout.size:
        raise _damaged(path)
    if box.fingerprint != layout.fingerprint:
        raise BoxFileError(
            f"The box in {path} was filled under other rules than its questionnaire and this "
            "version make: open it with the version that closed the wave."
        )
    return box


def _seeds(box: BoxFile) -> Iterator[bytes]:
    with box.path.open("rb") as file:
        file.seek(box.start + 4 * box.layout.size)
        while part := file.read(_PART):
            yield from (part[at : at + SEALED] for at in range(0, len(part), SEALED))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _damaged(path: Path) -> BoxFileError:
    return BoxFileError(f"The box in {path} is damaged: its first line is not as it was written.")
