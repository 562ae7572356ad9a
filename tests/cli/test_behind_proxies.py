"""What nginx and Tor send on to the real `serve`, and whether what we ship for them is right."""

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from boxkit import World, make_world
from bs4 import BeautifulSoup
from demokit import served_by

from survey.web.limits import DESK_BYTES, WORKER_BYTES

ONION = "a" * 56 + ".onion"
BY_NGINX = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "9.9.9.9", "Connection": "close"}
DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = make_world(tmp_path_factory.mktemp("proxied"))
    made.engine.dispose()
    return made


@pytest.fixture(scope="module")
def port(world: World) -> Iterator[int]:
    with served_by({"SURVEY_DATA": str(world.config.data)}) as (_site, port):
        yield port


def old(port: int, head: str, body: bytes = b"") -> http.client.HTTPResponse:
    """Send it as HTTP/1.0, as nginx does by default; the answer must end by itself."""
    lines = head.split("\n")
    lines[0] += " HTTP/1.0"
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    with socket.create_connection(("127.0.0.1", port), 60) as server:
        server.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        response = http.client.HTTPResponse(server)
        response.begin()
        response.text = response.read().decode()  # type: ignore[attr-defined]
        assert server.recv(1) == b""
    assert "Transfer-Encoding" not in response.headers
    return response


def form_in(response: http.client.HTTPResponse) -> str:
    soup = BeautifulSoup(response.text, "html.parser")  # type: ignore[attr-defined]
    outside = [tag for tag in soup.select("[href], [src]") if "//" in str(tag.attrs.values())]
    assert [tag["id"] for tag in outside if tag.name != "link"] == ["leave"]
    return str(soup.select_one("input[name=form]")["value"])


def test_a_worker_answers_through_nginx(port: int) -> None:
    head = "Host: survey.example.org\n" + "\n".join(f"{k}: {v}" for k, v in BY_NGINX.items())
    page = old(port, "GET /s/north\n" + head)
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"]
    assert "Set-Cookie" not in page.headers
    body = f"form={form_in(page)}&pay=20".encode()
    sent = old(port, "POST /s/north\n" + head, body)
    assert (sent.status, sent.headers["Location"]) == (303, "/thanks?lang=en")


@pytest.mark.parametrize("target", ["/s/north", f"http://{ONION}/s/north"])
def test_a_worker_answers_at_the_onion_address(port: int, target: str) -> None:
    head = f"Host: {ONION}\nX-Forwarded-For: \nAccept-Language: en-US, en; q=0.5"
    page = old(port, f"GET {target}\n{head}")
    assert page.status == 200
    assert "Strict-Transport-Security" not in page.headers  # there is no https to insist on
    body = f"form={form_in(page)}&pay=20".encode()
    sent = old(port, f"POST {target}\n{head}", body)
    assert (sent.status, sent.headers["Location"]) == (303, "/thanks?lang=en")


@pytest.mark.parametrize(("proto", "secure"), [("https", True), ("http", False), ("", False)])
def test_the_desks_cookie_fits_the_way_it_came(port: int, proto: str, secure: bool) -> None:
    host = "survey.example.org" if secure else ONION
    page = old(port, f"GET /desk/sign-in\nHost: {host}\nX-Forwarded-Proto: {proto}")
    cookie = page.headers["Set-Cookie"]
    assert ("Secure" in cookie) is secure
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie
    sent_away = old(port, f"GET /desk/\nHost: {host}\nX-Forwarded-Host: evil.example")
    assert sent_away.headers["Location"].startswith("/desk/sign-in")


def servers() -> list[str]:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    return re.sub(r"#.*", "", text).split("\nserver {")[1:]


def sizes(block: str, name: str) -> list[int]:
    found = re.findall(rf"{name} (\d+)([km]);", block)
    return [int(n) * {"k": 1024, "m": 1024**2}[unit] for n, unit in found]


def test_nginx_writes_nobody_down() -> None:
    assert len(servers()) == 3
    for block in servers():
        assert "access_log off;" in block
        assert "error_log /dev/null;" in block


def test_nginx_puts_no_answer_on_disk_and_lets_through_what_the_program_takes() -> None:
    for block in servers()[1:]:
        limits = sizes(block, "client_max_body_size")
        assert limits == sizes(block, "client_body_buffer_size") == [WORKER_BYTES, DESK_BYTES]
        assert "proxy_max_temp_file_size 0;" in block


def test_nginx_leaves_workers_pages_as_long_as_they_are() -> None:
    for block in servers()[1:]:
        assert "gzip off;" in block.partition("location /s/ {")[2].partition("}")[0]
    assert not re.search(r"\b(gzip|brotli) on", (DEPLOY / "nginx.conf").read_text("utf-8"))


def test_nginx_says_who_comes_and_believes_no_visitor() -> None:
    public, onion = servers()[1:]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in public
    assert 'proxy_set_header X-Forwarded-For "";' in onion
    assert 'proxy_set_header Survey-Forwarded "";' in onion
    assert "listen 127.0.0.1:8081" in onion
    assert "HiddenServicePort 80 127.0.0.1:8081" in (DEPLOY / "torrc").read_text("utf-8")
    assert not re.search(r"add_header|proxy_cache ", public + onion)
