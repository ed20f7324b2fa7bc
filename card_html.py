"""Report cards and small pictures become one HTML file: no script, nothing from elsewhere, for screen and paper."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from card import LIGHTS, PLACES, SOURCES, TEXT_SOURCES, cited, counted, figures, number
from corpus.publication import LabelSource
from facsimile.image import Picture
from ingest.report import Light, PageCard, Reason, ReportCard

_SHAPES = {Light.RED: "■", Light.YELLOW: "▲", Light.GREEN: "●"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf7; --raised: #fff; --ink: #1c1e21; --quiet: #565b61; --line: #d9d5cc;
  --accent: #1c526b; --red: #a11616; --yellow: #7a4b00; --green: #1f6132; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171a; --raised: #1d2024; --ink: #e8e6e1; --quiet: #a8adb4;
  --line: #34383e; --accent: #8fc7e3; --red: #ff9d95; --yellow: #f3bd83; --green: #93d3a4; } }
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0 auto; max-width: 82rem; padding: 0 1rem 3rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 1.5rem 0 .5rem; } h2 { font-size: 1.3rem; margin: 0 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; } h4 { font-size: 1rem; margin: 0; }
h1, h2, h3, h4 { line-height: 1.25; } nav h2 { margin-top: 1.5rem; } .reasons a { white-space: nowrap; }
p { margin: .4rem 0; max-width: 46rem; } a { color: var(--accent); text-underline-offset: .18em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--accent); color: var(--paper); }
.skip:focus { top: .5rem; }
.light { font-weight: 700; white-space: nowrap; }
.red > .light { color: var(--red); } .yellow > .light { color: var(--yellow); } .green > .light { color: var(--green); }
ol.contents, ul { margin: .4rem 0; padding: 0; list-style: none; }
.contents li { display: grid; grid-template-columns: 5.5rem 1fr; gap: 0 .75rem; padding: .4rem 0;
  border-top: 1px solid var(--line); }
.contents .small { grid-column: 2; }
.small, .facts, summary { font-size: .875rem; color: var(--quiet); }
section { margin-top: 2.5rem; padding-top: 1.25rem; border-top: 3px solid var(--ink); }
.reasons { max-width: 56rem; } .reasons li { padding: .2rem 0; }
.figures { border-collapse: collapse; margin: .75rem 0; font-size: .925rem; }
.figures th, .figures td { padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top;
  border-top: 1px solid var(--line); }
.figures th { font-weight: 400; color: var(--quiet); overflow-wrap: normal; }
.pages { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(10.5rem, 100%), 1fr)); }
.doubtful { grid-template-columns: repeat(auto-fill, minmax(min(25rem, 100%), 1fr)); }
.page { min-width: 0; padding: .6rem; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; }
.page:target { outline: 3px solid var(--accent); }
.doubtful .page { display: grid; grid-template-columns: 160px minmax(0, 1fr); gap: .75rem; align-content: start;
  align-items: start; border-left: 6px dashed var(--yellow); }
.doubtful .page.red { border: 2px solid var(--red); border-left: 6px solid var(--red); }
.page img, .none { display: block; width: 160px; max-width: 100%; height: auto; border: 1px solid var(--line); background: #fff; }
.pages:not(.doubtful) .page img { margin-bottom: .4rem; }
.none { padding: 1.5rem .5rem; background: none; border-style: dashed; font-size: .875rem; color: var(--quiet); }
.pdf { font-weight: 400; color: var(--quiet); font-size: .875rem; }
.doubts li { font-size: .925rem; margin: .3rem 0; line-height: 1.4; }
.facts { margin: .3rem 0; } summary { cursor: pointer; padding: .2rem 0; }
details ul { font-size: .875rem; padding-left: .75rem; border-left: 2px solid var(--line); }
@media (max-width: 30rem) { .doubtful .page { grid-template-columns: 96px minmax(0, 1fr); }
  .figures, .figures tbody, .figures tr, .figures th, .figures td { display: block; }
  .figures td { border: 0; padding-bottom: .3rem; }
  .pages:not(.doubtful) { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; }
  .contents li { grid-template-columns: 4.5rem 1fr; } }
@media print { :root { --paper: #fff; --raised: #fff; --ink: #000; --quiet: #333; --accent: #000; --red: #000; --yellow: #000;
  --green: #000; } body { max-width: none; font-size: 10pt; padding: 0; } .page, .figures { break-inside: avoid; }
  section { break-before: page; } .skip { display: none; } h2, h3 { break-after: avoid; } }
"""


