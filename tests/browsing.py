"""What tests do with pages: read them as a person would, and send their forms."""

from base64 import b64encode
from hashlib import sha256
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def page(browser: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    """GET `path` and check what holds on every page."""
    return check_page(browser.get(path), status)


def check_page(response: TestResponse, status: int = 200) -> BeautifulSoup:
    """Status, language, title, one heading, ids that fit together, nothing inline unnamed."""
    assert response.status_code == status, (response.status_code, response.location)
    soup = BeautifulSoup(response.text, "html.parser")
    headings = [h.get_text(" ", strip=True) for h in soup.find_all("h1")]
    assert len(headings) == 1, headings
    assert headings[0]
    assert soup.title is not None
    assert soup.title.get_text(strip=True)
    assert soup.html is not None
    assert soup.html["lang"]
    inline = soup.select("[style], script:not([src]), [onclick], [onchange], [onsubmit]")
    assert not [tag for tag in inline if tag.get("type") != "application/json"]
    policy = response.headers["Content-Security-Policy"]
    for style in soup.select("style"):
        mark = b64encode(sha256(style.get_text().encode()).digest()).decode()
        assert f"'sha256-{mark}'" in policy
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids)), ids
    for tag in soup.select("[for], [aria-describedby], [aria-labelledby]"):
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            value = tag.get(attribute)
            assert set(str(value).split() if value else ()) <= set(ids), (tag.name, value)
    return soup


def heading(soup: BeautifulSoup) -> str:
    """The text of the h1."""
    found = soup.select_one("h1")
    assert found is not None
    return found.get_text(" ", strip=True)


def text(soup: BeautifulSoup) -> str:
    """What a person reads, blanks made one."""
    return " ".join(soup.get_text(" ").split())


def token(browser: FlaskClient) -> str:
    """The CSRF token of this browser's session."""
    soup = BeautifulSoup(browser.get("/desk/sign-in").text, "html.parser")
    field = soup.select_one("input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


def post(
    browser: FlaskClient, path: str, data: dict[str, Any] | None = None, status: int = 303
) -> TestResponse:
    """POST a desk form with its token and check the status."""
    response = browser.post(path, data={"csrf_token": token(browser), **(data or {})})
    assert response.status_code == status, response.text
    return response
