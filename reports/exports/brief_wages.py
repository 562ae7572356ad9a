"""Pay in this survey beside what the Bureau of Labor Statistics publishes, for the brief."""

from reports.reference.wages import LATEST, NURSES, SOCIAL_WORKERS, Cell, Wage, shown, wages_for
from reports.wording import about, bare, tr
from survey.release.model import Release, Table

AREA = "Oregon"
OCCUPATIONS = (SOCIAL_WORKERS, NURSES)
UNIT = "USD/hour"
COLUMNS = ("Dollars an hour", "A quarter earn less than", "Half earn less", "Three quarters")
NOTE = (
    "The public figures are of one occupation at all employers of the area; ours are of all jobs "
    "in this survey together."
)


def wage_comparison(release: Release, lang: str) -> dict[str, object] | None:
    """Rows of ours and of public wages; None where no median hourly pay was published."""
    question = release.question("pay")
    table = question.table() if question else None
    if question is None or question.unit != UNIT or table is None:
        return None
    if table.quantile("p50") is None:
        return None
    public = [wage for soc in OCCUPATIONS if (wage := wages_for(soc, AREA))]
    everyone = tr(lang, "Everyone who answered (n = %(n)s)", n=table.n)
    return {
        "columns": [tr(lang, column) for column in COLUMNS],
        "rows": [_ours(everyone, table, lang), *(_public(wage) for wage in public)],
        "caption": tr(lang, "Hourly pay here, and in %(area)s in %(when)s", area=AREA, when=LATEST),
        "note": tr(lang, NOTE),
        "sources": list(dict.fromkeys(f"{w.source}: {w.source_url}" for w in public)),
    }


def _ours(name: str, table: Table, lang: str) -> tuple[str, ...]:
    values = [about(table, quantile, UNIT) for quantile in ("p25", "p50", "p75")]
    return name, *("–" if value is None else bare(value, UNIT, lang) for value in values)


def _public(wage: Wage) -> tuple[str, ...]:
    cells: tuple[Cell, ...] = (wage.h_p25, wage.h_median, wage.h_p75)
    return f"{wage.occupation}, {wage.area}", *(shown(cell) for cell in cells)
