"""Which language a page speaks: ?lang= or Accept-Language, never a cookie.

Translations are PO files, compiled in memory at start. A view that serves another set of languages
(a wave's) calls `choose_language` first; otherwise the first use chooses among SUPPORTED.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import polib
from babel.support import LazyProxy
from flask import Flask, g, has_request_context, request

SOURCE = "en"
SUPPORTED = ("en", "es")
NAMES = {"en": "English", "es": "Español"}
"""Each language in its own words, as the switcher shows it."""
LOCALES = {"es": "es_US"}
"""Where numbers and dollars are written otherwise than by the language alone: in the United States
Spanish says $24.50, in Spain 24,50 US$."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "yi"})
FOLDER = Path(__file__).parent / "translations"


def choose_language(offered: tuple[str, ...]) -> str:
    """Settle this request's language among `offered` (at least one, the default first)."""
    asked = request.args.get("lang")
    best = request.accept_languages.best_match(offered)
    g.language = asked if asked in offered else best or offered[0]
    g.languages = offered
    return str(g.language)


def current_language() -> str:
    """This request's language; English outside of one."""
    if not has_request_context():
        return SOURCE
    return str(g.language) if "language" in g else choose_language(SUPPORTED)


def locale_of(language: str) -> str:
    """The locale that Babel formats numbers, dollars and months by."""
    return LOCALES.get(language, language)


def direction(language: str) -> str:
    """rtl or ltr, for the `dir` attribute."""
    return "rtl" if language.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def _(message: str, **values: object) -> str:
    """`message` in this request's language, with %(name)s filled from `values`."""
    text = translations(current_language()).gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The right plural for `n`; %(num)s stands for it."""
    return translations(current_language()).ngettext(one, many, n) % {"num": n, **values}


def lazy(message: str) -> str:
    """`message`, translated when it is shown: for labels that are made at import."""
    # Forms and templates only ever call str() on it, which is what the annotation promises.
    return LazyProxy(_, message, enable_cache=False)  # type: ignore[return-value]


@cache
def translations(language: str) -> NullTranslations:
    """The compiled catalog of `language`; messages as they are where there is none."""
    path = FOLDER / f"{language}.po"
    if not path.is_file():
        return NullTranslations()
    return GNUTranslations(io.BytesIO(polib.pofile(str(path)).to_binary()))


def init_app(app: Flask) -> None:
    """Teach the templates `_`, `ngettext`, `trans` and the language of the page."""
    for language in SUPPORTED:
        translations(language)  # a broken PO file stops the start, not a worker's page
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: translations(current_language()).gettext(message),
        lambda one, many, n: translations(current_language()).ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        current_language=current_language, direction=direction, language_names=NAMES
    )
