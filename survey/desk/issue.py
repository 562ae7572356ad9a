"""Codes: made here, handed out as a file, kept by the box as keyed hashes alone."""

from survey.box.model import Wave
from survey.intake.codes import codes_csv
from survey.intake.issue import issue_new_codes
from survey.web.services import services


def codes_file(wave: Wave, number: int, batch: str) -> str:
    """Make `number` codes for a batch ("" or "site=north"); the CSV that lists them.

    Raises BoxError where the wave takes none.
    """
    return codes_csv(issue_new_codes(services().engine, services().secret, wave, number, batch))
