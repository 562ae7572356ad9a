"""The campaign page and the public summary of a wave. No cookie, no script, no sign-in.

A campaign puts its own words into `campaign.yaml` in the data folder; without that file the
example that comes with the program is shown.
"""

from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for

from reports.charts.embed import key_class, svg_of, tone_class
from reports.charts.model import DotChart
from reports.findings import findings
from reports.headlines import headlines
from reports.public.content import content_file, load_content
from reports.public.figures import shown, wages_in
from reports.public.model import Content
from reports.public.share import share_png, share_version
from reports.public.summary import summary_of, whole_unit
from reports.public.waves import open_waves, shared_waves
from reports.public.yamlfile import ContentError
from reports.wording import ended, origin_label, say
from survey.release.published import is_shared, offered_languages, published
from survey.web.assets import FOREVER
from survey.web.errors import Page
from survey.web.languages import SUPPORTED, choose_language, current_language
from survey.web.services import services

blueprint = Blueprint("public", __name__)

AN_HOUR = "public, max-age=3600"


class Words:
    """The campaign's words, read again when their file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = path.stat().st_mtime_ns
        self.content = load_content(path)

    def refresh(self, app: Flask) -> Content:
        """What the file says now; where it became unreadable, what it said before."""
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._stamp = stamp
                self.content = load_content(self._path)
        except (OSError, ContentError) as error:
            app.logger.error("The campaign page stays as it was. %s", error)
        return self.content


def init_app(app: Flask) -> None:
    """Read the campaign's words. Raises ContentError, so that a broken file stops the start."""
    app.extensions["campaign"] = Words(content_file(app.extensions["survey"].config))
    app.jinja_env.globals["campaign_is_example"] = lambda: campaign_words().made_up
    app.jinja_env.filters.update(say=say, ended=ended, key_class=key_class, tone_class=tone_class)


@blueprint.get("/")
def home() -> Page:
    """The campaign page."""
    content = campaign_words()
    lang = choose_language(content.languages)
    today = datetime.now(UTC).date()
    area, engine = _area(content), services().engine
    return render_template(
        "public/home.html",
        page=content,
        lang=lang,
        area=area,
        chart=wages_in(content.wages, area, lang),
        figures=[shown(figure, lang, today) for figure in content.union_difference.figures],
        waves=open_waves(engine),
        shared=shared_waves(engine),
        share=url_for(
            "public.share_picture", lang=lang, v=share_version(content, lang), _external=True
        ),
    )


@blueprint.get("/share.png")
def share_picture() -> Response:
    """The picture that a chat program shows beside the link: 1200 x 630 pixels."""
    content = campaign_words()
    lang = choose_language(content.languages)
    response = Response(share_png(content, lang), mimetype="image/png")
    current = request.args.get("v") == share_version(content, lang)
    response.headers["Cache-Control"] = FOREVER if current else AN_HOUR
    return response


@blueprint.get("/charts/wages.svg")
def wages() -> Response:
    """The wage comparison as a picture."""
    content = campaign_words()
    lang = choose_language(content.languages)
    chart: DotChart | None = wages_in(content.wages, _area(content), lang)
    if chart is None:
        abort(404)
    response = Response(svg_of(chart, request.args), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = AN_HOUR
    return response


@blueprint.get("/results/<slug>")
def results(slug: str) -> Page:
    """The whole unit's results, where the organizers share them."""
    engine = services().engine
    whole = published(engine, slug) if is_shared(engine, slug) else None
    if whole is None:
        abort(404)
    release = whole_unit(whole)
    known = [code for code in offered_languages(engine, slug, release) if code in SUPPORTED]
    offered = tuple(known) or SUPPORTED[:1]
    lang = choose_language(offered)
    return render_template(
        "public/results.html",
        page=campaign_words(),
        lang=lang,
        languages=offered,
        release=release,
        survey=say(release.title, lang),
        origin=origin_label(release, lang),
        headlines=headlines(release, findings(release, lang)),
        questions=summary_of(release, lang),
    )


def contact(practice: bool) -> tuple[str, str] | None:
    """Whom to write to, as the campaign's file says: an address and its name, for this request.

    None while the campaign is made up, unless what was answered is `practice` as well.
    """
    content = campaign_words()
    if content.made_up and not practice:
        return None
    lang = current_language()
    known = lang if lang in content.languages else content.languages[0]
    return f"mailto:{content.join.email}", say(content.join.email_label, known)


def campaign_words() -> Content:
    """What the campaign's file says now."""
    words: Words = current_app.extensions["campaign"]
    return words.refresh(current_app)


def _area(content: Content) -> str:
    """?area= if the page offers it, else its first."""
    asked = request.args.get("area")
    return asked if asked in content.wages.areas else content.wages.areas[0]
