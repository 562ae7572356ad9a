"""Codes: made here, handed out as a file, kept by the box as keyed hashes alone."""

from survey.box.codes import issue_codes
from survey.box.model import Wave
from survey.intake.ballots import ballot_hash
from survey.intake.codes import codes_csv, make_codes
from survey.intake.sheet import name_of
from survey.web.services import services


def codes_file(wave: Wave, number: int, batch: str) -> str:
    """Make `number` codes for a batch ("" or "site=north"); the CSV that lists them.

    Raises BoxError where the wave takes none.
    """
    codes, secret = make_codes(number), services().secret
    hashes = [ballot_hash(secret, name_of(wave), "code", code.encode()) for code in codes]
    issue_codes(services().engine, wave, hashes, batch)
    return codes_csv(codes)