def opening(cards: Sequence[ReportCard]) -> str:
    """Return the file's head, its first words and the list of publications."""
    rows = "".join(
        f'<li class="{_name(card.light)}">{_light(card.light)}'
        f'<a href="#p{position}"><bdi>{escape(card.publication.title)}</bdi></a>'
        f'<span class="small"><bdi>{escape(card.publication.file)}</bdi>, {number(len(card.pages))} Seiten, '
        f"{number(_doubtful(card))} mit Anmerkung</span></li>"
        for position, card in enumerate(cards, 1)
    )
    return (
        f'<!doctype html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Was gelesen wurde – Fundstelle</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#inhalt">Zum Inhalt</a>\n<header><h1>Was gelesen wurde</h1>\n'
        "<p>Wie jede Seite gelesen wurde und wo Sie hinsehen sollten, bevor Sie daraus zitieren. Die Bilder zeigen die Seite, "
        "die Angaben daneben, was Fundstelle davon weiß.</p>\n"
        "<ul>"
        f'<li class="red">{_light(Light.RED)} Es kostet Text oder eine Fundstelle.</li>'
        f'<li class="yellow">{_light(Light.YELLOW)} Sehen Sie nach, ob es stimmt.</li>'
        f'<li class="green">{_light(Light.GREEN)} Nichts aufgefallen.</li></ul></header>\n'
        f'<main id="inhalt">\n<nav aria-label="Publikationen"><h2>Publikationen</h2>\n<ol class="contents">{rows}</ol></nav>\n'
    )


CLOSING = "</main>\n</body>\n</html>\n"


def section(position: int, card: ReportCard, pictures: Mapping[int, Picture], why_none: str) -> Iterator[str]:
    """Yield a publication: figures, reasons, doubtful pages, the others.

    ``position`` counts from 1.  ``why_none`` says in German why there are no pictures at all, empty where there are.
    """
    publication = card.publication
    yield (
        f'<section id="p{position}" class="{_name(card.light)}" aria-labelledby="t{position}">\n'
        f'<h2 id="t{position}"><bdi>{escape(publication.title)}</bdi></h2>\n'
        f'<p class="{_name(card.light)}">{_light(card.light)} <bdi>{escape(publication.file)}</bdi></p>\n'
    )
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in figures(card))
    yield f'<table class="figures"><tbody>{rows}</tbody></table>\n'
    if card.reasons:
        reasons = "".join(_reason(position, reason) for reason in card.reasons)
        yield f'<h3>Warum</h3>\n<ul class="reasons">{reasons}</ul>\n'
    if why_none:
        yield f"<p><strong>Ohne Bilder:</strong> {escape(why_none)}</p>\n"
    doubtful = [page for page in card.pages if page.doubts]
    others = [page for page in card.pages if not page.doubts]
    for title, pages, style in (
        ("Seiten mit Anmerkung", doubtful, "pages doubtful"),
        ("Übrige Seiten" if doubtful else "Seiten", others, "pages"),
    ):
        if pages:
            yield f'<h3>{title} ({number(len(pages))})</h3>\n<ul class="{style}">\n'
            for page in pages:
                yield _page(position, page, None if why_none else pictures.get(page.index, Picture(page.index)))
            yield "</ul>\n"
    yield '<p><a href="#inhalt">Zurück zu den Publikationen</a></p>\n</section>\n'


