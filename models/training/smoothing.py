"""Turns trained vectors into vectors that lie nearer to those of the thesaurus terms of the same meaning."""

from collections import defaultdict

import numpy as np

from models.training.rewriting import FloatArray
from models.training.thesaurus import Group
from models.training.tokenizer import Vocabulary

# How far a word moves: the mean direction of its synonyms is added with this weight, its length is kept.
_WEIGHT = 0.2


def smooth(vectors: FloatArray, vocabulary: Vocabulary, groups: list[Group], weight: float = _WEIGHT) -> FloatArray:
    """Add to each word of the thesaurus the mean direction of the terms it shares a group with."""
    terms = list(dict.fromkeys(term for group in groups for term in group.terms))
    number = {term: at for at, term in enumerate(terms)}
    runs = vocabulary.encode(terms)
    rows = [runs.token[runs.start[at] : runs.start[at + 1]] for at in range(len(terms))]
    direction = np.zeros((len(terms), vectors.shape[1]), np.float32)
    for at, run in enumerate(rows):
        total = vectors[run].sum(axis=0)
        direction[at] = total / max(float(np.linalg.norm(total)), 1e-6)
    neighbours: defaultdict[int, list[int]] = defaultdict(list)
    for group in groups:
        members = [number[term] for term in group.terms]
        for member in members:
            if len(rows[member]) == 1:
                row = int(rows[member][0])
                neighbours[row] += [m for m in members if not (len(rows[m]) == 1 and rows[m][0] == row)]
    smoothed = vectors.copy()
    for row, others in neighbours.items():
        length = float(np.linalg.norm(vectors[row]))
        mean = direction[others].mean(axis=0) if others else np.zeros(vectors.shape[1], np.float32)
        if length > 0 and mean.any():
            moved = vectors[row] / length + weight * mean / np.linalg.norm(mean)
            smoothed[row] = moved / np.linalg.norm(moved) * length
    return smoothed
