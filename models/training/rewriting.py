"""Turns each word into what may stand for it: thesaurus terms, parts of a compound, a slip of the finger."""

import random
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import simplemma

from models.training.compounds import Compounds
from models.training.corpus import Corpus, LongArray
from models.training.thesaurus import Group, groups_by_term
from models.training.tokenizer import Runs, Vocabulary, word_counts

FloatArray = npt.NDArray[np.float32]

_FUNCTION_WORDS = 200
_RARE = 3
_BROADER = 0.3
_COMPOUND = 0.5


@dataclass(frozen=True, slots=True)
class Replacements:
    """For word w the phrases choice[start[w]:start[w + 1]] with rising chances up to 1, and the phrases' tokens."""

    start: LongArray
    choice: npt.NDArray[np.int32]
    chance: FloatArray
    phrases: Runs
    group_start: LongArray
    group_phrase: npt.NDArray[np.int32]


def find_replacements(corpus: Corpus, groups: list[Group], vocabulary: Vocabulary) -> Replacements:
    """Look up every word of the corpus by itself and by its lemma, and cut compounds the corpus attests."""
    phrases: dict[str, int] = {}
    known = groups_by_term(groups)
    counts = word_counts(corpus)
    compounds = Compounds(_lower_counts(corpus, counts))
    function_words = set(np.argsort(-counts)[:_FUNCTION_WORDS].tolist())
    start = [0]
    choice: list[int] = []
    chance: list[float] = []
    for number, word in enumerate(corpus.vocabulary):
        if counts[number] >= _RARE and number not in function_words and len(word) > 2 and word.isalpha():
            weights = _synonyms(word, groups, known)
            for phrase, weight in _parts(word, compounds).items():
                weights[phrase] += weight
            total = sum(weights.values())
            rising = 0.0
            for phrase, weight in weights.items():
                rising += weight / total
                choice.append(phrases.setdefault(phrase, len(phrases)))
                chance.append(rising)
        start.append(len(choice))
    members = [[phrases.setdefault(term, len(phrases)) for term in group.terms] for group in groups]
    return Replacements(
        start=np.array(start, np.int64),
        choice=np.array(choice, np.int32),
        chance=np.array(chance, np.float32),
        phrases=vocabulary.encode(list(phrases)),
        group_start=np.concatenate([[0], np.cumsum([len(m) for m in members])]).astype(np.int64),
        group_phrase=np.array([phrase for member in members for phrase in member], np.int32),
    )


def misspell(corpus: Corpus, vocabulary: Vocabulary, seed: int) -> Runs:
    """Give each word of six letters or more one misspelling; shorter words stay as they are."""
    chance = random.Random(seed)
    return vocabulary.encode([_slip(word, chance) for word in corpus.vocabulary])


def _synonyms(word: str, groups: list[Group], known: dict[str, list[int]]) -> defaultdict[str, float]:
    weights: defaultdict[str, float] = defaultdict(float)
    lemma = simplemma.lemmatize(word, lang="de").lower()
    own = {lemma, word.lower()}
    numbers = known.get(lemma) or known.get(word.lower()) or []
    for number in numbers:
        for term in groups[number].terms:
            if term.lower() not in own:
                weights[term] += 1.0 / len(numbers) / len(groups[number].terms)
        for term in groups[number].broader:
            weights[term] += _BROADER / len(numbers) / len(groups[number].broader)
    return weights


def _lower_counts(corpus: Corpus, counts: LongArray) -> dict[str, int]:
    total: defaultdict[str, int] = defaultdict(int)
    for word, count in zip(corpus.vocabulary, counts.tolist(), strict=True):
        if word.isalpha():
            total[word.lower()] += count
    return dict(total)


def _parts(word: str, compounds: Compounds) -> dict[str, float]:
    """Return "Gewinnung Teilnehmer", "Teilnehmer Gewinnung" and "Gewinnung" for "Teilnehmergewinnung"."""
    parts = compounds.cut(word.lower())
    if parts is None:
        return {}
    left, right = parts
    return {f"{right} {left}": 0.5 * _COMPOUND, f"{left} {right}": 0.3 * _COMPOUND, right: 0.2 * _COMPOUND}


def _slip(word: str, chance: random.Random) -> str:
    if len(word) < 6 or not word.isalpha():
        return word
    at = chance.randrange(1, len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + chance.choice("abdefghiklmnoprstuz") + word[at + 1 :]
