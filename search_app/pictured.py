"""Pages become pictures of them, with what is quoted and what was searched for boxed where it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.citation import locator
from corpus.errors import Busy, NoImage
from corpus.geometry import Box
from corpus.marking import Ranges, boxes_on
from corpus.page_names import page_name
from corpus.publication import Original, Page, Passage, Publication, Show
from facsimile.page_images import WIDTHS, PageImages
from index.library import Library
from search_app.errors import Said, said


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle in points from the upper left corner of its page, as an SVG has it."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pictured:
    """A page with its picture, or why there is none, and the boxes of what is quoted and of the words searched for.

    ``name`` is what its address calls it, ``version`` the digest of the file.  ``unsure`` tells that something is not boxed
    because its place is not certain.
    """

    publication: Publication
    page: Page
    locator: str
    name: str
    version: str
    refusal: Said | None
    quoted: tuple[Rectangle, ...] = ()
    words: tuple[Rectangle, ...] = ()
    unsure: bool = False

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths in which there are pictures, in pixels."""
        return WIDTHS

    @property
    def height(self) -> int:
        """The height of a picture of the second width, in pixels."""
        return round(WIDTHS[1] * self.page.height / self.page.width)


def picture_passage(library: Library, images: PageImages | None, passage: Passage, matches: Ranges) -> tuple[Pictured, ...]:
    """Return the pages of a passage, where whole pages may be shown, with all of it boxed and in it the ranges ``matches``.

    Where a part of it can't be placed for certain, nothing of it is boxed on any page: half of it would look like all of it.
    """
    pages = [page for index in passage.pages if (page := library.page(passage.publication_id, index))]
    whole = [(0, len(passage.text))]
    boxes = [(boxes_on(page, passage, whole), boxes_on(page, passage, matches)) for page in pages]
    unsure = any(quoted is None or words is None for quoted, words in boxes)
    shown = [
        _pictured(library, images, passage.publication_id, page, ((), ()) if unsure else (quoted or (), words or ()), unsure)
        for page, (quoted, words) in zip(pages, boxes, strict=True)
    ]
    return tuple(page for page in shown if page)


def picture_page(
    library: Library,
    images: PageImages | None,
    publication_id: str,
    page: Page,
    found: Sequence[tuple[Passage, Ranges]],
    quoted: Sequence[tuple[Passage, Ranges]] = (),
) -> Pictured | None:
    """Return a page, where whole pages may be shown, on which ranges of the text of some passages are boxed, and a quotation."""
    boxes = [boxes_on(page, passage, matches) for passage, matches in found]
    words = [box for its_boxes in boxes for box in its_boxes or ()]
    cited = [boxes_on(page, passage, ranges) for passage, ranges in quoted]
    unsure = None in cited  # half of a quotation would look like all of it
    whole = [] if unsure else [box for its_boxes in cited for box in its_boxes or ()]
    return _pictured(library, images, publication_id, page, (whole, words), unsure or None in boxes)


def _pictured(
    library: Library,
    images: PageImages | None,
    publication_id: str,
    page: Page,
    boxes: tuple[Sequence[Box], Sequence[Box]],
    unsure: bool,
) -> Pictured | None:
    publication, original = library.publication(publication_id), library.original(publication_id)
    if images is None or publication is None or original is None or publication.show is Show.PASSAGE:
        return None
    return Pictured(
        publication=publication,
        page=page,
        locator=locator([(page.index, page.label)]),
        name=page_name(page.index, library.labels(publication_id)),
        version=original.digest,
        refusal=_refusal(images, original, page.index),
        quoted=tuple(_rectangle(box, page) for box in boxes[0]),
        words=tuple(_rectangle(box, page) for box in boxes[1]),
        unsure=unsure,
    )


def _refusal(images: PageImages, original: Original, index: int) -> Said | None:
    try:
        images.check(original, index)
    except (NoImage, Busy) as error:
        return said(error)
    return None


def _rectangle(box: Box, page: Page) -> Rectangle:
    """Turn a box upside down: a PDF counts from below, an SVG from above; two digits are all that a box has."""
    return Rectangle(round(box.x0, 2), round(page.height - box.y1, 2), round(box.x1 - box.x0, 2), round(box.y1 - box.y0, 2))
