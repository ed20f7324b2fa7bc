"""Typst sources in this folder -> PDFs beside them, the same bytes on every machine.

    python -m corpus.specimens.build

Needs the development-only package `typst`, which carries its compiler and its fonts.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent

# Creation date of every specimen, 2026-11-22 00:00 UTC: the clock must not change the bytes.
TIMESTAMP = 1_795_305_600


def build(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Typeset every .typ file of a folder and return the PDFs, sorted by name.

    Raises `typst.TypstError` (with the compiler's message) where a source does not compile.
    """
    return tuple(_typeset(source) for source in sorted(folder.glob("*.typ")))


def _typeset(source: Path) -> Path:
    import typst

    target = source.with_suffix(".pdf")
    # System fonts are left out: a machine that has another Libertinus would break lines elsewhere.
    target.write_bytes(typst.compile(str(source), root=str(source.parent), ignore_system_fonts=True, timestamp=TIMESTAMP))
    return target


def main() -> None:
    """Build all specimens and say what stands where."""
    for pdf in build():
        print(f"{pdf.name}: {pdf.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
