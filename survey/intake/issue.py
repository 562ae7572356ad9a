"""Make codes for a wave: the codes go to whoever hands them out, keyed hashes into the box."""

from sqlalchemy import Engine

from survey.box.codes import issue_codes
from survey.box.model import Wave
from survey.intake.ballots import WaveName, ballot_hash
from survey.intake.codes import make_codes


def issue_new_codes(
    engine: Engine, secret: bytes, wave: Wave, number: int, batch: str = ""
) -> tuple[str, ...]:
    """`number` new codes in random order, issued in `batch`; this is the only time they are seen.

    Raises BoxError where the wave is closed or an open link.
    """
    codes = make_codes(number)
    name = WaveName(wave.slug, wave.fingerprint)
    issue_codes(engine, wave, [ballot_hash(secret, name, "code", c.encode()) for c in codes], batch)
    return codes
