"""make bench: every figure beside its baseline from the same run."""

import statistics

import click

from bench import growth, opening, single, submissions, visit
from bench.load import Rate


@click.command()
@click.option("--seconds", default=1.2, show_default=True, help="Per server and round.")
@click.option("--clients", default=(8, 32), multiple=True, show_default=True)
@click.option("--store", "stores", default=("sqlite", "postgresql"), multiple=True)
def main(seconds: float, clients: tuple[int, ...], stores: tuple[str, ...]) -> None:
    """Measure submissions, fold, opening, brief and first visit."""
    for engine in stores:
        for count in clients:
            submitted(engine, count, submissions.run(engine, seconds, count))
        loaded(engine, submissions.under_load(engine, seconds, max(clients)))
    single_things()


def submitted(engine: str, clients: int, rates: dict[str, Rate]) -> None:
    """Print submissions per second, beside the baselines of the same run."""
    full, no_fold, no_op = (rates[k].per_second for k in ("full", "no-fold", "no-op"))
    print(
        f"\nSubmissions (GET form + POST, 40 questions, codes; gzip), {clients} clients, {engine}"
    )
    for kind, rate in rates.items():
        print(
            f"  {kind:8} {rate.per_second:7.0f}/s   median {rate.median:6.1f} ms"
            f"   p99 {rate.p99:6.1f} ms"
        )
    print(f"  full / no-fold {full / no_fold:.2f}   full / no-op {full / no_op:.2f}", flush=True)


def loaded(engine: str, rounds: list[tuple[Rate, Rate]]) -> None:
    """Print how long submissions take while the server is busy, and not overrun."""
    most, some = (
        statistics.median(r.per_second for r in each) for each in zip(*rounds, strict=True)
    )
    ratios = sorted(r.p99 / r.median for _, r in rounds)
    print(
        f"\nAt {some / most:.0%} of the {most:.0f}/s that it takes at most, {engine}:"
        f" median {statistics.median(r.median for _, r in rounds):.1f} ms"
        f"   p99 {statistics.median(r.p99 for _, r in rounds):.1f} ms"
        f"   p99 / median {statistics.median(ratios):.1f} (medians of {len(rounds)} rounds)\n"
        f"  p99 / median of each round: {' '.join(f'{ratio:.1f}' for ratio in ratios)}",
        flush=True,
    )


def single_things() -> None:
    """Print what is timed once."""
    size, cpu, wall = single.fold_cost()
    print(f"\nOne fold of one answer at {size:,} cells: {cpu:.2f} ms CPU, {wall:.2f} ms wall")
    for answers, cost in growth.cost_by_size():
        print(f"  in a box of {answers:,} answers: {cost:.2f} ms CPU", flush=True)
    opened, brief = single.opening()
    print(f"Opening 2,000 answers, 40 questions: {opened:.2f} s. The brief as PDF: {brief:.2f} s")
    opening.report((10_000, 100_000))
    total, requests = single.first_visit()
    print(f"First visit, 40 questions: {total / 1000:.1f} KB compressed in {requests} requests")
    visit.report()


if __name__ == "__main__":
    main()
