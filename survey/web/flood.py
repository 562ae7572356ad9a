"""A limit against floods of posts that remembers nobody.

A count-min sketch (Cormode and Muthukrishnan 2005): every address adds one to a counter in each of
four rows, picked by a keyed hash. The key is random, lives in this process's memory only, and is
wiped with all counters after five minutes, by a timer, whether anybody comes or not. Addresses are
neither kept nor logged. A break room behind one address stays far below the limit.
"""

import hashlib
import secrets
from array import array
from dataclasses import dataclass, replace
from enum import Enum
from hmac import compare_digest
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock, Timer

from flask import Flask, current_app, request

from survey.web.secret import derive
from survey.web.services import services

WINDOW = 300.0
"""Seconds until everything is forgotten."""
EACH = 300
"""Posts in a window from one address, to all processes of a server together."""
LEAST = 150
"""Posts from one address that any one process takes, however many there are: connections come to
them unevenly, and a break room has to get through. So each process beyond two adds as many."""
SHARED = 30_000
"""Posts in a window of all who come without an address of their own: by Tor, from this machine or
network, or passed on by another host of ours."""
ROWS, WIDTH = 4, 4096
HOME = 56
"""Bits of an IPv6 address that stand for one home or shop."""
NOT_GLOBAL = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
            *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "::/127", "::ffff:0:0/96"),
            *("64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10"),
        ),
    )
)
"""Addresses of nobody in particular (IANA's registries of special-purpose addresses). Asked here,
as the is_global of Python's addresses remembers the last 128 it was asked about, for as long as
the process runs."""
PASSED_ON = "Survey-Forwarded"
"""Header of a request that a host of ours passed on, with `passing_mark` as its value."""


class Flood(Enum):
    """How a post stands to the limit."""

    FINE = "fine"
    OVER = "over the limit"
    FAR_OVER = "more than twice the limit"


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is counted together, and how much of it may come in a window."""

    name: str
    limit: int

    def share(self, processes: int) -> "Bucket":
        """What one of so many processes takes of it: they do not know of each other's counts."""
        return replace(self, limit=max(-(-self.limit // processes), min(self.limit, LEAST)))

    def judge(self, count: int) -> Flood:
        """What `count` posts amount to."""
        if count <= self.limit:
            return Flood.FINE
        return Flood.OVER if count <= 2 * self.limit else Flood.FAR_OVER


class Sketch:
    """Counts by name, a little too high at worst; all of it is forgotten after `window` seconds."""

    def __init__(self, window: float = WINDOW) -> None:
        self._window = window
        self._lock = Lock()
        self._key = bytearray(32)
        self._running = False
        self._counts = array("Q", bytes(8 * ROWS * WIDTH))

    def hit(self, name: str) -> int:
        """Count one more of `name`; how many there were in this window."""
        with self._lock:
            if not self._running:
                self._begin()
            digest = hashlib.blake2b(name.encode(), key=self._key, digest_size=4 * ROWS).digest()
            cells = [
                row * WIDTH + int.from_bytes(digest[4 * row : 4 * row + 4], "big") % WIDTH
                for row in range(ROWS)
            ]
            for cell in cells:
                self._counts[cell] += 1
            return min(self._counts[cell] for cell in cells)

    def forget(self) -> None:
        """Overwrite key and counters where they lie."""
        with self._lock:
            self._key[:] = bytes(32)
            for cell in range(ROWS * WIDTH):
                self._counts[cell] = 0
            self._running = False

    def _begin(self) -> None:
        self._key[:] = secrets.token_bytes(32)
        self._running = True
        timer = Timer(self._window, self.forget)
        timer.daemon = True
        timer.start()


def bucket_of(peer: str, forwarded_for: str, passed_on: bool) -> Bucket:
    """What a post is counted under.

    `peer` is the address of the connection, `forwarded_for` the header that a proxy on this
    machine, and only one there, may set: its last entry is the visitor's address.
    """
    if passed_on:
        return Bucket("passed on", SHARED)
    address = _address(peer)
    if forwarded_for and (address is None or address.is_loopback):
        address = _address(forwarded_for.rpartition(",")[2])
    if address is None or any(address in network for network in NOT_GLOBAL):
        return Bucket("shared", SHARED)
    if address.version == 6:
        return Bucket(str(ip_network((address, HOME), strict=False)), EACH)
    return Bucket(str(address), EACH)


def passing_mark(secret: bytes) -> str:
    """What shows that a request comes from a host of ours: all of them have the same secret."""
    return derive(secret, "requests that were passed on").hex()


def bucket_of_this() -> Bucket:
    """What this request is counted under."""
    header = request.headers.get("X-Forwarded-For", "")
    shown = request.headers.get(PASSED_ON, "").encode()
    ours = compare_digest(shown, passing_mark(services().secret).encode())
    return bucket_of(request.remote_addr or "", header, ours)


def judge_this() -> Flood:
    """Count this request, and say how it stands to the limit."""
    sketch: Sketch = current_app.extensions["survey.flood"]
    bucket = bucket_of_this()
    mine = bucket.share(current_app.extensions["survey.flood.processes"])
    return mine.judge(sketch.hit(bucket.name))


def share_limits(app: Flask, processes: int) -> None:
    """Say that the app is one of so many that serve the same visitors."""
    app.extensions["survey.flood.processes"] = processes


def init_app(app: Flask) -> None:
    """Give the app its sketch; a process that is forked off gets a copy of an empty one."""
    app.extensions["survey.flood"] = Sketch()
    share_limits(app, 1)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
