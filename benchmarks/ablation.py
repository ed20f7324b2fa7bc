"""Judged queries become the table of docs/retrieval.md: the search without each of its parts in turn, beside the whole.

    python -m benchmarks.ablation FOLDER QUERIES QRELS [FOLDER QUERIES QRELS ...]

A row leaves out one part and nothing else.  Figures are nDCG@10 over the answerable queries of each collection, the change
against the whole, and the chance of so large a change if the part did nothing (paired randomisation test).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import measurement
import wiring
from corpus.thesaurus import Thesaurus
from evaluation import collection
from evaluation.collection import Collection
from evaluation.comparison import compare
from evaluation.figures import summarise
from evaluation.run import Run, run
from index.interpretation import Weights, Worth
from index.retrieval import Fusion
from index.search import Searcher
from settings import Settings

_NOTHING = Worth(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """The search without one of its parts."""

    name: str
    fusion: Fusion = Fusion()
    weights: Weights = Weights()
    with_thesaurus: bool = True


def variants() -> tuple[Variant, ...]:
    """Return the whole, and the whole without each part."""
    fusion, weights = Fusion(), Weights()
    return (
        Variant("all of it"),
        Variant("no meaning", replace(fusion, meaning=0.0)),
        Variant("no words (as near as the fusion allows)", replace(fusion, trust_in_words=0.0)),
        Variant("meaning weighed the same for every query (0.5)", replace(fusion, meaning=0.5, trust_in_words=0.0)),
        Variant("no best sentence", replace(fusion, sentence=0.0)),
        Variant("no neighbouring passages", replace(fusion, neighbours=0.0)),
        Variant("no headings and titles as words", replace(fusion, headings=0.0)),
        Variant("no raising of what has all words of a short query", replace(fusion, complete=0.0)),
        Variant("no raising of what has them one behind the other", replace(fusion, together=0.0)),
        Variant("no raising of quotations", replace(fusion, verbatim=0.0)),
        Variant("no lowering of contents, indexes, bibliographies", replace(fusion, contents=1.0)),
        Variant("no character n-grams", weights=replace(weights, gram=0.0)),
        Variant("no parts of compounds", weights=replace(weights, part=_NOTHING, in_compound=0.0)),
        Variant("no making up for short words", weights=replace(weights, short=1.0)),
        Variant("no mending of slips", weights=replace(weights, slip=_NOTHING)),
        Variant("no words of the field", with_thesaurus=False),
    )


def runs(folder: Path, judged: Collection) -> dict[str, Run]:
    """Ingest the judged files and return the answers of each variant."""
    settings = Settings()
    with TemporaryDirectory(prefix="fundstelle-") as home:
        whole = measurement.measure(replace(settings, home=Path(home)), judged, folder)
        generation, embedding = wiring.home(replace(settings, home=Path(home))).live(), wiring.model(settings)
        field = wiring.field(settings)
        answers: dict[str, Run] = {}
        for variant in variants():
            searcher = Searcher(
                generation,
                embedding,
                thesaurus=field if variant.with_thesaurus else Thesaurus(),
                fusion=variant.fusion,
                weights=variant.weights,
                judge=wiring.judge(settings),
            )
            try:
                answers[variant.name] = run(searcher, judged, whole.setup, whole.files)
            finally:
                searcher.close()
        return answers


def table(results: Sequence[dict[str, Run]]) -> str:
    """Return a Markdown table: a row a variant; for each collection nDCG@10 of all and of paraphrases, change and its chance."""
    head = ["left out", *("all | paraphrases | change | p" for _ in results)]
    lines = [f"| {' | '.join(head)} |", "|---|" + "---|" * 4 * len(results)]
    for name in results[0]:
        cells = [name]
        for found in results:
            whole, other = next(iter(found.values())), found[name]
            summary = summarise(other)
            assert summary.overall is not None
            by_type = {figures.type: figures for figures in summary.by_type}
            paraphrases = f"{by_type['paraphrase'].ndcg.mean:.3f}" if "paraphrase" in by_type else "–"
            comparison = compare(whole, other)
            change = f"{comparison.measures[0].difference.mean:+.3f} | {comparison.p:.3f}" if other is not whole else "– | –"
            cells.append(f"{summary.overall.ndcg.mean:.3f} | {paraphrases} | {change}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table for the collections named."""
    named = sys.argv[1:]
    if not named or len(named) % 3:
        raise SystemExit(__doc__)
    groups = zip(named[::3], named[1::3], named[2::3], strict=True)
    print(table([runs(Path(folder), collection.read(Path(queries), Path(qrels))) for folder, queries, qrels in groups]))


if __name__ == "__main__":
    main()
