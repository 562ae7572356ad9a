"""The brief's page on method: what was done, and what a reader may and may not conclude."""

from reports.wording import tr
from survey.release.model import Release

KEPT = (
    "Each answer was added to sealed totals as it came in, and was then gone: there never was a "
    "list of people or of their answers. The totals were opened once, after the survey was closed; "
    "then totals and key were destroyed."
)
KEPT_OTHERWISE = {
    "simulated": (
        "A program made these answers up and sent them through the same sealed totals that real "
        "answers go through. They say nothing about any workplace."
    ),
    "imported": (
        "These answers were given elsewhere and brought in from a file, through the same sealed "
        "totals that answers given here go through. The file itself was not sealed."
    ),
}
INVITED = {
    "codes": "People answered with a code that counts once.",
    "open": "Anyone who had the link could answer, so only figures for everyone are shown.",
}
SHOWN = (
    "No table is about fewer than %(k)s people, and neither is what is left when tables of one "
    "question are taken from each other. For questions whose answers could be held against "
    "somebody it is %(double)s people. Groups that are not shown stand together as “All others” "
    "where they are many enough."
)
NOT_SHOWN = "Where nothing is shown it says: “Not shown, to protect people.” It never says more."
BASE = (
    "Percentages are of those who answered the question (n); no answer and “prefer not to say” "
    "are left out. Numbers were counted in steps, and “half are below” is worked out inside a "
    "step, so it is close and not exact."
)
INTERVAL = (
    "Everyone in the unit was asked, so what is not known is what the others would have said. A "
    "range such as “very likely between 41% and 59%” holds the figure for everyone 95 times in "
    "100, if those who did not answer are like those who did. If they are not, it can lie outside."
)


def method(release: Release, lang: str) -> list[dict[str, object]]:
    """The sections, each with its paragraphs."""
    numbers = {"k": release.k, "double": 2 * release.k}
    parts = (
        (
            "How answers were kept",
            (KEPT_OTHERWISE.get(release.origin, KEPT), INVITED[release.access]),
        ),
        ("What is shown", (SHOWN, NOT_SHOWN)),
        ("What the figures mean", (BASE, INTERVAL)),
    )
    return [
        # INTERVAL has percent signs of its own, so only the text with numbers is filled in.
        {
            "title": tr(lang, title),
            "lines": [tr(lang, text, **(numbers if text is SHOWN else {})) for text in texts],
        }
        for title, texts in parts
    ]
