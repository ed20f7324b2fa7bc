"""Turns plain-language articles and their encyclopedia twins into pairs of sentences that say nearly the same."""

from collections import defaultdict

import numpy as np
from scipy import sparse

from models.training.corpus import Corpus, IntArray, Source
from models.training.rewriting import FloatArray
from models.training.tokenizer import Runs

_TWINS = 2
_LEAST = 0.12


def find_plain_pairs(corpus: Corpus, tokens: Runs, size: int) -> tuple[IntArray, IntArray]:
    """Pair each plain-language sentence with the two nearest sentences of its twin, by weighted shared tokens."""
    articles: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for document, source in enumerate(corpus.document_source.tolist()):
        if source >= Source.ENCYCLOPEDIA:
            low, high = corpus.heading_start[document], corpus.heading_start[document + 1]
            articles[" ".join(map(str, corpus.heading_word[low:high].tolist()))][source] = document
    plain: list[int] = []
    target: list[int] = []
    weight = _weights(corpus, tokens, size)
    for twins in articles.values():
        if len(twins) == 2:
            _pair(corpus, tokens, weight, twins[Source.PLAIN], twins[Source.ENCYCLOPEDIA], plain, target)
    return np.array(plain, np.int32), np.array(target, np.int32)


def _weights(corpus: Corpus, tokens: Runs, size: int) -> FloatArray:
    count = np.ones(size)
    words = np.bincount(corpus.word, minlength=len(corpus.vocabulary))
    np.add.at(count, tokens.token, np.repeat(words, np.diff(tokens.start)))
    weight: FloatArray = (np.log(count.sum() / count) ** 2).astype(np.float32)
    return weight


def _pair(
    corpus: Corpus,
    tokens: Runs,
    weight: FloatArray,
    simple: int,
    full: int,
    plain: list[int],
    target: list[int],
) -> None:
    ours, theirs = _matrix(corpus, tokens, weight, simple), _matrix(corpus, tokens, weight, full)
    if not ours.shape[0] or not theirs.shape[0]:
        return
    likeness = (ours @ theirs.T).toarray()
    best = np.argsort(-likeness, axis=1)[:, :_TWINS]
    for sentence in range(len(likeness)):
        for rank, other in enumerate(best[sentence].tolist()):
            if rank == 0 or likeness[sentence, other] > _LEAST:
                plain.append(int(corpus.document_start[simple]) + sentence)
                target.append(int(corpus.document_start[full]) + other)


def _matrix(corpus: Corpus, tokens: Runs, weight: FloatArray, document: int) -> sparse.csr_matrix:
    row: list[int] = []
    column: list[int] = []
    first, last = int(corpus.document_start[document]), int(corpus.document_start[document + 1])
    for sentence in range(first, last):
        run = corpus.word[corpus.sentence_start[sentence] : corpus.sentence_start[sentence + 1]]
        ids = {t for w in run.tolist() for t in tokens.token[tokens.start[w] : tokens.start[w + 1]].tolist()}
        row += [sentence - first] * len(ids)
        column += ids
    values = np.sqrt(weight[column]) if column else np.empty(0, np.float32)
    matrix = sparse.csr_matrix((values, (row, column)), shape=(last - first, len(weight)))
    length = np.asarray(np.sqrt(matrix.multiply(matrix).sum(axis=1))).ravel()
    return sparse.csr_matrix(sparse.diags(1.0 / np.maximum(length, 1e-6)) @ matrix)
