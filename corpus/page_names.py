"""What a reader types to get to a page, and what an address calls a page: "46", "xii", "pdf-48"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.publication import PageLabel

_IN_FILE = re.compile(r"pdf[\s.-]*(?:(?:seite|s)\b[.\s]*)?(\d{1,6})", re.I)
_BEFORE = re.compile(r"^(?:seite|s\.|s(?=\s))\s*", re.I)


def page_name(index: int, labels: Mapping[int, PageLabel]) -> str:
    """Return what an address calls a page, by its index: its printed number where it alone has it, else its place in the file."""
    label = labels[index].text
    if label and "/" not in label and label.strip(" .") == label and find_pages(label, labels) == (index,):
        return label
    return f"pdf-{index + 1}"


def find_pages(typed: str, labels: Mapping[int, PageLabel]) -> tuple[int, ...]:
    """Return the indices of the pages that are meant, in order; several where a number is printed on several.

    A page is meant by its number as it is printed, "S." before it or brackets around it, by one of the two numbers of a sheet
    with two pages, or by its place in the file.
    """
    text = " ".join(typed.split())
    in_file = _IN_FILE.fullmatch(text)
    if in_file:
        index = int(in_file[1]) - 1
        return (index,) if index in labels else ()
    text = _BEFORE.sub("", text).strip("[] ")
    for same in (str, str.casefold):
        wanted = same(text)
        found = [i for i, label in labels.items() if label.text and wanted in map(same, (label.text, *label.ends))]
        if found:
            return tuple(sorted(found))
    return ()
