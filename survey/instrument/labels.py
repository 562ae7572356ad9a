"""Labels that a definition leaves out: of bands and of groups of options."""

from survey.instrument.model import Option, Text

_WORDS: dict[str, tuple[str, str, str, str]] = {
    "en": ("under {high}", "{low} to {high}", "{low} to under {high}", "{low} and more"),
    "es": ("menos de {high}", "{low} a {high}", "{low} a menos de {high}", "{low} o más"),
    "vi": ("dưới {high}", "{low} đến {high}", "{low} đến dưới {high}", "từ {low} trở lên"),
    "zh-Hans": ("不到 {high}", "{low} 至 {high}", "{low} 至不到 {high}", "{low} 及以上"),
    "ru": ("меньше {high}", "{low}–{high}", "от {low}, но меньше {high}", "{low} и больше"),
}
_BETWEEN = {"zh-Hans": "、"}
"""What stands between the items of a list; a comma elsewhere."""
_SIGNS = ("< {high}", "{low}–{high}", "{low} – < {high}", "≥ {low}")
"""For languages we have no words in: signs that everybody reads."""


def band_label(
    band: tuple[float | None, float | None], unit: str | None, languages: tuple[str, ...]
) -> Text:
    """A half-open band in words: "under 30", "30 to 59", "60 and more".

    Whole things (people, hours) end at the last whole number; rates and money ("USD/hour") say
    "16 to under 24", as 23.50 is in there too.
    """
    low, high = band
    whole = unit is not None and "/" not in unit and "USD" not in unit
    whole = whole and all(end is None or end == int(end) for end in band)
    label: dict[str, str] = {}
    for lang in languages:
        under, to, to_under, more = _WORDS.get(lang, _SIGNS)
        if high is None:
            label[lang] = more.format(low=_digits(low))
        elif low is None:
            label[lang] = under.format(high=_digits(high))
        elif whole:
            last = int(high) - 1
            label[lang] = f"{last}" if last == low else to.format(low=_digits(low), high=last)
        else:
            label[lang] = to_under.format(low=_digits(low), high=_digits(high))
    return label


def joined_label(ids: tuple[str, ...], options: tuple[Option, ...], langs: tuple[str, ...]) -> Text:
    """The labels of those options after one another; an id that is none stands for itself."""
    labels = {o.id: o.label for o in options}
    return {
        lang: _BETWEEN.get(lang, ", ").join(labels[i][lang] if i in labels else i for i in ids)
        for lang in langs
    }


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
