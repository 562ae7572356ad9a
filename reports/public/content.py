"""The campaign page's words, from one file that a campaign edits (format campaign-page/1).

The file's own head says how to edit it. Figures are never typed there: it names rows of the
reference files, and states each period, so that nobody passes a figure of 2023 off as today's.
"""

from pathlib import Path

from reports.public.model import (
    Content,
    Difference,
    Figure,
    Invitation,
    Join,
    Languages,
    Point,
    Points,
    Prose,
    Quote,
    Text,
    WageBlock,
)
from reports.public.yamlfile import ContentError, Part, read_root
from reports.reference.benchmarks import Benchmark, benchmark
from reports.reference.wages import all_wages, areas_of_oregon
from survey.config import Config
from survey.web.languages import NAMES

FORMAT = "campaign-page/1"
DEFAULT = Path(__file__).with_name("campaign.yaml")
SECTIONS = (
    "format campaign languages made_up name headline movement working_toward union_difference "
    "wages quotes survey join rights"
)
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
EMAIL = r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+"
URL = r"https://[^\s<>\"]+"


def content_file(config: Config) -> Path:
    """The campaign's own file in the data folder, or the example that comes with the program."""
    own = config.data / "campaign.yaml"
    return own if own.is_file() else DEFAULT


def load_content(path: Path) -> Content:
    """The content of that file. Raises ContentError."""
    parts = read_root(path).parts(SECTIONS)
    if (found := parts["format"].words()) != FORMAT:
        parts["format"].refuse(f"the format is '{found}'", f"Write {FORMAT}")
    languages = _languages(parts["languages"])
    quotes = parts["quotes"].parts("title items")
    return Content(
        campaign=parts["campaign"].match(SLUG, "an id", "Write small letters, digits, hyphens"),
        languages=languages,
        made_up=parts["made_up"].flag(),
        name=parts["name"].text(languages),
        headline=parts["headline"].text(languages),
        movement=_prose(parts["movement"], languages),
        working_toward=_points(parts["working_toward"], languages),
        union_difference=_difference(parts["union_difference"], languages),
        wages=_wages(parts["wages"], languages),
        quotes_title=quotes["title"].text(languages),
        quotes=tuple(_quote(item, languages) for item in quotes["items"].items()),
        survey=_invitation(parts["survey"], languages),
        join=_join(parts["join"], languages),
        rights=_rights(parts["rights"], languages),
    )


def _languages(part: Part) -> Languages:
    codes = tuple(item.words() for item in part.items())
    if unknown := [code for code in codes if code not in NAMES]:
        part.refuse(f"there is no language '{unknown[0]}'", f"Known are {', '.join(NAMES)}")
    if len(set(codes)) < len(codes):
        part.refuse("a language stands here twice", "Name each once")
    return codes


def _texts(part: Part, languages: Languages) -> tuple[Text, ...]:
    return tuple(item.text(languages) for item in part.items())


def _prose(part: Part, languages: Languages) -> Prose:
    parts = part.parts("title paragraphs")
    return Prose(parts["title"].text(languages), _texts(parts["paragraphs"], languages))


def _points(part: Part, languages: Languages) -> Points:
    parts = part.parts("title items")
    items = (item.parts("title text") for item in parts["items"].items())
    return Points(
        parts["title"].text(languages),
        tuple(Point(i["title"].text(languages), i["text"].text(languages)) for i in items),
    )


def _rights(part: Part, languages: Languages) -> Points:
    parts = part.parts("title review items")
    items = (item.parts("title text source source_url") for item in parts["items"].items())
    points = (
        Point(
            i["title"].text(languages),
            i["text"].text(languages),
            i["source"].words(),
            i["source_url"].match(URL, "an address", "Write one that begins with https://"),
        )
        for i in items
    )
    return Points(parts["title"].text(languages), tuple(points), parts["review"].text(languages))


def _difference(part: Part, languages: Languages) -> Difference:
    parts = part.parts("title intro caution figures")
    return Difference(
        parts["title"].text(languages),
        parts["intro"].text(languages),
        parts["caution"].text(languages),
        tuple(_figure(item, languages) for item in parts["figures"].items()),
    )


def _figure(part: Part, languages: Languages) -> Figure:
    parts = part.parts("caption unit period", "union nonunion single note")
    pair = {name for name in ("union", "nonunion", "single") if name in parts}
    if pair not in ({"union", "nonunion"}, {"single"}):
        part.refuse("a figure names no rows to show", "Write union and nonunion, or single")
    period = parts["period"].text(languages)
    rows = [_benchmark(parts[name], period) for name in sorted(pair, reverse=True)]
    if len({row.unit for row in rows}) > 1:
        part.refuse("the two rows are in different units", "Compare like with like")
    return Figure(
        caption=parts["caption"].text(languages),
        unit=parts["unit"].text(languages),
        period=period,
        union=rows[0],
        nonunion=rows[1] if len(rows) > 1 else None,
        note=parts["note"].text(languages) if "note" in parts else None,
    )


def _benchmark(part: Part, period: Text) -> Benchmark:
    """The row that the part names, if it may stand on a public page under that period."""
    word = part.words()
    try:
        row = benchmark(word)
    except KeyError:
        part.refuse(f"benchmarks.csv has no row '{word}'", "Take an id from its first column")
    if row.confidence == "low":
        part.refuse(f"{word} is of low confidence", "Take a row of high or medium confidence")
    if "en" in period and period["en"] != row.period:
        part.refuse(
            f"the period is '{period['en']}', but {word} is of '{row.period}'",
            "Write the row's own period",
        )
    return row


def _wages(part: Part, languages: Languages) -> WageBlock:
    parts = part.parts("title intro occupations areas")
    occupations = []
    known = {wage.soc for wage in all_wages()}
    for item in parts["occupations"].items():
        inner = item.parts("soc label")
        if (soc := inner["soc"].words()) not in known:
            inner["soc"].refuse(f"wages.csv has no occupation '{soc}'", "Take a soc_code from it")
        occupations.append((soc, inner["label"].text(languages)))
    areas = []
    for item in parts["areas"].items():
        if (area := item.words()) not in areas_of_oregon():
            item.refuse(f"wages.csv has no area '{area}'", "Copy the name from its column area")
        areas.append(area)
    title, intro = parts["title"].text(languages), parts["intro"].text(languages)
    return WageBlock(title, intro, tuple(occupations), tuple(areas))


def _quote(part: Part, languages: Languages) -> Quote:
    parts = part.parts("quote role example")
    return Quote(
        parts["quote"].text(languages), parts["role"].text(languages), parts["example"].flag()
    )


def _invitation(part: Part, languages: Languages) -> Invitation:
    parts = part.parts("title text reminders button")
    return Invitation(
        parts["title"].text(languages),
        parts["text"].text(languages),
        _texts(parts["reminders"], languages),
        parts["button"].text(languages),
    )


def _join(part: Part, languages: Languages) -> Join:
    parts = part.parts("title paragraphs email email_label")
    return Join(
        parts["title"].text(languages),
        _texts(parts["paragraphs"], languages),
        parts["email"].match(EMAIL, "an email address", "Write one like name@example.org"),
        parts["email_label"].text(languages),
    )


__all__ = ["DEFAULT", "Content", "ContentError", "load_content"]