def _doubtful(card: ReportCard) -> int:
    return sum(bool(page.doubts) for page in card.pages)


def _name(light: Light) -> str:
    return light.name.lower()


def _light(light: Light) -> str:
    return f'<span class="light"><span aria-hidden="true">{_SHAPES[light]}</span> {LIGHTS[light]}</span>'


def _reason(position: int, reason: Reason) -> str:
    links = ", ".join(
        f'<a href="#p{position}-{first}">{first if first == last else f"{first}–{last}"}</a>' for first, last in reason.runs
    )
    text = f"{escape(reason.text)}: PDF-S. {links}." if links else escape(reason.text)
    return f'<li class="{_name(reason.light)}">{_light(reason.light)} {text}</li>'


def _page(position: int, page: PageCard, picture: Picture | None) -> str:
    locator = cited(page)
    in_file = "" if locator.startswith("PDF") else f' <span class="pdf">PDF-S. {page.pdf_page}</span>'
    doubts = "".join(f'<li class="{_name(d.light)}">{_light(d.light)} <bdi>{escape(d.text)}</bdi></li>' for d in page.doubts)
    listed = f'<ul class="doubts">{doubts}</ul>' if doubts else ""
    return (
        f'<li class="page {_name(page.light)}" id="p{position}-{page.pdf_page}">{_picture(page, picture)}'
        f"<div><h4>{escape(locator)}{in_file}</h4>{listed}{_facts(page)}{_details(page)}</div></li>\n"
    )


def _picture(page: PageCard, picture: Picture | None) -> str:
    if picture is None:
        return '<span class="none">kein Bild</span>'
    if not picture.png:
        return '<span class="none">Diese Seite lässt sich nicht abbilden.</span>'
    data = base64.b64encode(picture.png).decode()
    return (
        f'<img src="data:image/png;base64,{data}" width="{picture.width}" height="{picture.height}" loading="lazy" '
        f'alt="Verkleinerte Ansicht von PDF-S. {page.pdf_page}">'
    )


def _facts(page: PageCard) -> str:
    source = page.label.source
    numbered = SOURCES[source] if source is LabelSource.NONE else f"Zahl {SOURCES[source]}"
    sure = "" if page.confidence is None else f" (im Mittel zu {page.confidence} % sicher, unsicher: {len(page.unsure)})"
    facts = [TEXT_SOURCES[page.source] + sure, f"{number(page.characters)} Zeichen", numbered]
    if page.kinds:
        facts.append(f"Passagen: {counted(page.kinds)}")
    return f'<p class="facts">{escape("; ".join(facts))}.</p>'


def _details(page: PageCard) -> str:
    parts = ""
    if page.removed:
        rows = "".join(f"<li><bdi>{escape(r.text)}</bdi> ({PLACES[r.place]})</li>" for r in page.removed)
        parts += (
            f"<details><summary>{number(page.removed_characters)} Zeichen in keiner Passage</summary><ul>{rows}</ul></details>"
        )
    if page.unsure:
        rows = "".join(f"<li><bdi>{escape(word)}</bdi></li>" for word in page.unsure)
        parts += f"<details><summary>Unsicher erkannt: {len(page.unsure)}</summary><ul>{rows}</ul></details>"
    if page.mended:
        rows = "".join(f"<li><bdi>{escape(was)}</bdi> → <bdi>{escape(now)}</bdi></li>" for was, now in page.mended)
        parts += f"<details><summary>Paragraphenzeichen berichtigt: {len(page.mended)}</summary><ul>{rows}</ul></details>"
    if page.joints:
        ordered = (*page.kept, *page.joined)
        rows = "".join(f"<li><bdi>{escape(j.text)}</bdi>{' (Strich geblieben)' if j.kept else ''}</li>" for j in ordered)
        count = f"{len(page.joined)} Trennstriche entfernt, {len(page.kept)} geblieben"
        parts += f"<details><summary>{count}</summary><ul>{rows}</ul></details>"
    return parts
