"""What is known of the specimens becomes quotations, right ones and wrong ones by rule; ``python -m tests.mutations`` writes them.

Each rule names what it does to a sentence and what a careful reader must then say; no rule asks the program.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from corpus.specimens.build import FOLDER
from tests.conftest import ROOT

ROWS = ROOT / "tests" / "quotes" / "mutated.tsv"
BY_HAND = ROOT / "tests" / "quotes" / "by_hand.tsv"
NAMES = ("buch", "broschuere", "arbeitspapier")
_MARKS = ("„%s“", "»%s«", '"%s"', "«%s»", "“%s”", "‚%s‘", "„%s”")
_LEADS = ("Es heißt: ", "Nach Auskunft der Befragten gilt: ", "", "Dazu nur so viel: ", "Im Text steht ")


class Row(NamedTuple):
    """A text with one quotation in it, and what must be said of that; ``place`` is specimen and PDF pages."""

    id: str
    kind: str
    verdict: str
    place: str
    text: str


class Sentence(NamedTuple):
    """A sentence of a specimen: its text, where it was set (PDF pages), and how those are numbered."""

    name: str
    number: int  # in the order of writing
    path: tuple[str, ...]
    text: str
    pages: tuple[int, int]
    printed: str

    @property
    def place(self) -> str:
        """As in the table."""
        first, last = self.pages
        return f"{self.name} {first}" if first == last else f"{self.name} {first}-{last}"


@cache
def sentences(name: str) -> tuple[Sentence, ...]:
    """Return the sentences of running text and notes that are long enough to be known again and stand on numbered pages."""
    told: dict[str, Any] = json.loads((FOLDER / f"muster-{name}.truth.json").read_text("utf-8"))
    printed = {page["pdf_page"]: page["printed"] for page in told["pages"]}
    ends = [item["ends"] for item in told["written"]]
    found = []
    for number, item in enumerate(told["written"]):
        pages = (item["starts"][0], item["ends"][0])
        if pages[0] < pages[1] and item["starts"] in ends:
            continue  # it begins with a line, perhaps the first of the next page, and the place is that of the word before
        plain = not re.search(r"[„“‚‘\"»«…\[\]]", item["text"])
        if item["kind"] == "text" and all(page in printed for page in pages) and plain and len(item["text"].split()) >= 8:
            locator = "–".join(dict.fromkeys(printed[page] for page in pages))
            found.append(Sentence(name, number, tuple(item["path"]), item["text"], pages, locator))
    return tuple(found)


def every(step: int, offset: int) -> Iterator[Sentence]:
    """Yield sentences of all specimens in turn, each ``step``-th."""
    for at in range(offset, 10_000, step):
        for name in NAMES:
            if at < len(sentences(name)):
                yield sentences(name)[at]


def quoted(text: str, locator: str, at: int) -> str:
    """Return a text with marks around it, words before it, and a locator behind it, which change from row to row."""
    marked = _MARKS[at % len(_MARKS)] % text
    behind = (
        f" (S. {locator}).",
        f", S. {locator}.",
        f" (Muster 2026, S. {locator})",
        f" (ebd., S. {locator})",
        f" (vgl. S. {locator})",
    )
    return _LEADS[at % len(_LEADS)] + marked + (behind[at % len(behind)] if locator else "")


def stripped(text: str) -> str:
    return text.rstrip(".")


# The rules.  Each returns what becomes of a sentence, None where it does not apply.


def hyphenated(text: str) -> str | None:
    """Set in lines of about forty letters, the last word of each broken where that is possible."""
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) < 40:
            line += f" {word}" if line else word
            continue
        cut = re.fullmatch(r"([a-zäöüßA-ZÄÖÜ][a-zäöüß]{3,}[bdfgklmnprt])([bdfgklmnprtvwz][aeiouäöü][a-zäöüß]{2,}\W?)", word)
        lines.append(f"{line} {cut[1]}-" if cut else line)
        line = cut[2] if cut else word
    lines.append(line)
    return "\n".join(lines) if any(one.endswith("-") for one in lines) else None


def shortened(text: str) -> str | None:
    words = text.split()
    if len(words) < 14:
        return None
    return " ".join([*words[:5], "[…]", *words[9:]])


def inserted(text: str) -> str | None:
    match = re.search(r" (er|sie|es|wir) ", text)
    return text.replace(match[0], " [der Verbund] ", 1) if match else None


def lowered(text: str) -> str:
    first = text[0].lower() if text[0].isupper() else text[0].upper()
    return f"[{first}]{text[1:]}"


def dropped(text: str) -> str | None:
    """Without its seventh word, or the next one that says neither no nor how many."""
    words = text.split()
    at = next(
        (n for n in range(6, len(words) - 1) if re.fullmatch(r"[a-zäöüßA-ZÄÖÜ]{4,}", words[n]) and not grave(words[n])), None
    )
    return None if at is None else " ".join(words[:at] + words[at + 1 :])


def grave(word: str) -> bool:
    return bool(re.fullmatch(r"nicht|nie|kein\w*|niemand|ohne|weder|nichts", word, re.I))


def renumbered(text: str) -> str | None:
    match = re.search(r"\b\d{2,}\b(?![.,]\d)(?!\.)", text)
    if match is None:
        return None
    other = (
        match[0][1] + match[0][0] + match[0][2:] if len(set(match[0][:2])) == 2 and match[0][1] != "0" else str(int(match[0]) + 1)
    )
    return text[: match.start()] + other + text[match.end() :]


def affirmed(text: str) -> str | None:
    """Without its first "nicht", or with "ein" for "kein"."""
    if " nicht " in text:
        return text.replace(" nicht ", " ", 1)
    match = re.search(r" k(ein\w*) ", text)
    return text.replace(match[0], f" {match[1]} ", 1) if match else None


def denied(text: str) -> str | None:
    match = re.search(r"\b(ist|sind|war|waren|wird|werden|kann|können|hat|haben) ", text)
    return text[: match.end()] + "nicht " + text[match.end() :] if match and " nicht" not in text else None


def regendered(text: str) -> str | None:
    match = re.search(r"(\w{3,})([:*])innen", text)
    if match:
        return text.replace(match[0], f"{match[1]}{'*' if match[2] == ':' else ':'}innen", 1)
    match = re.search(r"\b([A-ZÄÖÜ]\w{2,}(?:er|ent|ant|ist|in))innen\b", text)
    return text.replace(match[0], f"{match[1]}*innen", 1) if match else None


def masculine(text: str) -> str | None:
    match = re.search(r"\b([A-ZÄÖÜ]\w{2,}er)[:*]?innen\b", text)
    return text.replace(match[0], match[1], 1) if match else None


def replaced(text: str) -> str | None:
    """With another noun in place of its last one but one."""
    nouns = list(re.finditer(r"\b[A-ZÄÖÜ][a-zäöüß]{4,}\b", text[1:]))
    if len(nouns) < 2:
        return None
    start, end = nouns[-2].start() + 1, nouns[-2].end() + 1
    return text[:start] + ("Gegenstand" if text[start:end] != "Gegenstand" else "Sache") + text[end:]


def swapped(text: str) -> str | None:
    """With two words in each other's place."""
    words = text.split()
    plain = [n for n in range(2, len(words) - 2) if all(re.fullmatch(r"[a-zäöüß]{3,}", word) for word in words[n : n + 2])]
    if not plain or words[plain[0]] == words[plain[0] + 1]:
        return None
    at = plain[0]
    return " ".join([*words[:at], words[at + 1], words[at], *words[at + 2 :]])


