"""Turns the training text and the thesaurus into the built-in model: `python -m models.training --help`."""

import argparse
import time
from pathlib import Path

from models.training.corpus import build_corpus, read_documents
from models.training.distribution import starting_vectors
from models.training.pairs import QUESTION_OPENINGS, make_tables
from models.training.plain import find_plain_pairs
from models.training.rewriting import find_replacements, misspell
from models.training.save import save_model
from models.training.smoothing import smooth
from models.training.thesaurus import read_groups
from models.training.tokenizer import learn_vocabulary, rows_of_sentences
from models.training.training import Course, train

_ROWS = 39_500
_DEFAULT = Course()


def main() -> None:
    """Read text and thesaurus, learn vocabulary and vectors, write the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with bt18, laws and klex (.jsonl.zst)")
    parser.add_argument("--thesaurus", type=Path, default=Path("/usr/share/mythes/th_de_DE_v2.dat"))
    parser.add_argument("--out", type=Path, required=True, help="folder of the model; its README.md is kept")
    parser.add_argument("--rows", type=int, default=_ROWS, help="rows of vectors, about")
    parser.add_argument("--pairs", type=int, default=_DEFAULT.pairs)
    parser.add_argument("--keep", type=Path, help="file for the state in between, to go on from after an interruption (.npz)")
    parser.add_argument("--seed", type=int, default=_DEFAULT.seed)
    chosen = parser.parse_args()
    began = time.perf_counter()

    def report(what: str) -> None:
        print(f"{time.perf_counter() - began:5.0f} s  {what}", flush=True)

    corpus = build_corpus(read_documents(chosen.data))
    report(f"{len(corpus.word):,} words in {len(corpus.document_source):,} documents")
    groups = read_groups(chosen.thesaurus)
    vocabulary = learn_vocabulary(corpus, [term for group in groups for term in group.terms], chosen.rows)
    report(f"{len(vocabulary.row):,} tokens, {vocabulary.rows:,} rows")
    tokens = vocabulary.encode(corpus.vocabulary)
    tables = make_tables(
        corpus,
        tokens,
        misspell(corpus, vocabulary, chosen.seed),
        find_replacements(corpus, groups, vocabulary),
        vocabulary.encode(list(QUESTION_OPENINGS)),
        find_plain_pairs(corpus, tokens, vocabulary.rows),
    )
    report(f"{len(tables.plain_sentence):,} plain-language pairs, {len(tables.choice):,} replacements")
    course = Course(pairs=chosen.pairs, seed=chosen.seed)
    text = rows_of_sentences(corpus, tokens)
    start = starting_vectors(text.token, text.start, vocabulary.rows, course.dimensions, course.seed)
    report("starting vectors from the words' neighbours")
    vectors = train(tables, start, course, chosen.keep)
    save_model(chosen.out, smooth(vectors, vocabulary, groups), vocabulary)
    report(f"saved to {chosen.out}")


if __name__ == "__main__":
    main()
