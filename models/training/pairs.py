"""Turns the corpus into batches of (query, passage) pairs, drawn anew each time, so that no two passes are alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from models.training.corpus import Corpus, IntArray, LongArray
from models.training.rewriting import FloatArray, Replacements
from models.training.tokenizer import Runs

# How often each kind is drawn: sentence and its surroundings; the sentence rewritten; a few of the passage's
# rarer words, partly rewritten; heading and passage; plain-language sentence and encyclopedia passage;
# two terms of one thesaurus group; a word and what may stand for it.
SHARES: tuple[float, ...] = (0.18, 0.27, 0.20, 0.08, 0.12, 0.09, 0.06)
KINDS = len(SHARES)

# Pairs of one chunk come from neighbouring text, so that the negatives are near.
CHUNK = 32
_NEIGHBOURHOOD = 400
_QUERY_TOKENS = 96
_PASSAGE_TOKENS = 400

# How often a rewritten sentence is cut to the length of a query, and a word without another left out.
_SHORTENED = 0.6
_LEFT_OUT = 0.4

QUESTION_OPENINGS: tuple[str, ...] = (
    "Wie", "Was", "Wer", "Wo", "Wann", "Warum", "Wieso", "Welche", "Wozu", "Woran", "Womit", "Wie viele",
    "Wie lange", "Wie kann man", "Wie können wir", "Was tun, wenn", "Was ist", "Was bedeutet", "Wie funktioniert",
    "Was muss man bei", "Gibt es", "Darf man", "Wer darf", "Wer hilft bei", "Wie geht man damit um, dass",
    "Was hilft gegen", "Welche Regeln gelten für", "Worauf muss man achten bei", "Wie wird", "Was passiert, wenn",
    "Beispiele für", "Tipps für", "Was sagt das Gesetz zu", "Wie viel", "Seit wann", "Wo finde ich", "Wie soll",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of tokens, queries first, then their passages; `overlap[i, j]`: passage j may answer query i too."""

    token: IntArray
    start: LongArray
    overlap: npt.NDArray[np.bool_]


class Tables(NamedTuple):
    """Everything the sampler reads, as plain arrays."""

    word: IntArray
    sentence_start: LongArray
    sentence_document: IntArray
    document_start: IntArray
    document_source: IntArray
    heading_word: IntArray
    heading_start: LongArray
    block_start: IntArray
    block_end: IntArray
    token: IntArray
    token_start: LongArray
    slip: IntArray
    slip_start: LongArray
    choice: IntArray
    choice_start: LongArray
    chance: FloatArray
    phrase: IntArray
    phrase_start: LongArray
    group_phrase: IntArray
    group_start: LongArray
    opening: IntArray
    opening_start: LongArray
    replaceable: IntArray
    rarity: FloatArray
    plain_sentence: IntArray
    plain_target: IntArray


def make_tables(
    corpus: Corpus, tokens: Runs, slips: Runs, swaps: Replacements, openings: Runs, plain: tuple[IntArray, IntArray]
) -> Tables:
    """Lay out what the sampler needs; `plain` pairs plain-language sentences with encyclopedia sentences."""
    count = np.bincount(corpus.word, minlength=len(corpus.vocabulary)).astype(np.float64)
    rarity = np.log(count.sum() / np.maximum(count, 1.0)) ** 2
    rarity[(count < 3) | (count > count.sum() / 4000)] = 0.0
    return Tables(
        corpus.word, corpus.sentence_start, corpus.sentence_document, corpus.document_start,
        corpus.document_source, corpus.heading_word, corpus.heading_start, corpus.block_start, corpus.block_end,
        tokens.token, tokens.start, slips.token, slips.start, swaps.choice, swaps.start, swaps.chance,
        swaps.phrases.token, swaps.phrases.start, swaps.group_phrase, swaps.group_start,
        openings.token, openings.start, np.nonzero(np.diff(swaps.start))[0].astype(np.int32),
        rarity.astype(np.float32), plain[0], plain[1],
    )  # fmt: skip