def mistyped(text: str) -> str | None:
    match = re.search(r"\b[a-zäöü]{7,}\b", text)
    if match is None:
        return None
    word = match[0]
    return text.replace(word, word[:3] + word[4] + word[3] + word[5:], 1) if word[3] != word[4] else None


def by_rule(
    kind: str, verdict: str, count: int, rule: Callable[[str], str | None], *, step: int = 3, offset: int = 0
) -> Iterator[Row]:
    """Yield rows of sentences to which a rule applies."""
    found = ((s, text) for s in every(step, offset) if (text := rule(s.text)))
    for at, (sentence, text) in enumerate(islice(found, count)):
        yield Row(f"{kind} {at + 1}", kind, verdict, sentence.place, quoted(stripped(text), sentence.printed, at))


def over_pages() -> Iterator[Row]:
    found = (s for name in NAMES for s in sentences(name) if s.pages[0] < s.pages[1])
    for at, sentence in enumerate(islice(found, 12)):
        yield Row(
            f"over pages {at + 1}",
            "over pages",
            "verbatim",
            sentence.place,
            quoted(stripped(sentence.text), sentence.printed, at),
        )


def following() -> Iterator[tuple[Sentence, Sentence]]:
    """Yield sentences that follow each other under one heading, in one paragraph or across two."""
    for first, second in zip(every(5, 1), every(5, 2), strict=False):
        if first.name == second.name and second.number == first.number + 1 and second.path == first.path:
            yield first, second


