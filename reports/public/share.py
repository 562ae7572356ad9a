"""The picture beside a shared link, from the campaign's own words. No third party makes it."""

import hashlib
import json
from functools import lru_cache

from reports.public.model import Content
from reports.wording import say, tr
from survey.typeset import compile_png
from survey.typeset.pdf import TEMPLATES

TEMPLATE = "share"


def share_png(content: Content, lang: str) -> bytes:
    """A PNG of 1200 x 630 pixels."""
    return _drawn(json.dumps(_data(content, lang)))


def share_version(content: Content, lang: str) -> str:
    """Twelve hex digits that change whenever the picture would."""
    words = json.dumps(_data(content, lang)).encode()
    template = (TEMPLATES / f"{TEMPLATE}.typ").read_bytes()
    return hashlib.sha256(template + words).hexdigest()[:12]


def _data(content: Content, lang: str) -> dict[str, str | None]:
    return {
        "title": say(content.name, lang),
        "lang": lang,
        "headline": say(content.headline, lang),
        "example": tr(lang, "Example page.") if content.made_up else None,
    }


@lru_cache(maxsize=16)
def _drawn(data: str) -> bytes:
    return compile_png(TEMPLATE, json.loads(data))
