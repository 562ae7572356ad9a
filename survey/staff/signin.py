"""Signing in: password checked slowly, and slower still for an account that is being guessed at."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil

from sqlalchemy import Engine

from survey.staff.accounts import Account, check_password

FREE_TRIES = 5
"""Wrong passwords for an account from one place, before each next one has to wait."""
LONGEST_WAIT = 300
"""Seconds. An organizer does not wait for what somebody does elsewhere."""
FREE_OF_ALL = 100
"""Wrong passwords for an account from all places together."""
LONGEST_OF_ALL = 30
"""Seconds that everybody waits at most then, an organizer too. Only who guesses from many places
brings that about."""
FORGIVEN = 1 / 36
"""Tries for an account that are taken off in a second: far more than one place gets in the end."""
FORGOTTEN = 900
"""Seconds after the last try that did not come too early. Longer than any wait."""
REMEMBERED = 20_000
"""Counts kept in mind; the oldest goes first. Each try that is looked at makes two at most, so that
pushing one out costs as many thousand of them."""


class TooManyTriesError(Exception):
    """This account must wait; `seconds` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries. Wait {seconds} seconds and try again.")
        self.seconds = seconds


@dataclass(slots=True)
class _Count:
    failed: float = 0
    last: float = 0
    until: float = 0


class Tries:
    """Failed tries by account and place, and by account, in this process's memory only.

    A place is whatever survey.web.flood counts together: an address, or all of Tor. Both lie here
    under a hash with a random key, and nothing of it is ever stored.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._key = secrets.token_bytes(32)
        self._counts: OrderedDict[bytes, _Count] = OrderedDict()

    def begin(self, email: str, place: str) -> None:
        """Count a try as failed before it is looked at: many at once get no further.

        From the sixth on, the wait for the next one doubles. Raises TooManyTriesError, and counts
        nothing, where this one comes too early.
        """
        here, everywhere = self._names(email, place)
        with self._lock:
            now = self._clock()
            self._forget(now)
            found = [self._counts[name] for name in (here, everywhere) if name in self._counts]
            wait = max((count.until - now for count in found), default=0)
            if wait > 0:
                raise TooManyTriesError(ceil(wait))
            self._add(here, now, FREE_TRIES, LONGEST_WAIT)
            self._add(everywhere, now, FREE_OF_ALL, LONGEST_OF_ALL, FORGIVEN)

    def take_back(self, email: str, place: str) -> None:
        """The try was not looked at after all."""
        with self._lock:
            for name in self._names(email, place):
                self._take_back(name)

    def succeeded(self, email: str, place: str) -> None:
        """Forget the place's tries; those from elsewhere still count."""
        here, everywhere = self._names(email, place)
        with self._lock:
            self._counts.pop(here, None)
            self._take_back(everywhere)

    def _add(self, name: bytes, now: float, free: int, longest: int, off: float = 0) -> None:
        count = self._counts.pop(name, None) or _Count()
        count.failed = max(0, count.failed - off * (now - count.last)) + 1
        over = min(count.failed - free, 10)
        pause = min(longest, 2**over) if over > 0 else 0
        count.last, count.until = now, now + pause
        self._counts[name] = count

    def _take_back(self, name: bytes) -> None:
        if count := self._counts.get(name):
            count.failed, count.until = count.failed - 1, count.last
            if count.failed <= 0:
                del self._counts[name]

    def _forget(self, now: float) -> None:
        """The oldest stands first."""
        while self._counts:
            oldest = next(iter(self._counts.values()))
            if len(self._counts) < REMEMBERED and now - oldest.last < FORGOTTEN:
                return
            self._counts.popitem(last=False)

    def _names(self, email: str, place: str) -> tuple[bytes, bytes]:
        account = email.strip().lower()
        return self._name(account, place), self._name(account)

    def _name(self, *parts: str) -> bytes:
        return blake2b(repr(parts).encode(), key=self._key, digest_size=16).digest()


def sign_in(engine: Engine, tries: Tries, email: str, password: str, place: str) -> Account | None:
    """The account, or None where address or password is wrong.

    `place` is where the visitor comes from. Raises TooManyTriesError, BusyError.
    """
    tries.begin(email, place)
    try:
        account = check_password(engine, email, password)
    except Exception:  # too much to do, or the database is away
        tries.take_back(email, place)
        raise
    if account is not None:
        tries.succeeded(email, place)
    return account
