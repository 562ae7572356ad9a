"""What a writer is handed beside the release."""

import re
from dataclasses import dataclass

from reports.bargaining.demands import Demand
from survey.release.model import Release

SUFFIX = {"survey": "", "simulated": "-made-up-data", "imported": "-imported"}
"""In the name of every file: what it holds stays visible when it is passed on."""


class ExportError(Exception):
    """A file cannot be made; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class ExportContext:
    """`body`: the release as published, if at hand. `demands` go into documents for people."""

    lang: str = "en"
    demands: tuple[Demand, ...] = ()
    body: bytes | None = None


def base_name(release: Release) -> str:
    """A file name without extension that any system takes: riverside-2026-made-up-data."""
    plain = re.sub(r"[^a-z0-9]+", "-", release.wave.lower()).strip("-")[:64]
    return f"{plain or 'wave'}{SUFFIX[release.origin]}"
