"""Turns the built-in model and the development data into the figures of its card: `python -m models.evaluate --help`."""

import argparse
import csv
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.collection import Judgement
from evaluation.measures import RankedPage, Ranking, measure
from index.embedder import Embedder, load
from index.german import terms
from index.inverting import Contents
from index.words import WordIndex, equally
from models.training.corpus import Source, read_documents, sentences

Scores = npt.NDArray[np.float32]

_MODEL = Path(__file__).parent / "german-static"
_SHARES = (0.3, 0.5)
_UNANSWERABLE = "none"
_POOL = 240
_REWORDINGS = 1000
_PARAGRAPH = (250, 1200)
# A plain-language sentence asks for the paragraph that holds this share of its weighted stems, and this much
# more than any other paragraph of the article.
_SHARED = 0.45
_LEAD = 0.1
_DEPTH = 10
# A plain-language sentence in other words than its article: at most this share, and enough to be about it.
_OTHER_WORDS = (0.15, 0.4)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the product as the measurement needs it."""

    file: str
    text: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A development query."""

    id: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence, and the numbers of the paragraphs that answer it."""

    text: str
    answers: tuple[int, ...]


class Shortened:
    """An embedder whose vectors are cut to their leading dimensions."""

    def __init__(self, whole: Embedder, dimensions: int) -> None:
        self._whole = whole
        self._dimensions = dimensions

    @property
    def fingerprint(self) -> str:
        """Name of the whole and the number of dimensions."""
        return f"{self._whole.fingerprint}-{self._dimensions}"

    def passages(self, texts: Sequence[str]) -> Scores:
        """Return one unit vector a text, shape (n, dimensions)."""
        cut = self._whole.passages(texts)[:, : self._dimensions]
        return np.asarray(cut / np.maximum(np.linalg.norm(cut, axis=1, keepdims=True), 1e-9), np.float32)

    def query(self, text: str) -> Scores:
        """Return the unit vector of a query, shape (dimensions,)."""
        return np.asarray(self.passages([text])[0], np.float32)

    @property
    def takes_all(self) -> bool:
        """Tell what the whole tells."""
        return self._whole.takes_all

    @property
    def is_slow(self) -> bool:
        """Tell what the whole tells."""
        return self._whole.is_slow

    def fits(self, text: str) -> bool:
        """Tell what the whole tells."""
        return self._whole.fits(text)


def main() -> None:
    """Print retrieval, question answering and speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=_MODEL)
    parser.add_argument("--data", type=Path, required=True, help="folder with queries/ and training/")
    parser.add_argument("--passages", type=Path, required=True, help="JSON lines: file, text, pieces or pages")
    parser.add_argument("--dimensions", type=int, help="use the leading dimensions alone")
    chosen = parser.parse_args()
    model: Embedder = load(str(chosen.model))
    if chosen.dimensions:
        model = Shortened(model, chosen.dimensions)
    print_retrieval(model, chosen.data / "queries", read_passages(chosen.passages))
    print_question_answering(model, chosen.data / "training")
    print_speed(chosen.model, model, [passage.text for passage in read_passages(chosen.passages)])


def read_passages(path: Path) -> list[Passage]:
    """Read passages; their pages are those of their pieces, each once, in order."""
    passages = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pages = row.get("pages") or [piece["pdf_page"] for piece in row["pieces"]]
        passages.append(Passage(row["file"], row["text"], tuple(dict.fromkeys(pages))))
    return passages


