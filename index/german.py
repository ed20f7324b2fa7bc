"""German text becomes terms: one folding for index and query, stems for word forms, character n-grams for the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

#: Changes whenever the same text would give other terms; an index made by another version is not searched.
ANALYSIS_VERSION = 5

_LONGEST = 100  # letters of a word that count; a longer one is no word, and rules take quadratic time over it
_GRAM = 4  # 4 and 5 measured alike; 4 finds a little more of the paraphrases
_STEMMER = Stemmer.Stemmer("german")
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe"}
    | {"đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "a"}
)
_MARKS = "\u0300-\u036f"  # combining, as in "u" + "¨"


def _word_pattern(letter: str, sign: str) -> re.Pattern[str]:
    """Return what a word looks like, for letters and for letters or digits that are written so."""
    # "Bürger*innen", "Bürger/-innen", "Migrant(inn)enorganisation", "Geflüchtete:r", "Rom*nja": one word, sign included;
    # no letter is given back ("++"), since none of the signs that may follow is one
    feminine = rf"innen{letter}*|(?:Innen|IN(?:NEN)?|in)(?!{sign})"
    others = rf"(?:[ernms]{{1,2}}|nja|zz?[ea])(?!{sign})"
    in_brackets = rf"\((?i:inn\)en{letter}*|innen\){letter}*|(?:in|[ernms]{{1,2}})\)(?!{sign}))"
    gendered = rf"{letter}{{3,}}+(?:(?:[*:_·•]|/-?)(?:{feminine}|{others})|{in_brackets})"
    # samo.fa+, 3.2, 1.000, but not "24.12.2023" (the year is a word), "Ende.Anfang" (a blank is missing) nor "z.B."
    dotted = rf"(?:{sign}{{2,}}+|\d)(?:\.(?!\d{{4}}(?!\d))(?=[a-zäöüß\d]){sign}++)++\+?"
    capitals = r"[A-ZÄÖÜ]{2,}+(?:\.[A-ZÄÖÜ]{2,}+)++\+?"
    apostrophe = rf"{letter}++(?:['’]{letter}++)++"
    return re.compile(rf"{gendered}|{dotted}|{capitals}|{apostrophe}|{sign}+|§+")


_WORD = _word_pattern(r"[^\W\d_]", r"[^\W_]")
_WORD_WITH_MARKS = _word_pattern(rf"(?:[^\W\d_][{_MARKS}]*+)", rf"(?:[^\W_][{_MARKS}]*+)")
_HAS_MARKS = re.compile(rf"[^\W_][{_MARKS}]")
_HYPHENED = re.compile(r"(?<![^\W_])(?<![^\W_]-)([^\W_]+)[-‐‑]([^\W_]+)(?!-?[^\W_])")
_SHORT = 2  # letters of a part that says nothing alone: "E-Mail", "TGS-H"
_FEMININE_ENDING = re.compile(r"(?:[*:_·•]|/-?)(?:innen|Innen|INNEN|(?:in|IN)$)|\((?i:inn\)en|innen\)|in\))")
_SIGNS = re.compile(r"[*:_·•/()\-'’]")
_DOTS = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])|(?<=\d)\.(?=\d{3}(?!\d))")  # "samo.fa" is "samofa", "1.000" is "1000"
# What stands before the feminine ending of a word for a person: where the masculine ends in "-e", or has "-en" in compounds ...
_WEAK = (
    r"(?:[a-z]{2,}(?:ant|ent|ist|at|og|eut|ekt|oph|ert|[nli]es)"
    r"|[a-z]*(?:kolleg|beamt|pat|lots|zeug|kund|bot|genoss|graf|pilot|poet|athlet|alphabet|jesid)"
    r"|tuerk|kurd|pol|jued|griech|serb|russ|schwed|rumaen|franzoes|daen)"
)
# ... and elsewhere; "gewinnen" and "Berlin" have none of all these
_STRONG = (
    r"(?:[a-z]{2,}(?:er|or|eur|zt|lt|nd|wirt|lim)"
    r"|[a-z]*(?:nachbar|thekar|notar|missar|chef|koech|raet|ungar|bulgar|afghan))"
)
# No persons: before an ending for persons stands a root, which has a vowel: "Lehr-er-in", not "Schwerin" nor "Platin"
# ("Christ" is a root itself) ...
_WITHOUT_ROOT = r"(?!(?!christ)[b-df-hj-np-tv-xz]{2,}(?:ant|ent|ist|at|er|or)in$)"
# ... and, of those frequent in the training text, what has an "-s" in the genitive, as no woman has ("Konstantins"), and "hierin"
_NO_PERSON = r"(?<!hierin)(?<!onstantin)(?<!valentin)(?<!trampolin)(?<!holesterin)(?<!keratin)"
_FEMININE = re.compile(rf"{_WITHOUT_ROOT}({_WEAK}|{_STRONG})in${_NO_PERSON}")
# with "-innen" all are, but for verbs, gutters and spiders: "gewinnen", "zurückgewinnen", "besinnen", "Dachrinnen"
_FEMININE_PLURAL = re.compile(
    r"(?!(?:an|be|ge|er|ent|nach)s|(?:ge|ver|zer)r)([a-z]{3,})(?<!gew)(?<!beg)(?<!sp)(?<![b-df-hj-np-tv-z]r)innen$"
)
_FEMININE_INSIDE = re.compile(rf"({_WEAK}|{_STRONG})innen(?=[a-z]{{3}})")
_IS_WEAK = re.compile(rf"{_WEAK}$")
_ROMANI = re.compile(r"(?<=^rom)n(?:ja|i)$|(?<=^sinti)zz?[ea]$")  # "Romnja", "Sintizze": the feminine of Roma and Sinti


class _WithoutMarks(dict[int, int | None]):
    """A table for str.translate that drops combining marks, filled as characters come."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_MARKS = _WithoutMarks()

