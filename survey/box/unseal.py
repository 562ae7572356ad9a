"""Opening a closed box: its totals, in memory only. What may be shown of them is the gate's say.

Every core works on it, in flat memory whatever the number of seeds; only reading, so that it can
be done again at any time with the same outcome, to the byte.
"""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine

from survey.box.close import count_seeds, digest_of, stream_seeds
from survey.box.commit import open_state, read_row
from survey.box.errors import NotYetOpen, storing
from survey.box.keys import require_key_of
from survey.box.layout import BoxError, Totals
from survey.box.model import Wave
from survey.box.parallel import Told, silent, sum_of_masks
from survey.box.waves import box_of, require_same_rules
from survey.config import Config
from survey.store.engine import reading


@storing()
def open_totals(
    engine: Engine,
    config: Config,
    wave: Wave,
    private_key: X25519PrivateKey,
    told: Told = silent,
) -> Totals:
    """The exact totals (uint32, the layout's size) of a closed wave. Never write them anywhere.

    Reads only, so it can be done again; `told` hears how many more seeds are done. Raises BoxError
    before closing, after publishing, for another key and for a box that is not the one that was
    closed; StateLost; FoldUnavailable.
    """
    require_same_rules(wave)
    require_key_of(private_key, wave)
    box = box_of(engine, config, wave)
    with reading(engine) as connection:
        row = read_row(connection, box)
        if row.state == "ready":
            raise NotYetOpen(wave.slug)
        if row.state == "open":
            raise BoxError(f"The wave '{wave.slug}' is still open: close the wave first.")
        if row.state == "published":
            raise BoxError(f"The box of wave '{wave.slug}' was destroyed when it was published.")
        state = open_state(box, row)
        require_closed_box(digest_of(connection, wave, state), wave)
        count, seeds = count_seeds(connection, wave), stream_seeds(connection, wave)
        size = wave.layout.size
        masks = sum_of_masks(seeds, count, private_key, wave.fingerprint, size, told)
    return state.masked - masks


@storing()
def count_sealed(engine: Engine, wave: Wave) -> int:
    """How many seeds an opening goes through: one per commit."""
    with reading(engine) as connection:
        return count_seeds(connection, wave)


def require_closed_box(digest: str, wave: Wave) -> None:
    """Raises BoxError unless the digest is the one that was fixed, and shown, at the closing."""
    if digest != wave.digest:
        raise BoxError(
            f"The box of wave '{wave.slug}' is not the one that was closed: its digest is "
            f"{digest[:16]}…, it was {str(wave.digest)[:16]}…. Nothing was opened."
        )
