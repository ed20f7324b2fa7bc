"""Two readings of a publication are laid beside each other: which word of the one is which of the other, and which is none.

Stretches that stand once in both are anchors and grow as far as both agree, so that equal paragraphs are told apart by what
stands around them.  What lies between two anchors is compared word by word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from index.german import squeezed

Numbers = NDArray[np.int64]
Block = tuple[int, int, int]  # a stretch that stands in both: where it begins in the one and in the other, and its words

NOWHERE = -1
_WORD = re.compile(r"[^\W_]+|[%§&@#€$£±×÷=<>+°]")  # signs that change what is said count as words, marks and hyphens do not
_ENDS = re.compile(r"[.!?:;\n]")
_SEED = 6  # words: shorter stretches stand in texts that have nothing to do with each other
_OVERHANG = 4  # words behind the end of a sentence by which an anchor may have grown by chance
_SHORTEST = 4  # words of a sentence; less is what an abbreviation's full stop cuts off
_WIDEST = 300  # words between two anchors that are compared one by one
_SURVIVES = 0.5  # of a sentence's words; with less in common it is another sentence


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some texts, one text after the other, as they are written, as they are looked up, and where each stands.

    ``at`` holds for each word its text's number, its start and its end there; ``first`` the first word of each text, and the
    number of all words; ``lines`` where lines begin, ``ends`` where something may begin after a mark, ``sentences`` where
    sentences begin, with a line and after a mark that does not leave less than a sentence, and the number of all words.
    """

    written: tuple[str, ...]
    folded: tuple[str, ...]
    at: tuple[tuple[int, int, int], ...]
    first: tuple[int, ...]
    lines: frozenset[int]
    ends: frozenset[int]
    sentences: tuple[int, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Words:
        """Take the words of texts in their order."""
        written: list[str] = []
        at: list[tuple[int, int, int]] = []
        first = [0]
        sentences: list[int] = []
        lines: set[int] = set()
        ends: set[int] = set()
        for number, text in enumerate(texts):
            before = 0
            for match in _WORD.finditer(text):
                here = len(written)
                if not before or "\n" in text[before : match.start()]:
                    _begin_line(sentences, lines, here)
                if not before or _ENDS.search(text, before, match.start()):
                    ends.add(here)
                    if here - sentences[-1] >= _SHORTEST:
                        sentences.append(here)
                written.append(unicodedata.normalize("NFC", match[0]))
                at.append((number, match.start(), match.end()))
                before = match.end()
            first.append(len(written))
        _begin_line(sentences, lines, len(written))
        folded = {word: squeezed(word) or word for word in set(written)}
        return cls(
            tuple(written),
            tuple(folded[word] for word in written),
            tuple(at),
            tuple(first),
            frozenset(lines),
            frozenset(ends | {len(written)}),
            tuple(sentences),
        )

    def __len__(self) -> int:
        return len(self.written)

    def of_text(self, number: int) -> range:
        """Return the words of a text by its number."""
        return range(self.first[number], self.first[number + 1])

    def sentence_ranges(self) -> Iterator[range]:
        """Yield the words of each sentence."""
        yield from (range(start, end) for start, end in pairwise(self.sentences))


def _begin_line(sentences: list[int], lines: set[int], here: int) -> None:
    """Begin a sentence with a line, where the few words before it, behind a mark, belong to the sentence before the mark."""
    if sentences and here - sentences[-1] < _SHORTEST and sentences[-1] not in lines:
        sentences.pop()
    if here not in lines:
        lines.add(here)
        sentences.append(here)


def align(old: Words, new: Words) -> Numbers:
    """Return for each word of the old reading which word of the new one it is, else NOWHERE; shape (words of the old,).

    A sentence of which less than half is found again, or only in scattered words, is found nowhere.
    """
    codes: dict[str, int] = {}
    a, b = (np.array([codes.setdefault(w, len(codes)) for w in words.written], np.int64) for words in (old, new))
    grown = _grown_anchors(a, b)
    anchors = _chosen([_trimmed(block, old, new) for block in grown], len(a), len(b))
    where = np.full(len(a), NOWHERE, np.int64)
    for i, j, length in (*anchors, *_between(a, b, anchors)):
        where[i : i + length] = range(j, j + length)
    _give_back(where, grown, old, new)
    for sentence in old.sentence_ranges():
        found = where[sentence.start : sentence.stop]
        if not _is_found(found):
            found[:] = NOWHERE
    for run in _ambiguous(where, old, new):
        where[run.start : run.stop] = NOWHERE
    return where


def _ambiguous(where: Numbers, old: Words, new: Words) -> Iterator[range]:
    """Yield what was found, without a word of what stands before or behind it, where the same stands more than once."""
    sides = [Counter(words.written[s.start : s.stop] for s in words.sentence_ranges()) for words in (old, new)]
    edges = set(old.sentences)
    breaks = np.flatnonzero(np.diff(where) != 1) + 1
    for run in (range(start, end) for start, end in pairwise((0, *breaks.tolist(), len(where))) if end > start):
        if where[run.start] == NOWHERE or not {run.start, run.stop} <= edges:
            continue
        own = (s for s in old.sentence_ranges() if run.start <= s.start and s.stop <= run.stop)
        if all(max(side[old.written[s.start : s.stop]] for side in sides) > 1 for s in own):
            wanted = old.written[run.start : run.stop]
            if any(len(list(islice(places(wanted, words), 2))) > 1 for words in (old, new)):
                yield run


def places(wanted: Sequence[str], words: Words) -> Iterator[int]:
    """Yield where some words stand one after the other."""
    count = len(wanted)
    for at, word in enumerate(words.written) if count else ():
        if word == wanted[0] and words.written[at : at + count] == tuple(wanted):
            yield at


def as_whole(where: Numbers, words: range) -> range | None:
    """Return which words of the new reading a stretch of the old one is, None unless it stands there whole and together."""
    found = where[words.start : words.stop]
    if not len(found) or found[0] == NOWHERE or (np.diff(found) != 1).any():
        return None
    return range(int(found[0]), int(found[-1]) + 1)


def _is_found(found: Numbers) -> bool:
    """Tell whether enough of a sentence is found, and together."""
    places = found[found != NOWHERE]
    if len(places) < _SURVIVES * len(found) or not len(places):
        return False
    near = places[np.abs(places - np.median(places)) <= 2 * len(found)]
    return bool(len(near) >= _SURVIVES * len(found))


def _grown_anchors(a: Numbers, b: Numbers) -> list[Block]:
    """Return the stretches around what stands once in both, as long as both agree."""
    found: list[Block] = []
    reach: dict[int, int] = {}  # diagonal -> where the last stretch on it ended
    for i, j in _seeds(a, b):
        if reach.get(j - i, -1) <= i:
            before = _agreeing(a[:i][::-1], b[:j][::-1])
            found.append((i - before, j - before, before + _agreeing(a[i:], b[j:])))
            reach[j - i] = found[-1][0] + found[-1][2]
    return found


def _chosen(blocks: Sequence[Block], length: int, other_length: int) -> list[Block]:
    """Return the stretches without what a longer one has taken, in the order of the old reading."""
    taken, given = np.zeros(length, bool), np.zeros(other_length, bool)
    kept: list[Block] = []
    for block in sorted(blocks, key=lambda block: -block[2]):
        for i, j, words in _free(block, taken, given):
            taken[i : i + words] = given[j : j + words] = True
            kept.append((i, j, words))
    return sorted(kept)


def _seeds(a: Numbers, b: Numbers) -> list[tuple[int, int]]:
    """Return where the stretches of some words stand that both readings have once."""
    if min(len(a), len(b)) < _SEED:
        return []
    (grams, places), (other_grams, other_places) = _once(a), _once(b)
    _, one, other = np.intersect1d(grams, other_grams, assume_unique=True, return_indices=True)
    pairs = np.stack([places[one], other_places[other]], axis=1)
    return [(i, j) for i, j in pairs[pairs[:, 0].argsort()].tolist() if np.array_equal(a[i : i + _SEED], b[j : j + _SEED])]


def _once(words: Numbers) -> tuple[NDArray[np.uint64], Numbers]:
    """Return a number for each stretch of words that stands once, in ascending order, and where it begins."""
    grams = np.zeros(len(words) - _SEED + 1, np.uint64)
    for offset in range(_SEED):
        grams = grams * np.uint64(0x9E3779B97F4A7C15) + words[offset : offset + len(grams)].astype(np.uint64) + np.uint64(1)
    values, places, counts = np.unique(grams, return_index=True, return_counts=True)
    return values[counts == 1], places[counts == 1].astype(np.int64)


def _agreeing(a: Numbers, b: Numbers) -> int:
    """Return with how many equal words two stretches begin."""
    start, step, length = 0, 64, min(len(a), len(b))
    while start < length:
        end = min(start + step, length)
        other = np.flatnonzero(a[start:end] != b[start:end])
        if len(other):
            return start + int(other[0])
        start, step = end, 2 * step
    return length


def _trimmed(block: Block, old: Words, new: Words) -> Block:
    """Cut off the few words of another line or sentence into which a stretch has grown: "Die" begins many."""
    i, j, length = block
    overhang = range(min(_OVERHANG, length))
    first = last = 0
    for edges, other_edges in ((old.lines, new.lines), (old.ends, new.ends)):
        first = first or next((n for n in overhang if i + n in edges or j + n in other_edges), 0)
        last = last or next((n for n in overhang if i + length - n in edges or j + length - n in other_edges), 0)
    return i + first, j + first, max(0, length - first - last)


def _give_back(where: Numbers, grown: Sequence[Block], old: Words, new: Words) -> None:
    """Give an anchor the whole sentences at its edges back that were cut off and that nothing else has taken."""
    given = np.zeros(len(new), bool)
    given[where[where != NOWHERE]] = True
    for block in grown:
        i, j, length = block
        first, _, words = _trimmed(block, old, new)
        for start, end in ((i, first), (first + words, i + length)):
            there = slice(start + j - i, end + j - i)
            whole = {start, end} <= old.ends and {there.start, there.stop} <= new.ends
            if whole and not given[there].any() and (where[start:end] == NOWHERE).all():
                where[start:end] = range(there.start, there.stop)
                given[there] = True


def _free(block: Block, taken: NDArray[np.bool_], given: NDArray[np.bool_]) -> Iterator[Block]:
    """Yield what of a stretch no longer one has taken."""
    i, j, length = block
    free = np.concatenate(([False], ~(taken[i : i + length] | given[j : j + length]), [False]))
    for start, end in np.flatnonzero(free[1:] != free[:-1]).reshape(-1, 2).tolist():
        yield i + start, j + start, end - start


def _between(a: Numbers, b: Numbers, blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield what agrees between anchors: behind the one and before the next, also where something was moved between them."""
    bounds = [(0, 0, 0), *blocks, (len(a), len(b), 0)]
    used = sorted((j, j + length) for _, j, length in bounds)
    following = {start: end for (_, start), (end, _) in pairwise(used)}
    preceding = {end: start for start, end in following.items()}
    given = np.zeros(len(b), bool)
    for (i, j, length), (next_i, next_j, _) in pairwise(bounds):
        gap = range(i + length, next_i)
        behind = range(j + length, following.get(j + length, j + length))
        before = range(preceding.get(next_j, next_j), next_j)
        places = [n for n in dict.fromkeys((*behind, *before)) if not given[n]]
        if gap and places and max(len(gap), len(places)) <= _WIDEST:
            matcher = SequenceMatcher(None, a[gap.start : gap.stop].tolist(), b[places].tolist(), autojunk=False)
            for x, y, size in matcher.get_matching_blocks():
                for n in range(size):
                    given[places[y + n]] = True
                    yield gap.start + x + n, places[y + n], 1