_STOP_WORDS = """
    aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim
    bereits bin bis bist da dabei dadurch dafür dagegen daher damit danach daran darauf daraus darf darin darum
    darüber das dass davon dazu dein deine dem den denen denn der deren des dessen die dies diese diesem diesen
    dieser dieses doch dort du durch eben ein eine einem einen einer eines einige er es etwa etwas euch euer
    eure für gegen gibt habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer
    ihres im immer in indem ins ist ja jede jedem jeden jeder jedes jedoch jene jetzt kann kein keine keinem
    keinen keiner können könnte man manche mehr mein meine mich mir mit muss müssen nach nicht nichts noch nun
    nur ob oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sogar solche soll
    sollen sollte sondern sonst sowie um und uns unser unsere unter viel vom von vor wann war waren warum was
    wegen weil weiter welche welchem welchen welcher welches wem wen wenn wer werde werden wie wieder wieso wieviel will
    wir wird wirst wo wollen worden wurde wurden während zu zum zur zwar zwischen über
"""


class Word(NamedTuple):
    """A word of a text: where it stands (characters, end exclusive), how it is folded, and its stem."""

    start: int
    end: int
    folded: str
    stem: str

    @property
    def is_stop_word(self) -> bool:
        """True for words that carry no content of their own."""
        return is_stop_word(self.folded)


def fold(text: str) -> str:
    """Return text in the one form in which words are compared: lower case, ä as ae, ß as ss, no other marks."""
    # letters of mathematics, circled and full-width ones are plain only once composed by compatibility (NFKC)
    lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).translate(_LETTERS)
    if lower.isascii():
        return lower
    return unicodedata.normalize("NFKD", lower).translate(_WITHOUT_MARKS).lower().translate(_LETTERS)


def squeezed(text: str) -> str:
    """Return letters and digits only, folded: line breaks, quotation marks and spacing make no other quotation."""
    return re.sub(r"[\W_]+", "", fold(text))


_FOLDED_STOP_WORDS = frozenset(fold(word) for word in _STOP_WORDS.split())


