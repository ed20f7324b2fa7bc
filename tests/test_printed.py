"""What a browser prints as a PDF is read as it was written: it breaks words with another sign than the one that is typed."""

from __future__ import annotations

from pathlib import Path

from tests import browser as tools
from tests.boxes import documents_of

#: Each is broken once: "~" within a word, "|" behind a hyphen that is typed.
PARAGRAPHS = (
    "Der Verbund für alle be~gleitet die Vereine der Stadt.",
    "Seit vielen Jahren kommen Ehren~amtliche gern hierher.",
    "Im Rathaus sagt die Verwal~tung es allen Leuten zu.",
    "Sie folgen dem Wunsch der britisch-|amerikanischen Vereine.",
    "Im Erdgeschoss liegt die Förder-| und Beratungsstelle.",
    "Hier steht das Haus der Migrant*innen-|Organisationen.",
)
STYLE = """@page { size: A5 } body { font: 12pt 'DejaVu Serif', serif; hyphenate-character: '\\2010' }
p { width: min-content } span { white-space: nowrap }"""  # as it does by itself where its font has the sign


def markup(paragraph: str) -> str:
    for sign, html in (("~", "&shy;"), ("|", "<wbr>")):
        paragraph = paragraph.replace(sign, f"</span>{html}<span>")
    return f"<p><span>{paragraph}</span></p>"


def test_broken_words_are_joined_and_typed_hyphens_stay(tmp_path: Path) -> None:
    path = tmp_path / "gedruckt.pdf"
    with tools.chromium() as browser:
        page = browser.new_page()
        page.set_content(f"<html lang=de><title>Gedruckt</title><style>{STYLE}</style>{''.join(map(markup, PARAGRAPHS))}")
        page.pdf(path=path, prefer_css_page_size=True)
    (document,) = documents_of([path])
    raw = "".join(page.characters for page in document.pages)
    assert (raw.count("\u2010"), raw.count("\x02")) == (3, 3)  # pdfium has a sign of its own for "-" at the end of a line
    text = " ".join(passage.text for passage in document.passages)
    assert " ".join(text.split()) == " ".join(PARAGRAPHS).replace("~", "").replace("|", "")
