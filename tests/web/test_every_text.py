"""Each page in a language that nobody speaks: what is still Latin on it escaped translation."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pseudo
import pytest
from browsing import check_page
from pseudosite import Site, pseudo_site

from survey.web import languages


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pseudo_site(tmp_path_factory.mktemp("pseudo")) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/?area=Bend, OR", 200),
        ("/s/1", 200),
        ("/s/1/privacy", 200),
        ("/s/2", 200),
        ("/s/2/privacy", 200),
        ("/s/3", 410),
        ("/s/4", 410),
        ("/thanks", 200),
        ("/thanks/practice", 200),
        ("/results/4", 200),
        ("/results/3", 404),
        ("/s/nowhere", 404),
    ],
)
def test_every_page(site: Site, path: str, status: int) -> None:
    html = site.get(path)
    check_page(html, status)
    assert pseudo.untranslated(html.text) == []


@pytest.mark.parametrize(
    ("slug", "data", "status"),
    [
        ("1", {"code": "", "pay": "plenty", "caseload": "-5"}, 422),
        ("1", {"code": "x", "role": "pilot", "pay": "9" * 12}, 422),
        ("1", {"code": "0000000000000", "pay": "52000", "pay--unit": "USD/hour"}, 422),
        ("1", {"code": "CODE", "form": "forged"}, 422),
        ("2", {"caseload": "5", "caseload--na": "1", "form": "forged"}, 422),
        ("3", {}, 410),
        ("5", {"pay": "20"}, 503),
        ("1", {"code": "CODE"}, 422),
    ],
)
def test_every_answer_to_what_was_sent(
    site: Site, slug: str, data: dict[str, str], status: int
) -> None:
    given = {name: site.code if value == "CODE" else value for name, value in data.items()}
    answered = site.send(slug, **given)
    check_page(answered, status)
    assert pseudo.untranslated(answered.text) == []


def test_it_can_find_what_was_not_translated() -> None:
    frame = f'<html lang="{pseudo.LANG}" dir="rtl"><p>%s</p></html>'
    inner = pseudo.pseudo("of %(all)s") % {"all": pseudo.pseudo("all")}
    assert pseudo.untranslated(frame % f"{inner}: 5, <b lang='en'>Source</b>") == []
    assert pseudo.untranslated(frame % f"{inner} left") == [f"{inner} left"]
    assert pseudo.untranslated(frame % '<a aria-label="left">⟦א⟧</a>') == ["left"]


def test_what_the_program_speaks_is_put_back() -> None:
    before = languages.SUPPORTED, dict(languages.NAMES), languages.FOLDER
    with TemporaryDirectory() as folder, pseudo.spoken(Path(folder)):
        assert before != (languages.SUPPORTED, languages.NAMES, languages.FOLDER)
    assert before == (languages.SUPPORTED, languages.NAMES, languages.FOLDER)
