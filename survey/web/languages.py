"""Which language a page speaks: ?lang= or Accept-Language, never a cookie.

Translations are PO files, compiled in memory at start. A view that serves another set of languages
(a wave's) calls `choose_language` first; otherwise the first use chooses among SUPPORTED.
"""

import io
from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import polib
from babel import Locale, UnknownLocaleError
from babel.support import LazyProxy
from flask import Flask, g, has_request_context, request

SOURCE = "en"
NAMES = {
    "en": "English",
    "es": "Español",
    "vi": "Tiếng Việt",
    "zh-Hans": "简体中文",
    "ru": "Русский",
}
"""Each language in its own words, as the switcher shows it."""
SUPPORTED = tuple(NAMES)
"""What pages can be shown in, the source first; each of the others has a PO file."""
LOCALES = {"es": "es_US"}
"""Where numbers and dollars are written otherwise than by the language alone: in the United States
Spanish says $24.50, in Spain 24,50 US$."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "yi"})
FOLDER = Path(__file__).parent / "translations"

_SIMPLIFIED = frozenset({"hans", "cn", "sg", "my"})
_TRADITIONAL = frozenset({"hant", "tw", "hk", "mo"})


def choose_language(offered: tuple[str, ...]) -> str:
    """Settle this request's language among `offered` (at least one, the default first)."""
    heard = tuple(tag for tag, _quality in request.accept_languages)
    asked = match((request.args.get("lang", ""),), offered)
    g.language = asked or match(heard, offered) or offered[0]
    g.languages = offered
    return str(g.language)


def match(tags: tuple[str, ...], offered: tuple[str, ...]) -> str | None:
    """The first of `tags` (es-MX, zh-CN) that is offered, as it is called there.

    Who reads Traditional Chinese is not given Simplified: a plain "zh" beside "zh-TW" counts as
    Traditional as well.
    """
    by_tag = _by_tag(offered)
    plain = "zh-hant" if any(_kind(tag) == "zh-hant" for tag in tags) else "zh-hans"
    for tag in tags:
        kind = plain if _kind(tag) == "zh" else _kind(tag)
        if found := by_tag.get(tag.lower()) or by_tag.get(kind):
            return found
    return None


@cache
def _by_tag(offered: tuple[str, ...]) -> dict[str, str]:
    by_tag = {_kind(code): code for code in reversed(offered)}
    return by_tag | {code.lower(): code for code in offered}


def _kind(tag: str) -> str:
    """es-MX -> es; zh-CN -> zh-hans; zh-TW -> zh-hant; zh -> zh"""
    first, *rest = tag.lower().split("-")
    if first != "zh" or not rest:
        return first
    if _SIMPLIFIED & set(rest):
        return "zh-hans"
    return "zh-hant" if _TRADITIONAL & set(rest) else "zh"


def current_language() -> str:
    """This request's language; English outside of one."""
    if not has_request_context():
        return SOURCE
    return str(g.language) if "language" in g else choose_language(SUPPORTED)


@cache
def locale_of(language: str) -> Locale:
    """The locale that Babel formats numbers, dollars and months by; English for unknown ones."""
    try:
        return Locale.parse(LOCALES.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale(SOURCE)


def direction(language: str) -> str:
    """rtl or ltr, for the `dir` attribute."""
    return "rtl" if language.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def _(message: str, **values: object) -> str:
    """`message` in this request's language, with %(name)s filled from `values`."""
    text = translations(current_language()).gettext(message)
    return text % values if values else text


def translator(language: str) -> Callable[[str], str]:
    """gettext of another language than this request's: `_ = translator("es")`."""
    return translations(language).gettext


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The right plural for `n`; %(num)s stands for it."""
    return translations(current_language()).ngettext(one, many, n) % {"num": n, **values}


def lazy(message: str) -> str:
    """`message`, translated when it is shown: for labels that are made at import."""
    # Forms and templates only ever call str() on it, which is what the annotation promises.
    return LazyProxy(_, message, enable_cache=False)  # type: ignore[return-value]


def catalog_path(language: str) -> Path:
    """The PO file of a language, whether it exists or not."""
    return FOLDER / f"{language.replace('-', '_')}.po"


@cache
def translations(language: str) -> NullTranslations:
    """The compiled catalog of `language`; messages as they are where there is none."""
    path = catalog_path(language)
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
