"""A load client light enough to share two cores with the server: raw sockets, kept alive.

One submission is GET the form, find the form id in it, POST the answers. Responses are asked for
with gzip, as phones do; the client unpacks the page, for it must read the form id.
"""

import socket
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SET_OFF = 0.5
"""Seconds until the clients of a round no longer do all the same at once."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, unpacked body, the body as it came, and bytes over the wire, headers included."""

    status: int
    body: bytes
    raw: bytes
    wire: int


class Client:
    """One kept-alive connection to 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._rest = b""

    def get(self, path: str) -> Reply:
        """GET path."""
        return self._send(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        )

    def post(self, path: str, body: bytes) -> Reply:
        """POST a urlencoded body."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return self._send(head.encode() + body)

    def _send(self, request: bytes) -> Reply:
        for attempt in (1, 2):
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._rest = b""
            try:
                self._socket.sendall(request)
                return self._read()
            except (ConnectionError, EOFError):
                self._socket = None
                if attempt == 2:
                    raise
        raise AssertionError

    def _read(self) -> Reply:
        head = self._until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (h.partition(":") for h in lines[1:])}
        body = raw = self._exactly(int(headers.get("content-length", "0")))
        wire = len(head) + 4 + len(raw)
        if headers.get("content-encoding") == "gzip":
            body = zlib.decompress(body, wbits=31)
        if headers.get("connection", "").lower() == "close" and self._socket:
            self._socket.close()
            self._socket = None
        return Reply(int(lines[0].split()[1]), body, raw, wire)

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._rest:
            self._more()
        head, _, self._rest = self._rest.partition(mark)
        return head

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._more()
        body, self._rest = self._rest[:size], self._rest[size:]
        return body

    def _more(self) -> None:
        if self._socket is None:
            raise EOFError
        chunk = self._socket.recv(262144)
        if not chunk:
            raise EOFError
        self._rest += chunk


@dataclass(frozen=True, slots=True)
class Run:
    """How long each submission took (s) that was finished within `seconds`."""

    times: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Submissions per second, and the times of single submissions in ms."""

    per_second: float
    median: float
    p99: float


def rate_of(runs: Sequence[Run]) -> Rate:
    """All of them together. Raises RuntimeError where nothing was finished."""
    ordered = sorted(time for run in runs for time in run.times)
    if not ordered:
        raise RuntimeError("not one submission was finished: give the run more seconds")
    median, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    seconds = sum(run.seconds for run in runs)
    return Rate(len(ordered) / seconds, 1e3 * median, 1e3 * p99)


def measure(port: int, clients: int, seconds: float, submit: Callable[[Client], None]) -> Run:
    """Run `submit` in `clients` threads for `seconds`, after `SET_OFF`.

    Whatever is finished in that time counts, whenever it began, or a slow server would lose more.
    """
    times: list[float] = []
    begin = time.perf_counter() + SET_OFF
    end = begin + seconds

    def work() -> None:
        client = Client(port)
        while (now := time.perf_counter()) < end:
            submit(client)
            if begin <= (done := time.perf_counter()) < end:
                times.append(done - now)

    _in_threads(clients, lambda _number: work())
    return Run(tuple(times), seconds)


def paced(
    port: int, clients: int, seconds: float, per_second: float, submit: Callable[[Client], None]
) -> Run:
    """Submissions that arrive evenly, `per_second` in all, whether or not the last is answered.

    Times count from when a submission was due, so a server that falls behind shows it. The first
    tenth is a warm-up.
    """
    times: list[float] = []
    gap = clients / per_second
    start = time.perf_counter() + 0.1

    def work(number: int) -> None:
        client = Client(port)
        due = start + gap * number / clients
        while due < start + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            submit(client)
            if due > start + seconds / 10:
                times.append(time.perf_counter() - due)
            due += gap

    _in_threads(clients, work)
    return Run(tuple(times), 0.9 * seconds)


def _in_threads(count: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
