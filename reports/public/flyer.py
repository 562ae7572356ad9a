"""A flyer of one page from the campaign's own words, with one public figure and a QR code."""

from datetime import date

from reports.public.figures import shown
from reports.public.model import Content
from reports.public.yamlfile import ContentError
from reports.wording import ended, say, tr
from survey.typeset import TypesetError, compile_pdf, qr_svg

PAPERS = ("letter", "a4")
REASONS = 3


def flyer_pdf(
    content: Content, lang: str, address: str, today: date, paper: str = "letter", slug: str = ""
) -> bytes:
    """The flyer, as PDF/UA. Its code leads to the campaign page, or to the open survey `slug`.

    `address` is the site's, as https://survey.example.org. `lang` is one of the content's. Long
    words are set smaller; raises ContentError where even that does not get them onto one page.
    """
    site = address.rstrip("/")
    link = f"{site}/s/{slug}?lang={lang}" if slug else f"{site}/?lang={lang}"
    figure = shown(content.union_difference.figures[0], lang, today)
    sides = [(tr(lang, "With a union"), figure.union)]
    if figure.nonunion:
        sides.append((tr(lang, "Without a union"), figure.nonunion))
    call = say(content.survey.title if slug else content.join.title, lang)
    data = {
        "title": say(content.name, lang),
        "lang": lang,
        "paper": paper,
        "headline": say(content.headline, lang),
        "reasons_title": say(content.working_toward.title, lang),
        "reasons": [
            {"title": say(reason.title, lang), "text": say(reason.text, lang)}
            for reason in content.working_toward.items[:REASONS]
        ],
        "figure": {
            "caption": figure.caption,
            "sides": [
                {"name": name, "text": f"{side.text} {figure.unit}", "length": side.length}
                for name, side in (sides if figure.nonunion else [("", figure.union)])
            ],
            "source": f"{ended(figure.period, lang)} {tr(lang, 'Source:')} {figure.source}",
        },
        "call": call,
        "own_phone": say(content.survey.reminders[0], lang),
        "qr": qr_svg(link),
        "qr_alt": link,
        "link": f"{site}/s/{slug}" if slug else site,
        "example": tr(lang, EXAMPLE) if content.made_up else None,
    }
    try:
        return compile_pdf("flyer", data)
    except TypesetError as error:
        if "do not fit" not in str(error):
            raise
        raise ContentError(
            "campaign.yaml",
            None,
            f"the flyer in '{lang}' does not fit on one page, even in small type",
            f"Shorten the headline, the first {REASONS} goals below working_toward, or the caption "
            "of the first figure",
        ) from error


EXAMPLE = "This campaign is made up: its words, its quotes and its address are an example."
