"""The sketch counts without knowing whom, and forgets."""

import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from random import Random

import pytest
from flask import Flask

from survey.cli.server import Server
from survey.config import Config
from survey.web import flood
from survey.web.flood import (
    EACH,
    LEAST,
    PASSED_ON,
    SHARED,
    Bucket,
    Flood,
    Sketch,
    bucket_of,
    bucket_of_this,
    judge_this,
    passing_mark,
    share_limits,
)

EVERYBODY = Bucket("shared", SHARED)


@pytest.mark.parametrize(
    ("peer", "header", "name"),
    [
        ("8.8.8.8", "", "8.8.8.8"),
        ("8.8.8.8", "9.9.9.9", "8.8.8.8"),  # only a proxy on this machine is believed
        ("127.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("127.0.0.1", "1.2.3.4, 9.9.9.9", "9.9.9.9"),  # the first was written by the visitor
        ("::1", "2600:1700:1:2ff::5", "2600:1700:1:200::/56"),
        ("", "9.9.9.9", "9.9.9.9"),  # a Unix socket
        ("::ffff:8.8.8.8", "", "8.8.8.8"),
    ],
)
def test_an_address_is_counted_by_itself(peer: str, header: str, name: str) -> None:
    assert bucket_of(peer, header, passed_on=False) == Bucket(name, EACH)


@pytest.mark.parametrize(
    ("peer", "header"),
    [("127.0.0.1", ""), ("127.0.0.1", "nonsense"), ("", ""), ("10.0.0.7", ""), ("::1", "10.1.2.3")],
)
def test_tor_and_proxies_elsewhere_share_a_wide_limit(peer: str, header: str) -> None:
    assert bucket_of(peer, header, passed_on=False) == EVERYBODY


def test_what_another_host_passes_on_is_counted_apart() -> None:
    assert bucket_of("8.8.8.8", "", passed_on=True) == Bucket("passed on", SHARED)


def test_a_break_room_is_never_stopped() -> None:
    sketch, room = Sketch(), bucket_of("8.8.8.8", "", passed_on=False)
    for number in range(2000):  # the rest of the town
        sketch.hit(f"town {number}")
    counts = [sketch.hit(room.name) for _ in range(EACH)]
    # One time in fifty the town stands in all of its cells, with one or two posts.
    assert {room.judge(count) for count in counts[:-5]} == {Flood.FINE}
    assert room.judge(sketch.hit(room.name)) is Flood.OVER
    assert room.judge(2 * EACH + 1) is Flood.FAR_OVER
    assert sketch.hit("a neighbor") < 20


def test_after_a_while_nothing_is_left() -> None:
    sketch = Sketch(window=1.0)
    sketch.hit("8.8.8.8")
    before = bytes(sketch._key), sketch._counts.tobytes()
    assert any(before[0])
    assert any(before[1])
    time.sleep(2.0)  # nobody comes: it forgets all the same
    assert not any(sketch._key)
    assert not any(sketch._counts)
    assert sketch.hit("8.8.8.8") == 1
    assert bytes(sketch._key) != before[0]
    assert sketch._counts.tobytes() != before[1]


def test_the_address_itself_is_nowhere_in_the_sketch() -> None:
    sketch = Sketch()
    sketch.hit("8.8.8.8")
    held = vars(sketch).values()
    assert not any("8.8.8.8" in str(value) or b"8.8.8.8" in repr(value).encode() for value in held)
    sketch.forget()


def test_two_processes_count_by_different_keys() -> None:
    one, two = Sketch(), Sketch()
    one.hit("8.8.8.8")
    two.hit("8.8.8.8")
    assert one._counts.tobytes() != two._counts.tobytes()


def test_a_request_is_judged_by_where_it_comes_from(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "EACH", 2)
    seen = []
    for header in ("9.9.9.9",) * 5 + ("9.9.9.8",):
        with app.test_request_context("/s/fall", headers={"X-Forwarded-For": header}):
            seen.append(judge_this())
    assert seen == [Flood.FINE] * 2 + [Flood.OVER] * 2 + [Flood.FAR_OVER, Flood.FINE]


def test_only_a_host_of_ours_is_believed_that_it_passes_on(app: Flask) -> None:
    mark = passing_mark(app.extensions["survey"].secret)
    forged = (
        "1",
        "",
        mark[:-1],
        mark + "0",
        mark.upper(),
        f"{mark}, 1",
        "é",
        passing_mark(bytes(32)),
    )
    for value in forged:
        told = {"X-Forwarded-For": "9.9.9.9", PASSED_ON: value}
        with app.test_request_context("/s/fall", headers=told):
            assert bucket_of_this() == Bucket("9.9.9.9", EACH), value
    with app.test_request_context("/s/fall", headers={PASSED_ON: mark}):
        assert bucket_of_this() == Bucket("passed on", SHARED)


@pytest.mark.parametrize(
    ("processes", "each", "shared"),
    [(1, EACH, SHARED), (2, LEAST, SHARED // 2), (7, LEAST, 4286), (64, LEAST, 469)],
)
def test_processes_share_what_may_come_and_let_a_break_room_through(
    processes: int, each: int, shared: int
) -> None:
    assert Bucket("8.8.8.8", EACH).share(processes).limit == each
    assert EVERYBODY.share(processes).limit == shared
    assert shared * processes < SHARED + processes


def test_one_of_two_processes_stops_a_flood_at_half(app: Flask) -> None:
    share_limits(app, 2)
    with app.test_request_context("/s/fall", headers={"X-Forwarded-For": "9.9.9.9"}):
        seen = [judge_this() for _ in range(EACH + 1)]
    assert [seen.count(kind) for kind in Flood] == [EACH // 2, EACH // 2, 1]


def test_serve_tells_each_process_how_many_there_are(config: Config) -> None:
    app = Server(config, "127.0.0.1", 1, workers=4).load()
    app.extensions["survey"].engine.dispose()
    assert app.extensions["survey.flood.processes"] == 4


def test_python_does_not_remember_an_address_for_us() -> None:
    def remembered() -> int:
        kinds = (IPv4Address, IPv6Address)
        asked = [getattr(vars(k)[name], "fget", None) for k in kinds for name in vars(k)]
        return sum(a.cache_info().currsize for a in asked if hasattr(a, "cache_info"))

    before = remembered()
    for address in ("8.7.6.5", "10.9.8.7", "2600:1700:9::5", "fe80::9", "::ffff:8.7.6.5"):
        bucket_of(address, "", passed_on=False)
        bucket_of("127.0.0.1", address, passed_on=False)
    assert remembered() == before
    assert ip_address("8.7.6.5").is_global
    assert remembered() > before  # it would have


def test_what_is_nobodys_address_is_as_python_has_it() -> None:
    rng = Random(5)
    for bits, kind in ((32, IPv4Address), (128, IPv6Address)):
        for _ in range(3000):
            address = kind(rng.getrandbits(bits))
            ours = bucket_of(str(address), "", passed_on=False).name != "shared"
            assert ours == address.is_global or address.is_multicast, address