def pairs() -> Iterator[Row]:
    for at, (first, second) in enumerate(islice(following(), 20)):
        whole = first._replace(pages=(first.pages[0], second.pages[1]))
        printed = "–".join(dict.fromkeys((*first.printed.split("–"), *second.printed.split("–"))))
        text = quoted(f"{first.text} {stripped(second.text)}", printed, at)
        yield Row(f"two sentences {at + 1}", "two sentences", "verbatim", whole.place, text)


def spliced() -> Iterator[Row]:
    firsts, seconds = list(islice(every(11, 4), 20)), list(islice(every(13, 40), 20))
    for at, (first, second) in enumerate(zip(firsts, reversed(seconds), strict=True)):
        text = quoted(f"{first.text} {stripped(second.text)}", first.printed, at)
        yield Row(f"spliced {at + 1}", "spliced", "spliced", f"{first.place} + {second.place}", text)
    for at, first in enumerate(islice(every(17, 8), 12)):
        third = next((s for s in sentences(first.name) if s.number == first.number + 2), None)
        if third:  # a sentence is left out and nothing says so
            text = quoted(f"{first.text} {stripped(third.text)}", first.printed, at)
            yield Row(f"sentence left out {at + 1}", "sentence left out", "spliced", f"{first.place} + {third.place}", text)


def elsewhere() -> Iterator[Row]:
    for at, sentence in enumerate(islice(every(7, 5), 36)):
        last = sentence.printed.split("–")[-1]
        other = str(int(last) + (1, 3, 10, 40)[at % 4]) if last.isdigit() else "99"
        text = quoted(stripped(sentence.text), other, at)
        yield Row(f"wrong page {at + 1}", "wrong page", "wrong-page", sentence.place, text)


def in_file() -> Iterator[Row]:
    for at, sentence in enumerate(islice(every(19, 9), 8)):
        first, last = sentence.pages
        pages = str(first) if first == last else f"{first}–{last}"
        yield Row(
            f"place in the file {at + 1}", "place in the file", "verbatim", sentence.place,
            f"„{stripped(sentence.text)}“ (PDF-S. {pages})",
        )  # fmt: skip


def rows() -> Iterator[Row]:
    """Yield all rows."""
    yield from by_rule("verbatim", "verbatim", 40, lambda text: text, step=6)
    yield from over_pages()
    yield from pairs()
    yield from in_file()
    yield from by_rule("hyphenated", "verbatim", 24, hyphenated, offset=1)
    yield from by_rule("left out and marked", "verbatim", 20, shortened, step=4, offset=2)
    yield from by_rule("words in brackets", "verbatim", 12, inserted, offset=2)
    yield from by_rule("letter in brackets", "verbatim", 10, lowered, step=9, offset=3)
    yield from by_rule("word dropped", "differs", 30, dropped, step=5)
    yield from by_rule("number changed", "differs", 25, renumbered, step=4)
    yield from by_rule("negation removed", "differs", 25, affirmed, step=2)
    yield from by_rule("negation added", "differs", 10, denied, step=4, offset=1)
    yield from by_rule("gender sign changed", "differs", 15, regendered, step=2)
    yield from by_rule("masculine form", "differs", 8, masculine, step=1)
    yield from by_rule("word replaced", "differs", 20, replaced, step=4, offset=3)
    yield from by_rule("words swapped", "differs", 12, swapped, step=4, offset=1)
    yield from by_rule("mistyped", "differs", 12, mistyped, step=5, offset=2)
    yield from spliced()
    yield from elsewhere()


def read(file: Path) -> list[Row]:
    """Return the rows of a table; line breaks of a text are written as ⏎."""
    with file.open(encoding="utf-8", newline="") as lines:
        table = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Row._make(cell.replace("⏎", "\n") for cell in cells) for cells in table[1:]]


def lines() -> str:
    """Return the table of all rows that the rules make."""
    table = [Row._fields, *(row._replace(text=row.text.replace("\n", "⏎")) for row in rows())]
    return "".join("\t".join(row) + "\n" for row in table)


if __name__ == "__main__":
    ROWS.write_text(lines(), encoding="utf-8")
