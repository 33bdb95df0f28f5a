"""`make bench`: the offline Stripe, localstripe and a bare Flask hello, taking turns."""

from statistics import median

from rich.progress import track

from tests.bench.contestants import Contestant, in_process, over_loopback
from tests.support.servers import ROOT

ROUNDS = 11
PAIRS = 100
MEASURE = "bare Flask hello"


def main() -> None:
    """Measure, print the table, and write it to var/bench.md."""
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with over_loopback(folder) as servers:
        contestants = [*in_process(), *servers]
        rates = _rates(contestants)
    table = _table(contestants, rates)
    (ROOT / "var" / "bench.md").write_text(table)
    print(table, end="")  # noqa: T201 - the table is what was asked for


def _rates(contestants: list[Contestant]) -> list[list[float]]:
    for contestant in contestants:
        contestant.rate(PAIRS)
    rates: list[list[float]] = [[] for _ in contestants]
    for _ in track(range(ROUNDS), "Measuring"):
        for contestant, kept in zip(contestants, rates, strict=True):
            kept.append(contestant.rate(PAIRS))
    return rates


def _table(contestants: list[Contestant], rates: list[list[float]]) -> str:
    """Medians, and each against the hello of the same round, which the machine disturbs alike."""
    lines = [
        "Create and retrieve a PaymentIntent, one call after another; a hello is a view that "
        "returns a text.",
        "",
        "| | | calls/s | of a bare Flask hello |",
        "|---|---|---:|---:|",
    ]
    for contestant, own in zip(contestants, rates, strict=True):
        places = [
            place for place, other in enumerate(contestants) if other.where == contestant.where
        ]
        (measure,) = [rates[place] for place in places if contestants[place].name == MEASURE]
        ratio = median(one / other for one, other in zip(own, measure, strict=True))
        lines.append(
            f"| {contestant.name} | {contestant.where} | {median(own):,.0f} | {ratio:.2f} |"
        )
    if not any(contestant.name == "localstripe" for contestant in contestants):
        lines.append("| localstripe | over loopback | could not be run | |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