def print_retrieval(model: Embedder, folder: Path, passages: list[Passage]) -> None:
    """Print nDCG@10 by query type, for the model alone, words alone, and both together."""
    with (folder / "queries.tsv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["type"] != _UNANSWERABLE]
    queries = [Query(row["query_id"], row["type"], row["query"]) for row in rows]
    known = {query.id for query in queries}
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        judged = [row for row in csv.DictReader(lines, delimiter="\t") if row["query_id"] in known]
    qrels = [Judgement(row["query_id"], row["file"], int(row["pdf_page"]), int(row["relevance"])) for row in judged]
    files = {row["file"] for row in judged}
    passages = [passage for passage in passages if passage.file in files]
    meaning = model.passages([query.text for query in queries]) @ model.passages([p.text for p in passages]).T
    index = WordIndex.build(Contents.of([terms(passage.text) for passage in passages]))
    words = np.array([index.scores(equally(terms(query.text))) for query in queries])
    kinds = ["all", *dict.fromkeys(query.kind for query in queries)]
    print(f"nDCG@10, {len(queries)} queries, {len(passages)} passages")
    print(f"{'':16}" + "".join(f"{kind[:10]:>11}" for kind in kinds))
    _print_row("words", queries, qrels, passages, words, kinds)
    _print_row("model", queries, qrels, passages, meaning, kinds)
    for share in _SHARES:
        both = share * _by_best(np.maximum(meaning, 0)) + (1 - share) * _by_best(words)
        _print_row(f"both, model {share}", queries, qrels, passages, both, kinds)
    missing = (1 - _found(index, [query.text for query in queries], words)) ** 1.5
    both = missing * _by_best(np.maximum(meaning, 0)) + (1 - missing) * _by_best(words)
    _print_row("both, by need", queries, qrels, passages, both, kinds)


def _found(index: WordIndex, queries: list[str], words: Scores) -> Scores:
    """Return for each query, shape (n, 1), its best BM25 score as a share of the most that its terms could give."""
    most = []
    for query in queries:
        count = np.array([index.document_share(term) * len(index) for term in terms(query)])
        most.append(np.log(1 + (len(index) - count + 0.5) / (count + 0.5)).sum())
    return np.asarray(words.max(axis=1, keepdims=True) / np.maximum(np.array(most)[:, None], 1e-9), np.float32)


def _print_row(
    name: str,
    queries: list[Query],
    qrels: list[Judgement],
    passages: list[Passage],
    scores: Scores,
    kinds: list[str],
) -> None:
    values: defaultdict[str, list[float]] = defaultdict(list)
    for query, measured in zip(queries, measure(qrels, _pages(queries, passages, scores)), strict=True):
        values[query.kind].append(measured.ndcg)
        values["all"].append(measured.ndcg)
    print(f"{name:16}" + "".join(f"{np.mean(values[kind]):11.3f}" for kind in kinds))


def _pages(queries: list[Query], passages: list[Passage], scores: Scores) -> list[Ranking]:
    """Rank pages: hits in order, each with its pages in order, duplicates dropped."""
    run = []
    for query, row in zip(queries, scores, strict=True):
        best = np.argsort(-row, kind="stable")[:60]
        ranked = dict.fromkeys(RankedPage(passages[at].file, page) for at in best for page in passages[at].pages)
        run.append(Ranking(query.id, tuple(ranked)))
    return run


def _by_best(scores: Scores) -> Scores:
    return np.asarray(scores / np.maximum(scores.max(axis=1, keepdims=True), 1e-9), np.float32)


def print_question_answering(model: Embedder, training: Path) -> None:
    """Print MRR@10 over paragraphs of encyclopedia articles that training never saw."""
    paragraphs, questions, rewordings = held_out_questions(training)
    vectors = model.passages(paragraphs)
    targets = list(dict.fromkeys(question.answers[0] for question in questions))[:_POOL]
    place = {paragraph: at for at, paragraph in enumerate(targets)}
    few = [Question(q.text, (place[q.answers[0]],)) for q in questions if q.answers[0] in place]
    print("\nHeld-out encyclopedia articles, MRR@10")
    print(f"  {len(few)} questions, {len(targets)} paragraphs: {_mrr(model, few, vectors[targets]):.3f}")
    print(f"  {len(questions)} questions, {len(paragraphs)} paragraphs: {_mrr(model, questions, vectors):.3f}")
    print(f"  {len(rewordings)} sentences in other words, any paragraph of the article: ", end="")
    print(f"{_mrr(model, rewordings, vectors):.3f}")


def held_out_questions(training: Path) -> tuple[list[str], list[Question], list[Question]]:
    """Return paragraphs, plain-language sentences that ask for one of them, and others that ask for an article."""
    articles: defaultdict[str, dict[Source, tuple[str, ...]]] = defaultdict(dict)
    for document in read_documents(training, held_out=True):
        articles[document.heading][document.source] = document.paragraphs
    paragraphs: list[str] = []
    ours: dict[str, range] = {}
    for title in sorted(title for title, twins in articles.items() if len(twins) == 2):
        flat = (" ".join(text.split()) for text in articles[title][Source.ENCYCLOPEDIA])
        kept = [text[: _PARAGRAPH[1]] for text in flat if len(text) >= _PARAGRAPH[0] and not text.startswith("==")]
        ours[title] = range(len(paragraphs), len(paragraphs) + len(kept))
        paragraphs += kept
    stems = [_stems(paragraph) for paragraph in paragraphs]
    rarity = _rarity(stems)
    questions: list[Question] = []
    rewordings: list[Question] = []
    for title, numbers in ours.items():
        for sentence in (s for text in articles[title][Source.PLAIN] for s in sentences(text)):
            asked = _stems(sentence)
            if len(asked) < 7 or len(numbers) < 2:
                continue
            shared = [sum(rarity[stem] for stem in asked & stems[at]) / sum(rarity[stem] for stem in asked) for at in numbers]
            second, first = np.argsort(shared)[-2:]
            if shared[first] >= _SHARED and shared[first] - shared[second] >= _LEAD:
                questions.append(Question(sentence, (numbers[int(first)],)))
            elif _OTHER_WORDS[0] < shared[first] < _OTHER_WORDS[1]:
                rewordings.append(Question(sentence, tuple(numbers)))
    return paragraphs, _shuffled(questions), _shuffled(rewordings)[:_REWORDINGS]


def _shuffled(questions: list[Question]) -> list[Question]:
    return sorted(questions, key=lambda question: hashlib.sha256(question.text.encode()).digest())


def _rarity(texts: list[set[str]]) -> defaultdict[str, float]:
    spread = Counter(stem for text in texts for stem in text)
    unseen = float(np.log(2 * len(texts)))
    return defaultdict(lambda: unseen, {stem: float(np.log(len(texts) / (count + 0.5))) for stem, count in spread.items()})


def _stems(text: str) -> set[str]:
    return {term for term in terms(text) if term.startswith("=")}


def _mrr(model: Embedder, questions: list[Question], vectors: Scores) -> float:
    """Return the mean of 1 / rank of the first answer among the first ten."""
    scores = model.passages([question.text for question in questions]) @ vectors.T
    best = np.array([row[list(question.answers)].max() for row, question in zip(scores, questions, strict=True)])
    better = (scores > best[:, None]).sum(axis=1)
    return float(np.where(better < _DEPTH, 1 / (better + 1), 0).mean())


def print_speed(folder: Path, model: Embedder, texts: list[str]) -> None:
    """Print passages a minute, time of a query, and what loading costs in a fresh process."""
    many = (texts * (5000 // len(texts) + 1))[:5000]
    began = time.perf_counter()
    model.passages(many)
    rate = len(many) / (time.perf_counter() - began) * 60
    times = []
    for text in texts[:500]:
        began = time.perf_counter()
        model.query(" ".join(text.split()[:10]))
        times.append(time.perf_counter() - began)
    print(f"\nEncoding {rate:,.0f} passages a minute (mean {np.mean([len(t) for t in many]):.0f} characters)")
    print(f"A query {np.median(times) * 1000:.2f} ms (95 %: {np.quantile(times, 0.95) * 1000:.2f} ms)")
    code = (
        "import pathlib, sys, time\n"
        "began = time.perf_counter(); from index.embedder import load; import safetensors.numpy, tokenizers\n"
        "ready = time.perf_counter()\n"
        f"load({str(folder)!r}).query('Bürgerbeteiligung')\n"
        "loaded = time.perf_counter(); status = pathlib.Path('/proc/self/status').read_text()\n"
        "memory = int(status.split('VmHWM:')[1].split()[0]) / 1024\n"
        "print(f'Import {ready - began:.2f} s, loading and first query {loaded - ready:.2f} s,', end=' ')\n"
        "print(f'{memory:.0f} MB in all, torch imported:', 'torch' in sys.modules)"
    )
    print(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip())
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"Folder {size / 1e6:.1f} MB, {model.query('Haus').shape[0]} dimensions")


if __name__ == "__main__":
    main()
