"""Runs and comparisons become German tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from evaluation.comparison import SIGNIFICANT, Comparison, Difference
from evaluation.figures import Figures, Share, summarise
from evaluation.run import Run, Setup
from evaluation.uncertainty import RESAMPLES, Estimate

_NAME = 32  # columns for what a row is about
_NAMES = {
    "unanswerable_without_strong": "ohne Antwort, keiner gezeigt",
    "answerable_with_strong": "mit Antwort, einer gezeigt",
}
_NOTE = (
    f"In Klammern: 95-%-Intervall aus {RESAMPLES // 1000}.000 Bootstrap-Stichproben über die Anfragen; "
    "bei weniger als zehn ist es zu schmal."
)


def run_table(run: Run) -> str:
    """Return the figures of a run."""
    summary = summarise(run)
    lines = [_searched(run), _setup(run.setup), ""]
    if summary.overall:
        lines.append(f"{'Beantwortbare Anfragen':{_NAME}}{'Zahl':>5}  {'nDCG@10':23}{'hit@5':23}{'MRR@10'}")
        lines += [_row(figures) for figures in (summary.overall, *summary.by_type)]
        lines.append("")
    honesty = summary.honesty
    lines += [
        f"{'Starker Treffer unter 10':{_NAME}}{'Zahl':>5}  Anteil",
        _share("ohne Antwort, keiner gezeigt", honesty.unanswerable_without),
        _share("mit Antwort, einer gezeigt", honesty.answerable_with),
        _share("  davon mit hit@5 = 1", honesty.found_with),
        "",
        _NOTE,
        "Gewinn einer Seite bei nDCG@10: 2^Relevanz − 1.",
    ]
    return "\n".join(lines)


def comparison_table(comparison: Comparison, names: tuple[str, str]) -> str:
    """Return how the second run differs from the first; ``names`` is what the reader called them."""
    lines = []
    for side, name, run in zip("AB", names, (comparison.a, comparison.b), strict=True):
        lines += [f"{side}: {name or '-'}", f"   {_searched(run)}", f"   {_setup(run.setup)}"]
    lines += ["", _header("Alle beantwortbaren Anfragen"), *map(_difference, comparison.measures)]
    lines += ["", _header("nDCG@10 nach Typ"), *map(_difference, comparison.by_type)]
    lines += ["", _header("Starker Treffer unter 10"), *map(_difference, comparison.honesty)]
    counts = f"bei {comparison.better} Anfragen besser, bei {comparison.worse} schlechter, bei {comparison.equal} gleich"
    lines += ["", _NOTE, "", f"nDCG@10 ist in B {counts}."]
    if comparison.changed:
        lines += ["", _header("Am meisten verändert", number=""), *_changes(comparison)]
    return "\n".join([*lines, "", verdict(comparison)])


def verdict(comparison: Comparison) -> str:
    """Return one sentence: which run is better in nDCG@10, if either."""
    p = f"p = {_number(comparison.p)}" if comparison.p >= 0.001 else "p < 0,001"
    if comparison.equal == comparison.measures[0].queries:
        return "Beide sind bei jeder Anfrage gleich gut (nDCG@10)."
    if comparison.p >= SIGNIFICANT:
        return f"Der Unterschied ist nicht von Zufall zu unterscheiden ({p}, zweiseitiger Randomisierungstest über nDCG@10)."
    better = "B ist besser als A" if comparison.measures[0].difference.mean > 0 else "A ist besser als B"
    return f"{better}; durch Zufall ist das kaum zu erklären ({p}, zweiseitiger Randomisierungstest über nDCG@10)."


def _searched(run: Run) -> str:
    pages, passages = sum(file.pages for file in run.files), sum(file.passages for file in run.files)
    return f"Anfragen: {len(run.answers)}, Dateien: {len(run.files)}, Seiten: {pages}, Passagen: {passages}"


def _setup(setup: Setup) -> str:
    prompts = "".join(
        f", {name} „{prompt}“"
        for name, prompt in (("query_prompt", setup.query_prompt), ("passage_prompt", setup.passage_prompt))
        if prompt
    )
    again = f", reranker={setup.reranker}" if setup.reranker else ""
    return f"Modell {setup.model}{prompts}{again}; meaning={setup.meaning:g}, exact_up_to={setup.exact_up_to}"


def _row(figures: Figures) -> str:
    values = (figures.ndcg, figures.hit, figures.reciprocal_rank)
    cells = "".join(f"{_estimate(value):23}" for value in values)
    return f"{figures.type or 'alle':{_NAME}}{figures.queries:>5}  {cells}".rstrip()


def _share(name: str, share: Share) -> str:
    return f"{name:{_NAME}}{share.queries:>5}  {_estimate(share.share) if share.share else '–'}"


def _header(title: str, number: str = "Zahl") -> str:
    return f"{title:{_NAME}}{number:>5}  {'A':8}{'B':8}B − A"


def _difference(difference: Difference) -> str:
    of = difference.difference
    interval = f"{_signed(of.mean)} ({_signed(of.low)} bis {_signed(of.high)})"
    name = _NAMES.get(difference.name, difference.name)
    return f"{name:{_NAME}}{difference.queries:>5}  {_number(difference.a):8}{_number(difference.b):8}{interval}"


def _changes(comparison: Comparison) -> Iterator[str]:
    for change in comparison.changed:
        name = f"{change.query_id}  {change.type}"
        yield f"{name:{_NAME}}{'':>5}  {_number(change.a):8}{_number(change.b):8}{_signed(change.b - change.a)}"


def _estimate(value: Estimate) -> str:
    return f"{_number(value.mean)} ({_number(value.low)}–{_number(value.high)})"


def _number(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace(".", ",").replace("-", "−").replace("−0,000", "±0,000").replace("+0,000", "±0,000")
