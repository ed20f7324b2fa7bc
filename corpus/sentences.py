"""German text becomes sentences: sentencex, corrected by rules of our own for ordinals and abbreviations."""

from __future__ import annotations

import re

import sentencex

# Abbreviations that never end a sentence before a capital; those that may ("usw.", "e. V.") are left to sentencex.
_NEVER_LAST = re.compile(
    r"(?:^|[\s(„»/–-])(?:"
    r"Abb|Abs|Abschn|Anm|Anh|Aufl|Az|Bd|Bde|Begr|bes|bspw|bzgl|bzw|ca|Ca|ders|Dipl|Dr|Drs|ebd|Ebd|ehem|"
    r"einschl|evtl|Ev|gem|ggf|ggü|Hrsg|hrsg|inkl|insb|insbes|Jg|Kap|lfd|lt|mind|Mio|Mrd|Nr|Nrn|o|Pkt|Prof|"
    r"resp|Rn|Rz|S|sog|St|Std|Str|Tab|Tel|Tsd|u|v|Verf|vgl|Vgl|vs|Ziff|zit|zzgl|z|Z|i|d|a|m|b|n|s|"
    r"z\.\s?B|Z\.\s?B|d\.\s?h|D\.\s?h|u\.\s?a|i\.\s?d\.\s?R|i\.\s?S\.\s?d|i\.\s?V\.\s?m|m\.\s?E|o\.\s?g|s\.\s?o|s\.\s?u|v\.\s?a|u\.\s?U|z\.\s?T"
    r")\.\s+$"
)
_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jan|Feb|Apr|Jun|Jul|"
    r"Aug|Sept?|Okt|Nov|Dez)\b"
)
_SMALL_NUMBER = re.compile(r"(?:^|[\s(/–-])(?P<number>\d{1,3}|[IVX]{1,5})\.\s+$")
_BEFORE_ORDINAL = re.compile(
    r"\b(?:am|an|im|in|ins|vom|zum|zur|beim|ab|seit|bis|der|die|das|dem|den|des|ein|eine|einem|einen|einer|eines|jede[rsnm]?|"
    r"diese[rsnm]?|ihr|ihre[rsnm]?|sein|seine[rsnm]?|unser|unsere[rsnm]?|und|oder|sowie|zwischen|gegen|um|nach|vor|dritten|"
    r"\d{1,3}\.)\s+(?:\d{1,3}|[IVX]{1,5})\.\s+$",
    re.I,
)
_INITIAL = re.compile(r"(?:^|[\s(])(?:[A-ZÄÖÜ]\.[\s-]?)+\s*$")
_LONGEST = 12  # characters of an abbreviation or a small number, with its point and what stands before it
_LIST_NUMBER = re.compile(r"^\s*(?:\(?\d{1,3}[.)]|[a-z]\)|[•▪■●–-])\s+$")


def sentence_ranges(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence; the ranges cover the whole text, white space goes with the one before."""
    ranges: list[tuple[int, int]] = []
    end = 0
    for segment in sentencex.segment("de", text):
        start, end = end, end + len(segment)
        if ranges and not _may_end(text[ranges[-1][0] : start], text[start:end]):
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((start, end))
    if end != len(text):
        raise ValueError(f"sentences cover {end} of {len(text)} characters")
    return ranges


def _may_end(before: str, after: str) -> bool:
    """Tell whether a sentence may really end between the two."""
    if not before.strip() or not after.strip() or _LIST_NUMBER.match(before):
        return False
    if after.lstrip()[0].islower():
        return bool(re.search(r"[!?:…][“”\"»«)]*\s+$|\n\s*$", before)) and not re.search(r"[!?][“\"«][,]?\s+$", before)
    at = max(0, len(before.rstrip()) - _LONGEST)
    if _NEVER_LAST.search(before, at) or _INITIAL.search(before):
        return False
    if _SMALL_NUMBER.search(before, at):
        return not (_MONTH.match(after.lstrip()) or _BEFORE_ORDINAL.search(before))
    return True
