"""Make codes for a wave: the codes go to whoever hands them out, keyed hashes into the box."""

from sqlalchemy import Engine

from survey.box.codes import issue_codes
from survey.box.model import Wave
from survey.intake.ballots import ballot_hash, name_of
from survey.intake.codes import make_codes


def issue_new_codes(
    engine: Engine, secret: bytes, wave: Wave, number: int, batch: str = ""
) -> tuple[str, ...]:
    """`number` new codes in random order, issued in `batch`; this is the only time they are seen.

    Raises BoxError where the wave is closed or an open link.
    """
    codes = make_codes(number)
    hashes = [ballot_hash(secret, name_of(wave), "code", code.encode()) for code in codes]
    issue_codes(engine, wave, hashes, batch)
    return codes
