"""A reference becomes what a citation style makes of it.  The only file that knows citeproc, and what it gets wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from citing.csl import item
from citing.reference import Cited, Reference, sources
from corpus.citation import RECOGNISED

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

_FOLDER = Path(__file__).parent / "csl"
_LOCALE = "de-DE"
_ITALIC, _UPRIGHT = "\ue000", "\ue001"  # for private use: no text that is cited has a meaning for them
_HYPHEN = "\u2011"  # citeproc writes every other hyphen of a locator as a dash
_NUMBERED = "page"
_UNNUMBERED = "pdf"  # no term of CSL, so that no "S." is set before "PDF-S. 48"


@dataclass(frozen=True, slots=True)
class Style:
    """A citation style: its file's name, and what it is called."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of a reference that are all in italics, or all not."""

    text: str
    italic: bool


Text = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Styled:
    """A reference in a style: in the text or footnote with its locator, the short footnote, and in the bibliography.

    ``short`` is empty in styles that cite in the text.
    """

    citation: Text
    entry: Text
    short: Text = ()


#: The styles that there are, the first one first.
STYLES = (
    Style("iso690-author-date-de", "DIN ISO 690"),
    Style("apa", "APA (7. Auflage)"),
    Style("chicago-notes-bibliography", "Chicago (Fußnoten)"),
    Style("harvard-cite-them-right", "Harvard (Cite Them Right)"),
    Style("soziologie", "Zeitschrift „Soziologie“"),
)
_lock = Lock()  # citeproc keeps the state of what it is writing in the style


@lru_cache(1000)
def style(style_id: str, reference: Reference) -> Styled:
    """Return a reference in one of ``STYLES``."""
    with _lock:
        found = _load(style_id)
        fields = _fitted(item(reference, "x"), style_id)
        title = str(fields["title"])
        citations, entry = _written(found, fields, reference)
        in_notes = found.root.get("class") == "note"
        titles = title, str(fields.get("container-title", ""))
    return Styled(_text(citations[0], *titles), _text(entry, *titles), _text(citations[1], *titles) if in_notes else ())


def bibliography(cited: Iterable[Cited], style_id: str) -> list[Text]:
    """Return what quotations were taken from as a style lists it, each once, in the order of the alphabet."""
    entries = {style(style_id, source.reference).entry for source in sources(cited)}
    return sorted(entries, key=lambda entry: plain(entry).casefold())


def plain(text: Text) -> str:
    """Return the letters of a text."""
    return "".join(run.text for run in text)


