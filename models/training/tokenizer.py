"""Turns a corpus into a vocabulary: words, their parts for rare compounds, and one row of vectors for all forms of a word."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import simplemma
from tokenizers import Tokenizer, models, trainers

from models.training.compounds import Compounds
from models.training.corpus import Corpus, IntArray, LongArray
from models.training.normalisation import UNKNOWN, empty_tokenizer

# A form is worth a token from this count on, a compound (which its parts can stand for) from the second.
_RARE = 3
_RARE_COMPOUND = 60
# A word of the thesaurus gets training beyond its count in the text.
_THESAURUS_WEIGHT = 4
_PIECES = 6000
_LONGEST_PIECE = 6
_LINKED = ("ung", "heit", "keit", "ion", "tät", "schaft", "tum", "ling")


@dataclass(frozen=True, slots=True)
class Runs:
    """Rows of numbers of different lengths, one after another: row i is token[start[i]:start[i + 1]]."""

    token: IntArray
    start: LongArray


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer, and for each of its tokens the row of vectors that it shares with the word's other forms."""

    tokenizer: Tokenizer
    row: IntArray

    @property
    def rows(self) -> int:
        """Number of different rows."""
        return int(self.row.max()) + 1

    def encode(self, texts: list[str]) -> Runs:
        """Encode texts into runs of row numbers; what the vocabulary lacks is left out."""
        found: list[npt.NDArray[np.int32]] = []
        for at in range(0, len(texts), 20_000):
            for encoding in self.tokenizer.encode_batch_fast(texts[at : at + 20_000], add_special_tokens=False):
                rows = self.row[np.array(encoding.ids, np.int32)]
                found.append(rows[rows > 0])
        start = np.concatenate([[0], np.cumsum([len(rows) for rows in found])]).astype(np.int64)
        return Runs(np.concatenate(found) if found else np.empty(0, np.int32), start)


def word_counts(corpus: Corpus) -> LongArray:
    """Count how often each word of the vocabulary stands in the text."""
    return np.bincount(corpus.word, minlength=len(corpus.vocabulary)).astype(np.int64)


def rows_of_sentences(corpus: Corpus, tokens: Runs) -> Runs:
    """Write each sentence of the text as the rows of its words; `tokens` holds those of each word of its vocabulary."""
    length = np.diff(tokens.start)[corpus.word]
    end = np.concatenate([[0], np.cumsum(length)])
    place = np.repeat(tokens.start[corpus.word] - end[:-1], length) + np.arange(end[-1])
    return Runs(tokens.token[place], end[corpus.sentence_start])


def learn_vocabulary(corpus: Corpus, terms: list[str], rows: int) -> Vocabulary:
    """Choose the words and pieces that fill `rows` rows; `terms` of the thesaurus come in sooner than others."""
    counts, spelling = _forms(corpus)
    pieces = _pieces(counts)
    compounds = Compounds(counts)
    known = {word.lower() for term in terms for word in term.split()}
    families: defaultdict[str, list[str]] = defaultdict(list)
    weight: defaultdict[str, int] = defaultdict(int)
    for form, count in counts.items():
        familiar = form in known
        least = _RARE if familiar or compounds.cut(form) is None else _RARE_COMPOUND
        if count >= least and form.isalpha():
            lemma = simplemma.lemmatize(spelling[form], lang="de").lower().replace("ß", "ss")
            families[lemma].append(form)
            weight[lemma] += count * (_THESAURUS_WEIGHT if familiar else 1)
    room = rows - 1 - len(pieces)
    chosen = sorted(families, key=lambda lemma: (-weight[lemma], lemma))[:room]
    return _assemble(families, chosen, counts, pieces)


def _assemble(families: dict[str, list[str]], chosen: list[str], counts: dict[str, int], pieces: list[str]) -> Vocabulary:
    """Give tokens their scores and rows; row 0 is the unknown token's."""
    entries: dict[str, tuple[float, int]] = {UNKNOWN: (0.0, 0)}
    most = max(counts.values())
    for row, lemma in enumerate(chosen, start=1):
        for form in families[lemma]:
            commonness = float(np.log(counts[form]) / np.log(most))
            entries[form] = (_score(form, commonness), row)
        if lemma.endswith(_LINKED):
            entries.setdefault(lemma + "s", (_score(lemma, 0.5), row))
    for row, piece in enumerate((piece for piece in pieces if piece not in entries), start=len(chosen) + 1):
        entries[piece] = (round(-14.0 + 0.1 * len(piece), 1) if len(piece) > 1 else -15.0, row)
    tokenizer = empty_tokenizer()
    tokenizer.model = models.Unigram([(token, score) for token, (score, _) in entries.items()], unk_id=0)
    tokenizer.add_special_tokens([UNKNOWN])
    return Vocabulary(tokenizer, np.array([row for _, row in entries.values()], np.int32))


def _score(form: str, commonness: float) -> float:
    """Score a word so that it beats any two others in its place, and long words beat short ones within a compound."""
    if len(form) <= 3:
        return -13.5
    return round(-9.0 + commonness + 0.05 * min(len(form), 12) - (1.5 if len(form) == 4 else 0.0), 2)


def _forms(corpus: Corpus) -> tuple[dict[str, int], dict[str, str]]:
    """Count the words as the normalizer writes them, and keep the commonest spelling of each."""
    fold = empty_tokenizer().normalizer
    counts: defaultdict[str, int] = defaultdict(int)
    best: dict[str, tuple[int, str]] = {}
    for word, count in zip(corpus.vocabulary, word_counts(corpus).tolist(), strict=True):
        form = fold.normalize_str(word)
        counts[form] += count
        if count > best.get(form, (-1, ""))[0]:
            best[form] = (count, word)
    return dict(counts), {form: word for form, (_, word) in best.items()}


def _pieces(counts: dict[str, int]) -> list[str]:
    """Learn short pieces for what no word covers, every number up to 2100, and every single character."""
    trainer = trainers.UnigramTrainer(
        vocab_size=_PIECES, special_tokens=[UNKNOWN], unk_token=UNKNOWN, max_piece_length=_LONGEST_PIECE
    )
    tokenizer = empty_tokenizer()
    samples = (" ".join([form] * max(1, int(count**0.4))) for form, count in counts.items() if count >= _RARE)
    tokenizer.train_from_iterator(samples, trainer)
    learned = [piece for piece in tokenizer.get_vocab() if piece != UNKNOWN]
    letters = Counter(letter for form in counts for letter in form)
    common = sorted(letter for letter, count in letters.items() if count >= _RARE)
    return list(dict.fromkeys([*sorted(learned), *map(str, range(2101)), *common]))
