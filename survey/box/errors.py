"""What can go wrong with a box while it is used. Every text is one sentence for a person."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from survey.box.layout import BoxError
from survey.store.engine import StoreError

TRY_AGAIN = (
    "The server could not store it just now, as its disk may be full or its database away: "
    "please try again in a minute."
)


class FoldUnavailable(BoxError):  # noqa: N818 - named after what happened
    """Nothing was counted that was not said to be; sending the same ballot again is safe."""


class StateLost(BoxError):  # noqa: N818 - named after what happened
    """The state key that opens the box is gone, or the database is older than the key."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The answers of wave '{slug}' so far are lost: its state key is missing or does not "
            "fit the database (an old copy was restored, or SURVEY_STATE_KEYS was emptied). Put "
            "the right database back; or, while the wave is open, start the box anew with "
            f"`restart-box --wave {slug}`, or close it with a checkpoint if it has one; or, "
            "if another host takes its answers and has the key, work there, and let "
            "SURVEY_FORWARD_TO on this host name it."
        )


class NotDestroyed(FoldUnavailable):
    """The release is stored, and what it was made of is not gone yet. The next start goes on."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The results of wave '{slug}' are published, but what is left of its box could not be "
            "destroyed just now, as the server's disk may be full or its database away: make room, "
            "then restart `serve`, which destroys it."
        )


class NotYetOpen(BoxError):  # noqa: N818 - named after what happened
    """The wave takes no answers yet."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The wave '{slug}' is not yet open, so it has no answers, and takes none: open it for "
            f"answers on its page at the desk, or with `start --wave {slug}`."
        )


class KeyFileError(BoxError):
    """A wave's private key cannot be taken from this file."""


@contextmanager
def storing() -> Iterator[None]:
    """What disk or database refuse becomes FoldUnavailable, a sentence instead of a traceback."""
    try:
        yield
    except (OSError, DBAPIError, PoolTimeout, StoreError) as error:
        raise FoldUnavailable(TRY_AGAIN) from error