def _written(found: CitationStylesStyle, fields: dict[str, object], reference: Reference) -> tuple[list[str], str]:
    """Return how a style cites a reference the first time and again, and how its bibliography names it."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, Locator
    from citeproc.source.json import CiteProcJSON

    where = reference.locator
    numbered = where.startswith("S. ")
    locator = Locator(_NUMBERED if numbered else _UNNUMBERED, where.removeprefix("S. ").replace("-", _HYPHEN))
    remark = {"suffix": f", {RECOGNISED}"} if reference.recognised else {}
    source = CiteProcJSON([fields])
    notes = CitationStylesBibliography(found, source, _FORMATTER)
    citations = [Citation([CitationItem("x", locator=locator, **remark)]) for _ in range(2)]
    for citation in citations:
        notes.register(citation)
    written = [str(notes.cite(citation, str)) for citation in citations]
    # anew and without the locator, which citeproc would take for the pages of the whole
    listed = CitationStylesBibliography(found, source, _FORMATTER)
    listed.register(Citation([CitationItem("x")]))
    return written, "".join(map(str, listed.bibliography()))


def _fitted(fields: dict[str, object], style_id: str) -> dict[str, object]:
    """Return a CSL item as a style needs it."""
    fitted = {name: _clean(value) for name, value in fields.items()}
    if fitted["type"] not in _types(style_id) or fitted["type"] == "document":
        fitted["type"] = "book"  # what is not known is a publication of its own, which books are the model of
    if fitted["type"] == "report" and "author" not in fitted and "publisher" in fitted and _authored_by_publisher(style_id):
        fitted["author"] = [{"literal": fitted["publisher"]}]
    return fitted


@cache
def _load(style_id: str) -> CitationStylesStyle:
    if style_id not in {known.id for known in STYLES}:
        raise ValueError(f"there is no style {style_id}")
    from citeproc import CitationStylesStyle

    _teach_citeproc()
    found = CitationStylesStyle(str(_FOLDER / f"{style_id}.csl"), locale=_LOCALE, validate=False)
    _keep_given_names(found.root)
    return found


@cache
def _types(style_id: str) -> frozenset[str]:
    """Return the types that a style has rules of its own for."""
    return frozenset(name for names in _load(style_id).root.xpath("//@type") for name in str(names).split())


@cache
def _authored_by_publisher(style_id: str) -> bool:
    """Tell whether a style means the publisher of an unsigned report to stand for its author, next to the title by mistake."""
    names = {"cs": "http://purl.org/net/xbiblio/csl"}
    return bool(
        _load(style_id).root.xpath("//cs:substitute//cs:if[@type='report']/cs:text[@variable='publisher']", namespaces=names)
    )


def _keep_given_names(root: Any) -> None:
    """Take from names that are not to be initialised how initials would be written: citeproc knows no other way."""
    mark = root.attrib.pop("initialize-with", None)
    for name in root.iter("{http://purl.org/net/xbiblio/csl}name"):
        if name.get("initialize") == "false":
            name.attrib.pop("initialize-with", None)
        elif mark is not None and "initialize-with" not in name.attrib:
            name.set("initialize-with", mark)


@cache
def _teach_citeproc() -> None:
    """Let citeproc leave out, as CSL demands, what stands in the author's place already, also where a macro put it there.

    citeproc makes an element's class the last one of its name that is derived from CitationStylesElement.
    """
    from citeproc import model

    class Text(model.Text, model.CitationStylesElement):  # type: ignore[misc]
        def _variable(self, item: Any, context: Any) -> Any:
            text = super()._variable(item, context)
            if text is not None:
                vars(context.get_layout()).setdefault("written", []).append(self.get("variable"))
            return text

    class Substitute(model.Substitute, model.CitationStylesElement):  # type: ignore[misc]
        def render(self, item: Any, context: Any = None, **options: Any) -> Any:
            context.get_layout().written = []
            return super().render(item, context=context, **options)

        def add_to_repressed_list(self, child: Any, context: Any) -> None:
            super().add_to_repressed_list(child, context)
            layout = context.get_layout()
            layout.repressed.setdefault(self.tag.replace("substitute", "text"), []).extend(layout.written)

    _kept.extend((Text, Substitute))


_kept: list[type] = []


def _clean(value: object) -> object:
    """Return a field without what would pass for markup."""
    if isinstance(value, str):
        return re.sub(rf"[{_ITALIC}{_UPRIGHT}]|</?span[^>]*>", "", value)
    return value


def _marked(text: object) -> str:
    return f"{_ITALIC}{text}{_UPRIGHT}"


_FORMATTER = SimpleNamespace(
    preformat=str,
    Italic=_marked,
    Oblique=_marked,
    **dict.fromkeys(("Bold", "Light", "Underline", "Superscript", "Subscript", "SmallCaps"), str),
)


def _text(written: str, title: str, container: str) -> Text:
    """Return what citeproc wrote as runs, with one mark of punctuation where parts of a style set two."""
    ended = rf"{re.escape(title)}{_UPRIGHT}?"
    # the title's full stop before a comma: it ends the title, but not where the title stands for the author
    written = re.sub(rf"^({_ITALIC}?{ended})\.,(?= )", r"\1,", written)
    written = re.sub(rf"({ended})\.,(?= )", r"\1.", written)
    for asking in (name for name in (title, container) if name.endswith(("?", "!"))):
        written = re.sub(rf"({re.escape(asking)}{_UPRIGHT}?)\.(?=[\s{_UPRIGHT}]|$)", r"\1", written)
    written = re.sub(r"\.\s+[.,](?=\s|$)", ".", written)
    written = re.sub(r":[.,]", lambda both: "." if both[0] == ":." else ":", written)
    return tuple(_runs(written.rstrip().replace(_HYPHEN, "-")))


def _runs(written: str) -> Sequence[Run]:
    runs: list[Run] = []
    for part in re.split(rf"({_ITALIC}[^{_ITALIC}{_UPRIGHT}]*{_UPRIGHT})", written):
        italic = part.startswith(_ITALIC)
        if text := part.strip(_ITALIC + _UPRIGHT):
            runs.append(Run(text, italic))
    return runs
