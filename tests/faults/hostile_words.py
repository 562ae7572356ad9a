"""What hostile requests are put together from."""

from collections.abc import Mapping, Sequence

METHODS = (
    *("GET", "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"),
    *("PROPFIND", "get", "PoSt", "FOO", "G" * 300, "GE T", "GET\x00", "ПОСТ", ""),
)
TEXTS = (
    *("", "0", "-1", "1e309", "NaN", "inf", "9" * 400, "1,4", "24.50", "½", "٣", "1_000", "0x10"),
    *("\x00", "a\x00b", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")),
    *("\u202e\u200f", "é" * 300, "ﬀ" * 50, "İ", "\ufeff", "\r\n", "\r\nSet-Cookie: a=b", "\x1b[2J"),
    *(
        "' OR 1=1 --",
        '"><script>alert(1)</script>',
        "{{ 7*7 }}",
        "{% debug %}",
        "%(num)s",
        "${7*7}",
    ),
    *("../../../../etc/passwd", "..\\..\\x", "file:///etc/passwd", "//evil.example/", "\\evil"),
    *("javascript:alert(1)", "https://evil.example", "a" * 70_000, "[" * 4000, "(" * 3000),
    *("fall", "spring", "link", "soon", "en", "zh-Hans", "letter", "a4", "yes", "Bearer x", "#"),
)
RAW = (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"%", b"%zz", b"%u0041")
HEADERS: Mapping[str, Sequence[bytes]] = {
    "Host": (
        *(b"", b" ", b"a b", b"[::1", b"[::1]:99999999", b"x:y", b"example.org:80:80", b"\xff\xfe"),
        *(b"a" * 64 + b".onion", b"evil.example/../x", b"@", b"127.0.0.1:0", b"h" * 9000, b"a_b"),
    ),
    "Accept-Language": (
        *(b"es-MX,es;q=0.9", b"*", b"q=1", b";;;,,,", b"zh-\xff", b"en;q=nan", b"en;q=1e999"),
        *(b"x-" * 3000, b"vi;q=-1", b"ru;q=0.5.5", b",".join([b"es"] * 2000), b"../../es"),
    ),
    "Accept-Encoding": (b"gzip", b"gzip;q=abc", b"*;q=0", b"br, gzip;q=0", b"gzip\xff", b"," * 900),
    "Accept": (b"*/*;q=inf", b"text/", b"/", b"\xff/\xff", b"a/b;" * 900),
    "Cookie": (
        *(
            b"session=x",
            b"session=.eJw",
            b"session=" + b"a.b.c" * 300,
            b'a="',
            b"=;=;=",
            b"\xff=\xfe",
        ),
        *(b"; ".join(b"c%d=1" % i for i in range(300)), b"session=a; session=b", b"__Host-x=\x01"),
    ),
    "Content-Type": (
        *(b"application/x-www-form-urlencoded", b"application/json", b"text/plain", b"x", b"/"),
        *(
            b"application/x-www-form-urlencoded; charset=utf-7",
            b"multipart/form-data",
            b"\xff/\xff",
        ),
        *(
            b"application/x-www-form-urlencoded; charset=" + b"a" * 3000,
            b"multipart/form-data; boundary=",
        ),
        *(b'multipart/form-data; boundary="\xff"', b"multipart/form-data; boundary=" + b"b" * 3000),
    ),
    "Content-Length": (
        b"-1",
        b"+5",
        b"1e3",
        b"0x10",
        b"5, 5",
        b"5 5",
        b"99999999999999999999",
        b"abc",
    ),
    "Transfer-Encoding": (
        *(
            b"chunked",
            b"gzip",
            b"chunked, chunked",
            b"xchunked",
            b"identity",
            b"chunked\x0b",
            b"\x00",
        ),
    ),
    "Expect": (b"100-continue", b"200-ok", b"\xff"),
    "Range": (b"bytes=0-", b"bytes=-1", b"bytes=5-1", b"bytes=" + b"0-0," * 500, b"lines=1"),
    "If-None-Match": (b"*", b'"', b'W/"x', b'"' + b"e" * 3000),
    "If-Modified-Since": (b"yesterday", b"Thu, 99 Foo 99999 99:99:99 GMT", b"\xff", b"0"),
    "X-Forwarded-Proto": (b"https", b"gopher", b"https, http", b"\xff"),
    "X-Forwarded-Host": (b"evil.example", b"a b", b"\xff"),
    "X-Forwarded-Prefix": (b"/x", b"//evil.example"),
    "Forwarded": (b"for=1.2.3.4;host=evil.example", b";;;"),
    "Survey-Forwarded": (b"1", b"", b"\xff"),
    "Origin": (b"null", b"https://evil.example"),
    "Referer": (b"https://evil.example/", b"\xff"),
    "User-Agent": (b"", b"\xff\xfe", b"() { :; }; /bin/true", b"U" * 7000),
    "X-HTTP-Method-Override": (b"DELETE",),
    "Upgrade": (b"websocket", b"h2c"),
    "Connection": (b"upgrade", b"keep-alive, close", b"\xff"),
    "Authorization": (b"Basic \xff", b"Basic " + b"A" * 3000),
}
BROKEN_LINES = (
    *(b"no colon here", b": nameless", b"Bad Name: x", b"X-\xff: y", b" folded: yes", b"X:\x00"),
    *(b"X-A: b\rX-C: d", b"X-A: b\nX-C: d", b"X-Y: " + b"z" * 70_000, b"\x80\x81: x", b"Host"),
)
STAFF_FIELDS = (
    *("do", "slug", "text", "campaign", "questionnaire", "number", "group", "form", "unit"),
    *("batch", "sure", "source", "release", "access", "custody", "count", "threshold", "code"),
    *("title", "body", "people_low", "hours", "kind", "amount", "email", "q-pay", "file"),
    *("sheet-1", "read", "public_key", "estimate", "shared", "evidence"),
)
"""Names of inputs below /desk."""
