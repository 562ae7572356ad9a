"""What comes next in a wave's life, in words. Pure."""

from dataclasses import dataclass

from survey.box.model import Wave
from survey.web.languages import _


@dataclass(frozen=True, slots=True)
class Step:
    """What stands (`tag`), what to do about it, and the words of the link that leads there."""

    tag: str
    sentence: str
    action: str
    endpoint: str
    """"desk.wave", "opening.look" or "results"."""


def next_step(wave: Wave) -> Step:
    """The next step of a wave."""
    if wave.state == "published":
        sentence = _("The results are published. Read them, and turn them into demands.")
        return Step(_("Published"), sentence, _("See the results"), "results")
    if wave.state == "closed":
        sentence = _("No more answers come in. Open the box to see what can be published.")
        return Step(_("Closed"), sentence, _("Open the box"), "opening.look")
    if wave.state == "ready":
        sentence = _(
            "Not yet open. Print what you need, read the survey, then open it for answers."
        )
        return Step(_("Not yet open"), sentence, _("Get it ready"), "desk.wave")
    if wave.access == "codes":
        sentence = _("Hand out codes and watch the turnout. Close the wave when you are done.")
        return Step(_("Open"), sentence, _("Codes and turnout"), "desk.wave")
    sentence = _("Spread the link and watch the turnout. Close the wave when you are done.")
    return Step(_("Open"), sentence, _("Link and turnout"), "desk.wave")
