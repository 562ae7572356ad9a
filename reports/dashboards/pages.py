"""Dashboards of a published wave: whoever is signed in sees them all, and nothing changes here."""

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, render_template, request

from reports.charts import bundle
from reports.charts.embed import chart_settings, figure, key_class, png_of, svg_of, tone_class
from reports.charts.model import Chart
from reports.dashboards.comparison import EVERYONE, Asked, Comparison, compare, default_choice
from reports.dashboards.panels import Panel, find_chart, panel_of
from reports.findings import Finding, findings, interval_sentence, value_text
from reports.headcounts import outnumbered, response_rate
from reports.headlines import LEADS, gaps, headlines
from reports.topics import Topic, questions_on, topic_of
from reports.wording import bare, origin_label, say, tr
from survey.release.model import Release
from survey.release.published import list_published, published
from survey.web.errors import Page
from survey.web.headers import allow_charts
from survey.web.languages import current_language
from survey.web.services import services

blueprint = Blueprint("results", __name__, url_prefix="/desk/results")


@dataclass(frozen=True, slots=True)
class Headline:
    """A finding of an overview, with what is shown beside it and the page that says more."""

    finding: Finding
    value: str
    interval: str | None
    page: Topic


def init_app(app: Flask) -> None:
    """plotly.js has an address of its own, outside the desk, where browsers may keep it."""
    app.register_blueprint(bundle.blueprint)
    app.jinja_env.globals.update(bundle_url=bundle.bundle_url, chart_settings=chart_settings)
    app.jinja_env.filters.update(figure=figure, key_class=key_class, tone_class=tone_class)


@blueprint.get("/")
def index() -> Page:
    """The waves that have results."""
    lang = current_language()
    waves = [
        (release, say(release.title, lang), origin_label(release, lang))
        for release in list_published(services().engine)
    ]
    return render_template("dashboards/index.html", waves=waves)


@blueprint.get("/<slug>/")
def overview(slug: str) -> Page:
    """What stands out, by fixed rules, and who answered."""
    release, lang = _release(slug), current_language()
    found = findings(release, lang)
    shown = [_headline(release, finding, lang) for finding in headlines(release, found)]
    apart = [_headline(release, finding, lang) for finding in gaps(found)]
    rate, wrong = response_rate(release, lang), outnumbered(release)
    return _page("overview", slug, release, headlines=shown, gaps=apart, rate=rate, wrong=wrong)


@blueprint.get("/<slug>/pay")
def pay(slug: str) -> Page:
    """Pay, what it covers, and how it compares with public figures."""
    release = _release(slug)
    comparison = compare(release, _asked(), current_language())
    if comparison is None and request.args:
        abort(404)
    return _topic("pay", slug, release, comparison=comparison)


@blueprint.get("/<slug>/caseload")
def caseload(slug: str) -> Page:
    """Caseloads, targets and breaks."""
    return _topic("caseload", slug, _release(slug))


@blueprint.get("/<slug>/turnover")
def turnover(slug: str) -> Page:
    """Who thinks of leaving, why, and what would keep them."""
    return _topic("turnover", slug, _release(slug))


@blueprint.get("/<slug>/questions")
def questions(slug: str) -> Page:
    """Every other question, and who answered."""
    return _topic("questions", slug, _release(slug))


@blueprint.get("/<slug>/chart/<chart_id>.<any(svg,png):form>")
def picture(slug: str, chart_id: str, form: str) -> Response:
    """A chart as a picture: for a page without scripts, and to save."""
    chart = _chart(_release(slug), chart_id)
    if chart is None:
        abort(404)
    if form == "png":
        return Response(png_of(chart), mimetype="image/png")
    return Response(svg_of(chart, request.args), mimetype="image/svg+xml")


def _release(slug: str) -> Release:
    release = published(services().engine, slug)
    if release is None:
        abort(404)
    return release


def _chart(release: Release, chart_id: str) -> Chart | None:
    lang = current_language()
    if chart_id == "pay.wages":
        comparison: Comparison | None = compare(release, _asked(), lang)
        return comparison.chart if comparison else None
    return find_chart(release, chart_id, lang)


def _asked() -> Asked:
    start = default_choice()
    return Asked(
        request.args.get("occupation", start.occupation),
        request.args.get("area", start.area),
        request.args.get("group", EVERYONE),
    )


def _headline(release: Release, finding: Finding, lang: str) -> Headline:
    question = release.question(finding.question)
    page: Topic = topic_of(question, release) if question else "questions"
    value, other = value_text(finding, lang), finding.comparator
    if other and finding.breakdown is None:  # caseload, beside what could be served well
        ends = (bare(v, finding.unit, lang) for v in (finding.value, other.value))
        value = tr(
            lang, "%(have)s vs. %(could)s", **dict(zip(("have", "could"), ends, strict=True))
        )
    return Headline(finding, value, interval_sentence(finding, lang), page)


def _topic(topic: Topic, slug: str, release: Release, **values: object) -> str:
    people = _panels(release, "people") if topic == "questions" else []
    panels = _panels(release, topic)
    return _page(topic, slug, release, panels=panels, people=people, **values)


def _panels(release: Release, topic: Topic) -> list[Panel]:
    lang = current_language()
    questions = sorted(questions_on(release, topic), key=lambda q: q.id not in LEADS)
    return [panel_of(release, question, lang) for question in questions]


def _page(name: str, slug: str, release: Release, **values: object) -> str:
    allow_charts()
    lang = current_language()
    return render_template(
        f"dashboards/{name}.html",
        tab=name,
        slug=slug,
        release=release,
        survey=say(release.title, lang),
        origin=origin_label(release, lang),
        **values,
    )
