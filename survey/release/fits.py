"""Whether a release that was made elsewhere is one of this wave, as far as it can be told here.

Everything but the figures follows from the wave and is compared with it; the figures are audited.
Nobody but those who hold the key can tell whether they are the ones in the box.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from survey.box.model import Wave
from survey.release.audit import audit
from survey.release.build import WaveFacts, build_release
from survey.release.model import OTHERS, Release, ReleasedQuestion, ReleaseError
from survey.release.serialize import from_json, to_json
from survey.release.tables import ALL_OTHERS


def require_fit(wave: Wave, facts: WaveFacts, body: bytes) -> Release:
    """The release in `body`. Raises ReleaseError where it is not one of this wave, or unsound."""
    release = from_json(body)
    if release.wave != wave.slug:
        raise ReleaseError(f"This release is of the wave '{release.wave}', not of '{wave.slug}'.")
    if release.fingerprint != wave.fingerprint:
        raise ReleaseError(
            f"This release was made under other rules than those of '{wave.slug}': their "
            "fingerprints differ."
        )
    empty = np.zeros(wave.layout.size, dtype=np.uint32)
    expected = build_release(wave.layout, empty, facts)
    for what in _differences(release, expected):
        raise ReleaseError(
            f"This release was changed, or is of another box: its {what} is not that of "
            f"'{wave.slug}'."
        )
    for problem in audit(release):
        where = f"{problem.question}: " if problem.question else ""
        raise ReleaseError(f"This release must not be published: {where}{problem.sentence}")
    if to_json(release) != body:
        raise ReleaseError(
            "This release was written anew by another program: give the file as `open` wrote it."
        )
    return release


def _differences(release: Release, expected: Release) -> Iterator[str]:
    """What of the frame (all but the figures) differs from the release of an empty box."""
    if release.responses != expected.responses:
        yield f"number of responses ({release.responses}, not {expected.responses})"
    for name in ("closed", "campaign", "origin", "access", "k", "title", "headcount"):
        if getattr(release, name) != getattr(expected, name):
            yield name
    if release.headcount_estimate != expected.headcount_estimate:
        yield "headcount"
    if release.breakdowns != expected.breakdowns:
        yield "list of breakdowns"
    if [q.id for q in release.questions] != [q.id for q in expected.questions]:
        yield "list of questions"
        return
    for found, wanted in zip(release.questions, expected.questions, strict=True):
        if _frame(found) != _frame(wanted) or not _options_fit(found, wanted):
            yield f"question '{found.id}'"


def _frame(question: ReleasedQuestion) -> ReleasedQuestion:
    return replace(question, options=(), tables=())


def _options_fit(found: ReleasedQuestion, wanted: ReleasedQuestion) -> bool:
    """The same options in the same order; a breakdown's source may have some merged into others."""
    if found.options == wanted.options or not found.options:
        return found.options == wanted.options
    *kept, last = found.options
    merged = last.id == OTHERS and all(ALL_OTHERS.get(lang) == t for lang, t in last.label.items())
    return merged and kept == [o for o in wanted.options if o in kept]