def batches(tables: Tables, count: int, size: int, seed: int, shares: tuple[float, ...] = SHARES) -> Iterator[Batch]:
    """Draw `count` batches of `size` pairs (a multiple of CHUNK)."""
    _seed(seed)
    rising = np.cumsum(np.array(shares) / sum(shares))
    for _ in range(count):
        token, start, own, span = _draw(tables, size // CHUNK, rising)
        overlap = (own[:, None, 0] < span[None, :, 1]) & (span[None, :, 0] < own[:, None, 1])
        np.fill_diagonal(overlap, False)
        yield Batch(token, start, overlap)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _seed(seed: int) -> None:
    np.random.seed(seed)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _put(out: IntArray, at: int, limit: int, values: IntArray, start: int, end: int) -> int:
    for k in range(start, end):
        if at < limit:
            out[at] = values[k]
            at += 1
    return at


@njit(cache=True)  # type: ignore[untyped-decorator]
def _put_word(t: Tables, out: IntArray, at: int, limit: int, word: int, swap: float, slip: float) -> int:
    """Write a word's tokens: those of a replacement, of a misspelling, or its own."""
    first, last = t.choice_start[word], t.choice_start[word + 1]
    if swap > 0.0 and last > first and np.random.random() < swap:
        phrase = t.choice[first + np.searchsorted(t.chance[first:last], np.random.random() * 0.999999)]
        end: int = _put(out, at, limit, t.phrase, t.phrase_start[phrase], t.phrase_start[phrase + 1])
    elif slip > 0 and np.random.random() < slip:
        end = _put(out, at, limit, t.slip, t.slip_start[word], t.slip_start[word + 1])
    else:
        end = _put(out, at, limit, t.token, t.token_start[word], t.token_start[word + 1])
    return end


@njit(cache=True)  # type: ignore[untyped-decorator]
def _window(t: Tables, sentence: int) -> tuple[int, int]:
    """Grow from a sentence to a passage of 40 to 170 words within its document."""
    document = t.sentence_document[sentence]
    first, last = t.document_start[document], t.document_start[document + 1]
    wanted = np.random.randint(40, 170)
    low, high = sentence, sentence + 1
    while t.sentence_start[high] - t.sentence_start[low] < wanted and (low > first or high < last):
        if high < last and (low == first or np.random.random() < 0.5):
            high += 1
        else:
            low -= 1
    return low, high


@njit(cache=True)  # type: ignore[untyped-decorator]
def _put_sentence(t: Tables, out: IntArray, at: int, limit: int, sentence: int, swap: float) -> int:
    for k in range(t.sentence_start[sentence], t.sentence_start[sentence + 1]):
        at = _put_word(t, out, at, limit, t.word[k], swap, 0.02)
    return at


@njit(cache=True)  # type: ignore[untyped-decorator]
def _put_rewritten(t: Tables, out: IntArray, at: int, limit: int, sentence: int) -> int:
    """Write a sentence, or a stretch of it as long as a query, in other words; what has no other word is often left out."""
    first, last = t.sentence_start[sentence], t.sentence_start[sentence + 1]
    stretch = np.random.randint(5, 15)
    if last - first > stretch and np.random.random() < _SHORTENED:
        first += np.random.randint(0, last - first - stretch + 1)
        last = first + stretch
    for k in range(first, last):
        word = t.word[k]
        alone = t.choice_start[word] == t.choice_start[word + 1] and t.rarity[word] > 0.0
        if alone and np.random.random() < _LEFT_OUT:
            continue
        at = _put_word(t, out, at, limit, word, 0.8, 0.02)
    return at


@njit(cache=True)  # type: ignore[untyped-decorator]
def _put_keywords(t: Tables, out: IntArray, at: int, limit: int, low: int, high: int) -> int:
    """Write one to five of the window's rarer words, half of them replaced."""
    start, end = t.sentence_start[low], t.sentence_start[high]
    total = 0.0
    for k in range(start, end):
        total += t.rarity[t.word[k]]
    if total == 0.0:
        return at
    swap = 0.5 if np.random.random() < 0.8 else 0.0
    for _ in range(np.random.randint(1, 6)):
        left = np.random.random() * total
        for k in range(start, end):
            left -= t.rarity[t.word[k]]
            if left <= 0.0:
                at = _put_word(t, out, at, limit, t.word[k], swap, 0.1)
                break
    return at


@njit(cache=True)  # type: ignore[untyped-decorator]
def _put_opening(t: Tables, out: IntArray, at: int, limit: int) -> int:
    pick = np.random.randint(0, len(t.opening_start) - 1)
    end: int = _put(out, at, limit, t.opening, t.opening_start[pick], t.opening_start[pick + 1])
    return end


@njit(cache=True)  # type: ignore[untyped-decorator]
def _query(t: Tables, kind: int, centre: int, out: IntArray, at: int) -> tuple[int, int, int, int, int, bool]:
    """Write the query of one pair; return its end, its own range, its passage's range, and whether to skip."""
    limit = at + _QUERY_TOKENS
    if np.random.random() < 0.15:
        at = _put_opening(t, out, at, limit)
    if kind == 4:
        pick = centre % len(t.plain_sentence)
        low, high = _window(t, t.plain_target[pick])
        document = t.sentence_document[t.plain_sentence[pick]]
        if np.random.random() < 0.4:
            for k in range(t.heading_start[document], t.heading_start[document + 1]):
                at = _put_word(t, out, at, limit, t.heading_word[k], 0.0, 0.0)
        at = _put_sentence(t, out, at, limit, t.plain_sentence[pick], 0.25)
        return at, low, high, low, high, False
    low, high = _window(t, centre)
    document = t.sentence_document[centre]
    if kind == 3:
        for k in range(t.heading_start[document], t.heading_start[document + 1]):
            at = _put_word(t, out, at, limit, t.heading_word[k], 0.3, 0.02)
        return at, t.block_start[document], t.block_end[document], low, high, False
    if kind == 2:
        at = _put_keywords(t, out, at, limit, low, high)
        return at, low, high, low, high, False
    if kind == 0:
        at = _put_sentence(t, out, at, limit, centre, 0.1)
    else:
        at = _put_rewritten(t, out, at, limit, centre)
    skip = np.random.random() < (0.85 if kind == 0 else 0.3)
    return at, low, high, low, high, skip


@njit(cache=True)  # type: ignore[untyped-decorator]
def _terms(t: Tables, kind: int, out: IntArray, at: int) -> tuple[int, int]:
    """Write two terms that mean the same; return where the first ends and where the second ends."""
    limit = at + _QUERY_TOKENS
    if kind == 5:
        group = np.random.randint(0, len(t.group_start) - 1)
        first, last = t.group_start[group], t.group_start[group + 1]
        one = np.random.randint(first, last)
        other = np.random.randint(first, last - 1)
        if other >= one:
            other += 1
        one, other = t.group_phrase[one], t.group_phrase[other]
        middle = _put(out, at, limit, t.phrase, t.phrase_start[one], t.phrase_start[one + 1])
        return middle, _put(out, middle, middle + 40, t.phrase, t.phrase_start[other], t.phrase_start[other + 1])
    word = t.replaceable[np.random.randint(0, len(t.replaceable))]
    middle = _put(out, at, limit, t.token, t.token_start[word], t.token_start[word + 1])
    return middle, _put_word(t, out, middle, middle + 40, word, 1.0, 0.0)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _draw(t: Tables, chunks: int, rising: npt.NDArray[np.float64]) -> tuple[IntArray, LongArray, IntArray, IntArray]:
    size = chunks * CHUNK
    queries = np.empty(size * _QUERY_TOKENS, np.int32)
    passages = np.empty(size * _PASSAGE_TOKENS, np.int32)
    start = np.zeros(2 * size + 1, np.int64)
    passage_start = np.zeros(size + 1, np.int64)
    own = np.full((size, 2), -1, np.int32)
    span = np.full((size, 2), -1, np.int32)
    scratch = np.empty(_QUERY_TOKENS + 64, np.int32)
    sentences = len(t.sentence_document)
    for chunk in range(chunks):
        kind = np.searchsorted(rising, np.random.random())
        base = np.random.randint(0, max(len(t.plain_sentence) if kind == 4 else sentences - _NEIGHBOURHOOD, 1))
        row = chunk * CHUNK
        while row < (chunk + 1) * CHUNK:
            at, end = start[row], passage_start[row]
            if kind >= 5:
                middle, last = _terms(t, kind, scratch, 0)
                if middle > 0 and last > middle:
                    start[row + 1] = _put(queries, at, at + middle, scratch, 0, middle)
                    passage_start[row + 1] = _put(passages, end, end + last - middle, scratch, middle, last)
                    row += 1
                continue
            centre = base + np.random.randint(0, _NEIGHBOURHOOD)
            if kind != 4:
                length = t.sentence_start[centre + 1] - t.sentence_start[centre]
                if length < 4 and np.random.random() < 0.8:
                    continue
            stop, own_low, own_high, low, high, skip = _query(t, kind, centre, queries, at)
            if stop - at < 1:
                continue
            limit = end + _PASSAGE_TOKENS
            for sentence in range(low, high):
                if not (skip and sentence == centre):
                    for k in range(t.sentence_start[sentence], t.sentence_start[sentence + 1]):
                        word = t.word[k]
                        end = _put(passages, end, limit, t.token, t.token_start[word], t.token_start[word + 1])
            if end - passage_start[row] < 8:
                if np.random.random() < 0.1:
                    base = np.random.randint(0, sentences - _NEIGHBOURHOOD)
                continue
            start[row + 1] = stop
            passage_start[row + 1] = end
            own[row] = own_low, own_high
            span[row] = low, high
            row += 1
    token = np.concatenate((queries[: start[size]], passages[: passage_start[size]]))
    for row in range(size):
        start[size + row + 1] = start[size] + passage_start[row + 1]
    return token, start, own, span
