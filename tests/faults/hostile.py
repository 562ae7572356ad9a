"""Requests that nobody means well with, the same for the same seed: bytes for a bare socket."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

from hostile_words import BROKEN_LINES, HEADERS, METHODS, RAW, STAFF_FIELDS, TEXTS

from survey.intake.sheet import LOOKED


@dataclass(frozen=True)
class Site:
    """What can be known of the server that is attacked."""

    paths: Sequence[str]
    """With {} where a text goes."""
    heavy: Sequence[str]
    """Some of them, that make a document: asked for now and then only."""
    questions: Mapping[str, Sequence[str]]
    """Name of each field of the survey, and values that it may have."""
    form_ids: Sequence[str]
    codes: Sequence[str]
    cookie: str
    """Of somebody who is signed in, with the token of that session's forms."""
    token: str


@dataclass(frozen=True)
class Request:
    """One attack. `form` is the signed id it carries, if it is one that could be counted."""

    kind: str
    content: bytes
    form: str = ""


class Attacker:
    """Makes requests from a seed."""

    def __init__(self, site: Site, seed: int) -> None:
        self._site = site
        self._rng = Random(seed)
        self._kinds: Mapping[Callable[[], Request], int] = {
            self._answer: 34,
            self._staff: 18,
            self._path: 18,
            self._lines: 14,
            self._body: 12,
            self._noise: 4,
        }

    def next(self) -> Request:
        """The next request."""
        (make,) = self._rng.choices(tuple(self._kinds), tuple(self._kinds.values()))
        return make()

    # --- kinds

    def _answer(self) -> Request:
        """A form to the survey, with whatever in its fields."""
        slug = self._rng.choice(("link", "link", "fall", "soon", "spring", "link%00", "none"))
        form_id = self._rng.choice(self._site.form_ids)
        fields = [("form", form_id)] if self._chance(0.8) else [("form", self._text())]
        if slug == "fall":
            fields.append(("code", self._rng.choice((*self._site.codes, self._text()))))
        names = tuple(self._site.questions)
        for _ in range(self._rng.choice((0, 1, 3, 8, 40))):
            name = self._rng.choice(names)
            good = self._site.questions[name]
            value = self._rng.choice(good) if good and self._chance(0.5) else self._text()
            fields.append((self._bent(name), value))
        if self._chance(0.05):
            fields += [(f"f{i}[{i}][]", "x") for i in range(self._rng.choice((900, 1100, 5000)))]
        if self._chance(0.1):
            fields.append(("review", "1"))
        fields.append((LOOKED, "1"))  # a form with no answer counts as well
        body = urlencode(fields, errors="surrogatepass").encode()
        body = self._torn(body) if self._chance(0.1) else body
        lang = self._rng.choice(("", "?lang=es", "?lang=" + quote(self._text()[:60])))
        content = self._plain("POST", f"/s/{slug}{lang}", body)
        return Request("answer", content, form_id if slug == "link" else "")

    def _staff(self) -> Request:
        """A page or form of the desk, by somebody who is signed in, or says so."""
        path = self._filled("/desk")
        head = [b"Cookie: " + self._site.cookie.encode()] if self._chance(0.8) else []
        if self._chance(0.5) or "sign-out" in path or "password" in path:
            return Request("staff", self._plain("GET", path, b"", head))
        fields = [("csrf_token", self._site.token if self._chance(0.8) else self._text())]
        for _ in range(self._rng.randrange(12)):
            fields.append((self._bent(self._rng.choice(STAFF_FIELDS)), self._text()))
        return Request("staff", self._plain("POST", path, self._form(fields, head), head))

    def _path(self) -> Request:
        """Any method on any path with any query."""
        path = self._filled("")
        if self._chance(0.4):
            path += self._rng.choice(("/", "//", "/..", "/%2e%2e/", ";a=b", "%00", "%ff", "?", "#"))
        if self._chance(0.5):
            pairs = [
                (self._rng.choice(("lang", "language", "paper", "large", "area", "next", "batch")),
                 self._text()[:2000]) for _ in range(self._rng.randrange(5))
            ]  # fmt: skip
            path += "?" + urlencode(pairs, errors="surrogatepass")
        target = path.encode()
        if self._chance(0.2):
            at = self._rng.randrange(len(target) + 1)
            target = target[:at] + self._rng.choice(RAW) + target[at:]
        if self._chance(0.1):
            target = self._rng.choice(
                (b"*", b"http://evil.example" + target, b"http://[::1" + target,
                 b"evil.example:443", b"//" + target, b"/" + b"a" * 9000,
                 b"/s/" + b"%41" * 2000, b"?" + target, b"")
            )  # fmt: skip
        method = self._rng.choice(METHODS)
        return Request("path", self._request(method.encode(), target, [], b""))

    def _lines(self) -> Request:
        """A path that there is, with headers that there should not be."""
        lines = [
            f"{name}: ".encode() + self._rng.choice(HEADERS[name])
            for name in self._rng.choices(tuple(HEADERS), k=self._rng.choice((1, 2, 5, 20)))
        ]
        if self._chance(0.3):
            lines.insert(self._rng.randrange(len(lines) + 1), self._rng.choice(BROKEN_LINES))
        if self._chance(0.03):
            lines += [b"X-%d: y" % i for i in range(self._rng.choice((90, 110, 3000)))]
        method = self._rng.choice((b"GET", b"GET", b"POST", b"HEAD"))
        body = b"" if method != b"POST" else b"form=x&pay=20"
        return Request("lines", self._request(method, self._filled("").encode(), lines, body))

    def _body(self) -> Request:
        """A body that is not what its headers say."""
        path = self._rng.choice(("/s/link", "/s/fall?lang=vi", "/s/soon", "/desk/sign-in", "/"))
        kind, body = self._rng.choice(
            ((b"application/x-www-form-urlencoded", self._urlencoded()),
             (b"multipart/form-data; boundary=b", self._multipart()),
             (self._rng.choice(HEADERS["Content-Type"]), self._urlencoded()),
             (b"application/json", b"[" * 50_000))
        )  # fmt: skip
        lines = [b"Content-Type: " + kind]
        how = self._rng.randrange(6)
        if how == 0:  # chunks, most of them wrong
            lines.append(b"Transfer-Encoding: " + self._rng.choice(HEADERS["Transfer-Encoding"]))
            sizes = (
                b"%x" % len(body),
                b"0",
                b"-1",
                b"ffffffffffffffff",
                b"zz",
                b"5;x=" + b"y" * 900,
            )
            body = self._rng.choice(sizes) + b"\r\n" + body + b"\r\n0\r\n" + self._rng.choice(
                (b"\r\n", b"", b"Trailer: x\r\n\r\n", b"X" * 5000)
            )  # fmt: skip
        elif how == 1:
            lines.append(b"Content-Length: " + self._rng.choice(HEADERS["Content-Length"]))
        elif how == 2:  # more, or less, than was said
            wrong = len(body) + self._rng.choice((-7, 9, 300_000, 3_000_000))
            lines.append(b"Content-Length: %d" % max(0, wrong))
        else:
            lines.append(b"Content-Length: %d" % len(body))
        return Request("body", self._head(b"POST", path.encode(), lines) + body)

    def _noise(self) -> Request:
        """No HTTP at all, or half of it."""
        whole = self._lines().content
        pieces = (
            self._rng.randbytes(self._rng.randrange(1, 3000)),
            whole[: self._rng.randrange(1, len(whole))],
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self._rng.randbytes(200),
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + whole,
            whole.replace(
                b"HTTP/1.1", self._rng.choice((b"HTTP/9.9", b"HTTP/0.9", b"http/1.1", b""))
            ),
            whole.replace(b"\r\n", b"\n"),
            b"GET /\r\n\r\n",
            b"\r\n\r\n\r\n",
        )
        return Request("noise", self._rng.choice(pieces))

    # --- parts

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _text(self) -> str:
        if self._chance(0.15):
            return "".join(
                chr(self._rng.randrange(1, 0xD000)) for _ in range(self._rng.randrange(40))
            )
        return self._rng.choice(TEXTS)

    def _bent(self, name: str) -> str:
        """The name, or seldom what some frameworks would make something else of."""
        if self._chance(0.9):
            return name
        ends = ("[]", "[a][b]", ".x", "\x00", "[" * 2000 + "]" * 2000, " ", "é")
        return name + self._rng.choice(ends)

    def _filled(self, below: str) -> str:
        """A path of the server with texts in its places, some of them right."""
        found = self._rng.choice([p for p in self._site.paths if p.startswith(below)])
        if found in self._site.heavy and not self._chance(0.1):
            return self._filled(below)
        while "{}" in found:
            good = self._rng.choice(("fall", "spring", "link", "soon", "1", "es", "role", "json"))
            text = good if self._chance(0.75) else self._text()[:3000]
            found = found.replace("{}", quote(text, safe="", errors="surrogatepass"), 1)
        return found

    def _form(self, fields: list[tuple[str, str]], head: list[bytes]) -> bytes:
        """The fields as a form of either kind; its type is added to the head."""
        if self._chance(0.6):
            head.append(b"Content-Type: application/x-www-form-urlencoded")
            return urlencode(fields, errors="surrogatepass").encode()
        head.append(b"Content-Type: multipart/form-data; boundary=b")
        parts = [
            b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
            % (
                name.encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b""),
                self._rng.choice((b"", b"", b'; filename="x.yaml"', b'; filename="../\xff"')),
                value.encode("utf-8", "replace"),
            )
            for name, value in fields
        ]
        return b"".join(parts) + self._rng.choice((b"--b--\r\n", b"--b--\r\n", b""))

    def _urlencoded(self) -> bytes:
        return self._rng.choice(
            (b"form=\xff\xfe&pay=%ff%fe", b"&" * 2000, b"=" * 2000, b"a=1&" * 5000, b"%" * 3000,
             b"pay=" + b"9" * 200_000, b"pay=" + b"9" * 400_000, b"[" * 9000 + b"=1",
             b"\x00" * 5000,
             b"form=" + self._rng.choice(self._site.form_ids).encode() + b"&pay=%C3%28&role=\x00")
        )  # fmt: skip

    def _multipart(self) -> bytes:
        part = b'--b\r\nContent-Disposition: form-data; name="pay"\r\n\r\n20\r\n'
        return self._rng.choice(
            (part * 1100 + b"--b--\r\n", part * 20_000, b"--b\r\n" * 5000, b"--b--", b"--b\r\n\r\n",
             b'--b\r\nContent-Disposition: form-data; name="f"; filename="\x00"\r\n\r\n'
             + b"x" * 300_000,
             b"--b\r\nContent-Disposition: form-data; " + b'x="' * 3000 + b"\r\n\r\n1\r\n--b--",
             b"--b\r\n" + b"H: v\r\n" * 5000 + b"\r\n1\r\n--b--")
        )  # fmt: skip

    def _torn(self, body: bytes) -> bytes:
        at = self._rng.randrange(len(body) + 1)
        return body[:at] + self._rng.choice(RAW) + body[at:]

    def _plain(self, method: str, path: str, body: bytes, head: Sequence[bytes] = ()) -> bytes:
        lines = list(head)
        if body and not any(line.startswith(b"Content-Type") for line in lines):
            lines.append(b"Content-Type: application/x-www-form-urlencoded")
        return self._request(method.encode(), path.encode(), lines, body)

    def _request(self, method: bytes, target: bytes, lines: list[bytes], body: bytes) -> bytes:
        sized = [*lines, b"Content-Length: %d" % len(body)] if body else lines
        return self._head(method, target, sized) + body

    def _head(self, method: bytes, target: bytes, lines: Sequence[bytes]) -> bytes:
        """As a proxy on this machine passes it on: each comes from another address."""
        numbers = (range(11, 99), range(256), range(256), range(1, 255))
        address = ".".join(str(self._rng.choice(part)) for part in numbers)
        named = any(line.startswith(b"Host:") for line in lines)
        first = [] if named else [b"Host: survey.example.org"]
        last = [b"X-Forwarded-For: " + address.encode(), b"Connection: close"]
        return b"\r\n".join(
            [method + b" " + target + b" HTTP/1.1", *first, *lines, *last, b"", b""]
        )
