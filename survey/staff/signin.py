"""Signing in: password checked slowly, and slower still for an account that is being guessed at."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from sqlalchemy import Engine

from survey.staff.accounts import Account, check_password

FREE_TRIES = 5
LONGEST_WAIT = 300
"""Seconds. Short enough that nobody can lock an organizer out for long."""
REMEMBERED = 1000
"""Addresses kept in mind; the oldest goes first."""


class TooManyTriesError(Exception):
    """This address must wait; `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries. Wait {seconds} seconds and try again.")
        self.seconds = seconds


class Tries:
    """Failed tries by address, in this process's memory only: nothing of it is ever stored."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def wait(self, email: str) -> int:
        """Seconds until the next try is looked at; 0 for now."""
        with self._lock:
            _count, until = self._failed.get(_key(email), (0, 0.0))
        return max(0, round(until - self._clock() + 0.5))

    def failed(self, email: str) -> None:
        """One more failed try: from the sixth on, the wait doubles."""
        with self._lock:
            count = self._failed.pop(_key(email), (0, 0.0))[0] + 1
            over = count - FREE_TRIES
            pause = min(LONGEST_WAIT, 2**over) if over > 0 else 0
            self._failed[_key(email)] = (count, self._clock() + pause)
            if len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)

    def succeeded(self, email: str) -> None:
        """Forget the address."""
        with self._lock:
            self._failed.pop(_key(email), None)


def sign_in(engine: Engine, tries: Tries, email: str, password: str) -> Account | None:
    """The account, or None where address or password is wrong. Raises TooManyTriesError."""
    if seconds := tries.wait(email):
        raise TooManyTriesError(seconds)
    account = check_password(engine, email, password)
    if account is None:
        tries.failed(email)
        return None
    tries.succeeded(email)
    return account


def _key(email: str) -> bytes:
    return hashlib.sha256(email.strip().lower().encode()).digest()
