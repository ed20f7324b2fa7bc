"""Quotations become a handout for word processors (DOCX).  The only file that knows python-docx."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from citing.footnote import footnote
from citing.reference import Cited
from citing.styles import Text, bibliography

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# what XML 1.0 has no place for, a byte order mark, and what turns the reading direction of all that follows
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def handout(cited: Sequence[Cited], title: str, literature: str, style_id: str) -> bytes:
    """Return a document: a heading, each quotation with its reference below it, and what they were taken from in a style.

    ``title`` and ``literature`` are the two headings, in the language of who reads it.
    """
    import docx

    document = docx.Document()
    _speak_german(document)
    document.add_heading(_possible(title), level=1)
    for one in cited:
        _quote(document, one)
    if cited:
        document.add_heading(_possible(literature), level=2)
    for entry in bibliography(cited, style_id):
        _write(document.add_paragraph(), entry)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _quote(document: Document, cited: Cited) -> None:
    """Write a quotation as a block, which takes no quotation marks, and keep its reference on the same page."""
    for paragraph in cited.quotation.paragraphs:
        written = document.add_paragraph(_possible(paragraph), style="Quote")
        written.paragraph_format.keep_with_next = True
    document.add_paragraph(_possible(footnote(cited)))


def _write(paragraph: Paragraph, text: Text) -> None:
    for run in text:
        paragraph.add_run(_possible(run.text)).italic = run.italic or None


def _speak_german(document: Document) -> None:
    """Let the spelling checker read German, which is what is quoted."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "de-DE")
    properties = document.styles["Normal"].element.get_or_add_rPr()
    properties.append(language)


def _possible(text: str) -> str:
    return _IMPOSSIBLE.sub("", text)