def is_stop_word(folded: str) -> bool:
    """Tell whether a folded word carries no content of its own."""
    return folded in _FOLDED_STOP_WORDS


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order: parts of hyphenated words one by one, gender forms as one word.

    Where a part says nothing alone, the whole word comes before it: "E-Mail" gives "email", "e", "mail".
    """
    wholes = {match.start(): match for match in _HYPHENED.finditer(text) if _says_little(*match.groups())} if "-" in text else {}
    pattern = _WORD_WITH_MARKS if _HAS_MARKS.search(text) else _WORD
    for match in pattern.finditer(text):
        start, end = match.span()
        if wholes and (whole := wholes.get(start)) is not None:
            yield Word(start, whole.end(), *_folded_and_stem("".join(whole.groups())[:_LONGEST]))
        folded, stem = _folded_and_stem(match[0][:_LONGEST])
        if folded:
            yield Word(start, end, folded, stem)


def _says_little(first: str, last: str) -> bool:
    if first.isdigit() and last.isdigit():
        return False
    return min(len(first), len(last)) <= _SHORT or is_stop_word(fold(first)) or is_stop_word(fold(last))


@lru_cache(maxsize=200_000)
def _folded_and_stem(word: str) -> tuple[str, str]:
    folded = folded_word(word)
    return folded, stem(folded)


def folded_word(word: str) -> str:
    """Return the one form that all gender forms and spellings of a word share: "Bürger*innen" as "buerger"."""
    head, ending, rest = _FEMININE_ENDING.sub("|", word, count=1).partition("|")
    if ending:
        person, rest = fold(_SIGNS.sub("", head)), fold(rest)
        return _in_compound(person) + rest if rest else _masculine(person)
    return _DOTS.sub("", _without_gender(fold(_SIGNS.sub("", word))))


def _without_gender(folded: str) -> str:
    """Return the masculine form, which all gender forms of a word share: "buergerinnen" as "buerger"."""
    # asked first: an expression looks for an ending from every letter on, and takes twenty times as long
    if folded.startswith(("rom", "sinti")):
        folded = _ROMANI.sub(lambda m: "a" if m[0][0] == "n" else "", folded)
    if "innen" in folded:
        folded = _FEMININE_INSIDE.sub(lambda m: _in_compound(m[1]), folded)
    if folded.endswith("in"):
        return _FEMININE.sub(lambda m: _masculine(m[1]), folded)
    return _FEMININE_PLURAL.sub(lambda m: _masculine(m[1]), folded) if folded.endswith("innen") else folded


def _masculine(person: str) -> str:
    """Return a person without the feminine ending: Integrationslots-in is Integrationslots-e, whose "s" is no ending."""
    return person + "e" if person.endswith("s") else person


def _in_compound(person: str) -> str:
    """Return the masculine form as the first part of a compound: Migranten-organisation, Ärzte-kammer."""
    return person + ("en" if _IS_WEAK.search(person) else "e" if person.endswith("aerzt") else "")


# Endings that the Snowball stemmer leaves: foreign plurals ("Zentr-um, -en", "Them-a, -en", "Mechanism-us, -en", "Prax-is, -en";
# not "Raum", "Eigentum", "Trauma"), "-s" behind letters it does not expect ("Kita-s", "Workshop-s"; not "Kreis", "Zeugnis"), and
# "Nachbar-n".
_FOREIGN = re.compile(r"(?<=...)(?:(?<![at])um|(?<=[aok]t)um)$|(?<=....)(?:(?<=[^um]m)a|(?<=m)us|(?<=kl)us|(?<=x)is)$")
_PLURAL_S = re.compile(r"(?<=....)(?<=[aoiyw])(?<![aeo][io])(?<![nx]i)s$|(?<=...)(?<=[pv])s$|(?<=....ar)n$")
_LOSES_S = re.compile(r"(?:[eu]r|ul)s$|(?:^|[a-z]{3})dienst$")
_ABLE = re.compile(r"(?<=[ai]b)el$")  # "vulnerabel", "vulnerable"
# Stems lose their umlauts, since inflection gives and takes them: "Rat, Räte", "fahren, fährt". No ending tells where it doesn't
# ("zählen" is like "Räten"), but roots do: these keep theirs in all forms, and other frequent words are like them but for it.
# Without such a twin none is listed: nothing would be gained, and "Erzahlung", as some type it, would no longer meet "Erzählung".
# (Letters come first, and what may not stand before them after them: so the expression is looked for five times as fast.)
_WITH_TWIN = "|".join(
    [
        *("foerder", "fuehr", "waehr"),  # "Forderung", "Einfuhr", "Wahrung"
        *("zaehl(?<!erzaehl)(?!ig)", "loes(?<!kloes)(?<![bk]uloes)(?!ch|s)"),  # "Zahlung", "Losung"; not "löschen", "Klöster"
        "drueck(?:(?<=[bg]edrueck)|(?<=unterdrueck))",  # "gedruckt"; but an "Ausdruck" has "Ausdrücke"
        *("taeusch(?<!enttaeusch)", "zoeger", "belaestig", "benoetig"),  # "tauschen", "zogen", "belasten", "benotet"
        *("schoen", "naechst"),  # "schon", "nach"
        *("buerg", "bluete(?!r)", "kueche", "faehren?$(?<!gefaehre)(?<!gefaehren)"),  # "Burg", "Blut", "Kuchen", "fahren"
    ]
)
_WITH_TWIN_AT_FIRST = "|".join(
    [
        *("(?:ge)?aecht", "aender", "drueck", "fueg", "praeg"),  # "Achtung", "anders", "drucken", "Fugen", "Prag"
        *("spuer", "hoert", "muende(?!r)", "saechlich"),  # "Spuren", "Hort", "Mund", "sachlich"
        *("geraet", "suend", "staette", "gefaelle(?!n)", "baer(?:en|s)?$"),  # "geraten", "Sund", "statt", "gefallen", "Bar"
    ]
)
_HAS_TWIN = re.compile(_WITH_TWIN)
_BEGINS_WITH_TWIN = re.compile(_WITH_TWIN_AT_FIRST)
_Y_OR_WITH_TWIN = re.compile(f"y|^(?:{_WITH_TWIN_AT_FIRST})|{_WITH_TWIN}")
_UMLAUT = re.compile("[aou]e")


@lru_cache(maxsize=200_000)
def stem(folded: str) -> str:
    """Return the stem of a folded word, which its inflected forms share."""
    # the stemmer takes "-erin" for a feminine ending; where folding has left it, it is none, nor before the "s" of "Cholesterins"
    found = _PLURAL_S.sub("", _stemmed(f"{folded}s" if folded.endswith("erin") else folded))
    if _LOSES_S.search(found):  # "Kurs" loses its "s" at once, "Kurse" only the "e"
        found = _stemmed(found)
    return _ABLE.sub("l", _FOREIGN.sub("", found))


def _stemmed(folded: str) -> str:
    """Return what Snowball's stemmer makes of a word, with the umlauts that are its roots' own."""
    has_umlaut = "ae" in folded or "oe" in folded or "ue" in folded
    if not has_umlaut or not (_HAS_TWIN.search(folded) or _BEGINS_WITH_TWIN.match(folded)):
        plain: str = _STEMMER.stemWord(folded)
        return plain
    vowels: list[str] = []

    def hide(match: re.Match[str]) -> str:
        vowels.append("y" if match[0] == "y" else _UMLAUT.findall(match[0])[0])
        return match[0].replace(vowels[-1], "y", 1)

    stemmed = _STEMMER.stemWord(_Y_OR_WITH_TWIN.sub(hide, folded))  # "y" is a vowel too, but the stemmer keeps it
    left = iter(vowels)
    return re.sub("y", lambda _: next(left), stemmed)


def terms(text: str) -> list[str]:
    """Return the terms under which a text is found, with repetitions: stems and character n-grams, no stop words."""
    return terms_of(words(text))


def terms_of(found: Iterable[Word]) -> list[str]:
    """Return the terms of words, as ``terms`` does of their text."""
    return [term for word in found if not word.is_stop_word for term in _terms(word.folded)]


def terms_of_word(folded: str) -> tuple[str, ...]:
    """Return the terms of a folded word, none for a stop word: its stem, marked with "=", and its n-grams."""
    if is_stop_word(folded):
        return ()
    grams = tuple(folded[i : i + _GRAM] for i in range(len(folded) - _GRAM + 1)) if len(folded) > _GRAM else ()
    return (f"={stem(folded)}", *grams)


_terms = lru_cache(maxsize=200_000)(terms_of_word)
