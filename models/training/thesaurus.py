"""Turns OpenThesaurus (the file of Debian's mythes-de) into groups of terms that mean the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NOTE = re.compile(r"\([^)]*\)|\"|\.\.\.|…")
_PLACEHOLDER = re.compile(
    r"\b(?:sich|jemande[mnrs]|jemand|etwas|etw\.|jmd[mns]?\.|einer Sache|ein|eine|einen|einem|einer|der|die|das|den|dem)\s+"
)
_MAX_WORDS = 4
# A broader term over more groups than this says next to nothing (Person, Vorgang, Eigenschaft).
_TOO_BROAD = 60


@dataclass(frozen=True, slots=True)
class Group:
    """One meaning: the terms that share it and the broader terms above it."""

    terms: tuple[str, ...]
    broader: tuple[str, ...]


def read_groups(path: Path) -> list[Group]:
    """Read every group of the thesaurus once, with notes such as "(ugs.)" dropped; vulgar terms are left out."""
    seen: set[tuple[str, ...]] = set()
    groups: list[Group] = []
    for line in _meanings(path):
        terms, broader = _terms(line)
        if len(terms) > 1 and terms not in seen:
            seen.add(terms)
            groups.append(Group(terms, broader))
    spread = Counter(term for group in groups for term in group.broader)
    return [Group(group.terms, tuple(term for term in group.broader if spread[term] <= _TOO_BROAD)) for group in groups]


def groups_by_term(groups: list[Group]) -> dict[str, list[int]]:
    """Map each one-word term in lower case to the numbers of its groups."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for term in dict.fromkeys(term.lower() for term in group.terms):
            if " " not in term:
                numbers[term].append(number)
    return dict(numbers)


def _meanings(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            if line.startswith("-|"):
                yield line[2:].rstrip("\n")


def _terms(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    terms: dict[str, None] = {}
    broader: dict[str, None] = {}
    for raw in line.split("|"):
        term = " ".join(_PLACEHOLDER.sub("", _NOTE.sub(" ", raw) + " ").split())
        if len(term) < 2 or len(term.split()) > _MAX_WORDS or "derb" in raw or "vulg" in raw:
            continue
        if "Oberbegriff" in raw:
            broader[term] = None
        elif "Unterbegriff" not in raw and "Assoziation" not in raw and "Antonym" not in raw:
            terms[term] = None
    return tuple(sorted(terms)), tuple(sorted(broader))
