"""Turns German spelling into one form, as a normalizer that travels inside tokenizer.json."""

import re

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "[UNK]"

# The letters before -in/-innen in words for people (Bürger-, Mentor-, Aktivist-, Migrant-, Pat-):
# "gewinnen", "beginnen" and "drinnen" end otherwise.
_PERSON = r"(?<=\p{L}{3}(?:er|or|st|nt|at|et|og|ot|it|ar|är|ch|lt|rt|eu))"

_FOLDS: tuple[tuple[str, str], ...] = (
    # Word breaks hidden in the text: soft hyphen, zero-width spaces and joiners.
    ("[\u00ad\u200b\u200c\u200d\ufeff]", ""),
    # Bürger*innen, Bürger:innen, Bürger_innen, Bürger·innen, Bürger/innen, Bürger/-innen
    (r"(?<=\p{L}{2})(?:[*:_·•]|/[-\u2010\u2011]?)(?=innen|in(?!\p{L}))", ""),
    # Bürger(innen)
    (r"(?<=\p{L}{2})\((?=in(?:nen)?\))", ""),
    (_PERSON + r"innen", ""),
    (_PERSON + r"in(?!\p{L})", ""),
    # Fluechtling, Koerper, Aemter; not Frauen, Steuer, Quelle. Duell and Poet change too, on both sides.
    (r"(?<![aeiouäöüq])ue", "ü"),
    (r"ae", "ä"),
    (r"oe", "ö"),
    ("ß", "ss"),
)

_WORD = r"\p{L}+|\p{N}+|[§%€]"

_GENDER_SIGN = re.compile(
    r"(?<=[^\W\d_]{2})(?:[*:_·•]|/[-\u2010\u2011]?|\((?=in(?:nen)?\)))(?=innen|in(?![^\W\d_]))", re.IGNORECASE
)
_HIDDEN = re.compile("[\u00ad\u200b\u200c\u200d\ufeff]")
_WORDS = re.compile(r"[^\W\d_]+|\d+|[§%€]")


def normalizer() -> normalizers.Normalizer:
    """Return the spelling rules."""
    rules = [normalizers.NFKC(), normalizers.Lowercase()]
    rules += [normalizers.Replace(Regex(pattern), text) for pattern, text in _FOLDS]
    return normalizers.Sequence(rules)


def splitter() -> pre_tokenizers.PreTokenizer:
    """Return the rule that keeps words, numbers and a few signs, and drops all else."""
    return pre_tokenizers.Split(Regex(_WORD), behavior="removed", invert=True)


def words(text: str) -> list[str]:
    """Return the words of `text` as they stand, cut where `splitter` cuts the normalised text."""
    return _WORDS.findall(_GENDER_SIGN.sub("", _HIDDEN.sub("", text)))


def empty_tokenizer() -> Tokenizer:
    """Return a tokenizer with our rules and no vocabulary yet."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = splitter()
    return tokenizer
