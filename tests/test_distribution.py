"""Starting vectors of the built-in model: words that keep the same company begin together, common ones begin short."""

import numpy as np
import numpy.typing as npt

from models.training.distribution import starting_vectors

UNKNOWN, AUNT, UNCLE, HOUSE, COURT, JUDGE, CLAIM, UNSEEN = range(8)

# "Tante Haus", "Onkel Haus", "Gericht Richter", "Klage Richter": two worlds that share no word.
_TEXT = np.array([AUNT, HOUSE, UNCLE, HOUSE, COURT, JUDGE, CLAIM, JUDGE], np.int32)
_START = np.array([0, 2, 4, 6, 8], np.int64)


def _vectors(seed: int = 1) -> npt.NDArray[np.float32]:
    return starting_vectors(_TEXT, _START, rows=8, dimensions=4, seed=seed)


def _cosine(vectors: npt.NDArray[np.float32], one: int, other: int) -> float:
    return float(vectors[one] @ vectors[other] / np.linalg.norm(vectors[one]) / np.linalg.norm(vectors[other]))


def test_words_with_the_same_neighbours_begin_in_one_place() -> None:
    vectors = _vectors()
    assert _cosine(vectors, AUNT, UNCLE) > 0.999
    assert _cosine(vectors, COURT, CLAIM) > 0.999


def test_neighbours_end_with_their_sentence() -> None:
    vectors = _vectors()
    assert abs(_cosine(vectors, UNCLE, COURT)) < 0.001
    assert abs(_cosine(vectors, HOUSE, COURT)) < 0.001


def test_the_sixth_word_is_no_neighbour() -> None:
    def likeness(between: int) -> float:
        text = [AUNT, *[CLAIM] * between, HOUSE, UNCLE, *[CLAIM] * between]
        start = np.array([0, between + 2, len(text)], np.int64)
        return _cosine(starting_vectors(np.array(text, np.int32), start, rows=8, dimensions=2, seed=1), AUNT, UNCLE)

    # the aunt has the house beside the same claims as the uncle, or it stands too far away to tell them apart
    assert likeness(between=4) < 0.99
    assert likeness(between=5) > 0.999


def test_common_words_begin_short() -> None:
    length = np.linalg.norm(_vectors(), axis=1)
    # twice as common, and far above the share where lengths begin to fall: length falls with the root
    assert abs(length[AUNT] / length[HOUSE] - 2**0.5) < 0.001
    assert length[UNSEEN] > length[AUNT]


def test_a_word_that_the_text_lacks_has_a_direction_of_its_own_and_always_the_same() -> None:
    assert abs(_cosine(_vectors(), UNSEEN, UNKNOWN)) < 0.999
    assert (_vectors() == _vectors()).all()
    assert not np.allclose(_vectors(seed=1)[UNSEEN], _vectors(seed=2)[UNSEEN])
