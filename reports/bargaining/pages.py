"""Demands of one wave: list, draft from a finding, cost, print, change, delete.

Readers look; organizers change. Everything starts from what was published.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for

from reports.bargaining.costing import cost
from reports.bargaining.demands import (
    Demand,
    DemandError,
    add_demand,
    costing_of,
    delete_demand,
    edit_demand,
    find_demand,
    list_demands,
    price_demand,
)
from reports.bargaining.evidence import freeze
from reports.bargaining.forms import CostForm, DeleteForm, DemandForm
from reports.bargaining.prefill import cost_defaults
from reports.findings import Finding, findings
from reports.headlines import gaps, headlines
from reports.wording import origin_label, say
from survey.release.model import Release
from survey.release.published import published, published_body
from survey.staff.activity import record
from survey.staff.guard import current_account, organizer_only
from survey.web.errors import Page, error_page
from survey.web.languages import current_language
from survey.web.services import services

blueprint = Blueprint("demands", __name__, url_prefix="/desk/results/<slug>/demands")


@dataclass(frozen=True, slots=True)
class Choice:
    """Findings to draft a demand from, under one heading."""

    title: str
    findings: tuple[Finding, ...]


@blueprint.errorhandler(DemandError)
def refused(error: DemandError) -> Page:
    """What cannot be kept: its own sentence, on a page."""
    return error_page(409, str(error))


@blueprint.get("")
def index(slug: str) -> Page:
    """The demands of a wave."""
    release = _release(slug)
    return _page("list", slug, release, demands=list_demands(services().engine, slug))


@blueprint.get("/new")
@organizer_only
def pick(slug: str) -> Page:
    """Which finding should the demand be built on?"""
    release = _release(slug)
    return _page("pick", slug, release, **choices(release, current_language()))


@blueprint.route("/draft", methods=["GET", "POST"])
@organizer_only
def draft(slug: str) -> Page:
    """Write a demand on ?finding=…; the evidence is frozen when it is saved."""
    release, lang = _release(slug), current_language()
    wanted = request.args.get("finding")
    finding = next((f for f in findings(release, lang) if f.id == wanted), None)
    if finding is None:
        abort(404)
    evidence = freeze(release, finding, lang, published_body(services().engine, slug))
    form = DemandForm.of_request()
    if not form.submitted():
        return _page("draft", slug, release, form=form, evidence=evidence)
    made = add_demand(services().engine, slug, form.words(), evidence)
    _log("drafted a demand", slug)
    return redirect(url_for(".look", slug=slug, demand_id=made), 303)


@blueprint.get("/<int(max=2147483647):demand_id>")
def look(slug: str, demand_id: int) -> Page:
    """One demand with its evidence and cost, fit to print."""
    return _page("look", slug, _release(slug), demand=_demand(slug, demand_id))


@blueprint.route("/<int(max=2147483647):demand_id>/edit", methods=["GET", "POST"])
@organizer_only
def edit(slug: str, demand_id: int) -> Page:
    """Change the words. The evidence stays as it was frozen."""
    release, demand = _release(slug), _demand(slug, demand_id)
    form = DemandForm.of_request(title=demand.words.title, body=demand.words.body)
    if not form.submitted():
        return _page("edit", slug, release, form=form, demand=demand)
    edit_demand(services().engine, slug, demand_id, form.words())
    _log("changed a demand", slug)
    return redirect(url_for(".look", slug=slug, demand_id=demand_id), 303)


@blueprint.route("/<int(max=2147483647):demand_id>/cost", methods=["GET", "POST"])
@organizer_only
def price(slug: str, demand_id: int) -> Page:
    """A first cost: people x hours x raise, as a range."""
    release, demand = _release(slug), _demand(slug, demand_id)
    typed = demand.costing.typed if demand.costing else None
    start = typed or cost_defaults(release, demand.evidence, current_language())
    form = CostForm.of_request(**start)
    given = form.given() if form.submitted() else None
    if given is None:
        return _page("cost", slug, release, form=form, demand=demand)
    price_demand(services().engine, slug, demand_id, costing_of(cost(given), form.typed()))
    _log("costed a demand", slug)
    return redirect(url_for(".look", slug=slug, demand_id=demand_id, _anchor="cost"), 303)


@blueprint.route("/<int(max=2147483647):demand_id>/delete", methods=["GET", "POST"])
@organizer_only
def delete(slug: str, demand_id: int) -> Page:
    """Ask once more, then delete."""
    release, demand, form = _release(slug), _demand(slug, demand_id), DeleteForm.of_request()
    if not form.submitted():
        return _page("delete", slug, release, form=form, demand=demand)
    delete_demand(services().engine, slug, demand_id)
    _log("deleted a demand", slug)
    return redirect(url_for(".index", slug=slug), 303)


def choices(release: Release, lang: str) -> dict[str, object]:
    """What can be picked: what leads, where groups differ, and every figure by question."""
    found = findings(release, lang)
    everything = (
        Choice(
            say(question.text, lang),
            tuple(finding for finding in found if finding.question == question.id),
        )
        for question in release.questions
    )
    return {
        "leading": headlines(release, found),
        "gaps": gaps(found),
        "questions": [choice for choice in everything if choice.findings],
    }


def _release(slug: str) -> Release:
    release = published(services().engine, slug)
    if release is None:
        abort(404)
    return release


def _demand(slug: str, demand_id: int) -> Demand:
    demand = find_demand(services().engine, slug, demand_id)
    if demand is None:
        abort(404)
    return demand


def _page(name: str, slug: str, release: Release, **values: object) -> str:
    lang = current_language()
    shared = {
        "slug": slug,
        "tab": "demands",
        "release": release,
        "survey": say(release.title, lang),
    }
    label = origin_label(release, lang)
    return render_template(f"bargaining/{name}.html", origin=label, **shared, **values)


def _log(action: str, slug: str) -> None:
    record(services().engine, current_account().id, action, slug)
