"""Everything side by side in one run: `python -m benchmarks --data FOLDER`, where the folder has pdfs/ and training/."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import report
from benchmarks.figures import Section
from benchmarks.rounds import in_child

SECTIONS = ("reading", "ingestion", "publishing", "finding", "search", "http", "start", "memory")
_OF_SIZES = frozenset(("publishing", "finding", "search", "http", "start", "memory"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the wanted sections, print each as it ends, and write all as JSON where a file is named."""
    options = _parser().parse_args(arguments)
    wanted = report.chosen(SECTIONS, options.only)
    began, clock, load = report.now(), time.perf_counter(), report.load()
    sections: list[Section] = []
    for section in _measured(wanted, options):
        report.print_section(section)
        sections.append(section)
        if options.json:  # after each: a run that is broken off has shown something
            command = " ".join(["python -m benchmarks", *(sys.argv[1:] if arguments is None else arguments)])
            run = report.Run(command, began, time.perf_counter() - clock, (load, report.load()), tuple(sections))
            report.save(options.json, run)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with pdfs/ and training/ (bt18, laws, klex)")
    parser.add_argument("--sizes", default="2000,20000", help="passages, separated by commas")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(SECTIONS)}")
    parser.add_argument("--json", type=Path, help="file to write all figures to")
    parser.add_argument("--rounds", type=int, default=3, help="of reading and ingestion; pypdf is given one")
    parser.add_argument("--queries", type=int, default=300, help="of each search")
    parser.add_argument("--words", type=int, default=105, help="after which a passage ends: fewer yield more passages")
    parser.add_argument("--starts", type=int, default=7, help="of each command")
    parser.add_argument("--searches", type=int, default=500, help="that a server remembers something of")
    parser.add_argument("--threads", type=int, default=1, help="of each side of a search; 0: as many as it takes")
    parser.add_argument("--no-txtai", action="store_true", help="leave txtai out")
    return parser


def _measured(wanted: Sequence[str], options: argparse.Namespace) -> Iterator[Section]:
    """Yield the sections; each is measured in a process of its own, so that this one stays small."""
    pdfs = sorted((options.data / "pdfs").glob("*.pdf"))
    if "reading" in wanted:
        from benchmarks import reading

        yield in_child(reading.compare, pdfs, options.rounds, 1)
    if "ingestion" in wanted:
        from benchmarks import ingesting

        yield ingesting.compare(pdfs, options.rounds)
    if _OF_SIZES & set(wanted):
        with tempfile.TemporaryDirectory(prefix="fundstelle-") as folder:
            yield from _of_sizes(wanted, options, Path(folder))


def _of_sizes(wanted: Sequence[str], options: argparse.Namespace, folder: Path) -> Iterator[Section]:
    from benchmarks import finding, searching, serving, shelf, starting, texts

    sizes = sorted({int(size) for size in options.sizes.split(",")})
    file = folder / "texts.jsonl"
    there = in_child(texts.write_texts, options.data, file, sizes[-1], options.words)
    for size in sizes:
        if size > there:
            raise SystemExit(f"{options.data / 'training'} yields {there} passages, not {size}")
        home = folder / f"home-{size}"
        published = in_child(shelf.build, file, size, home)
        if "publishing" in wanted:
            yield published
        if "finding" in wanted:
            yield in_child(finding.compare, home, size, options.queries)
        if "search" in wanted:
            with_txtai = not options.no_txtai
            yield in_child(searching.compare, home, size, options.queries, with_txtai=with_txtai, threads=options.threads)
        if "http" in wanted:
            yield in_child(serving.compare, home, size, options.queries)
        if "start" in wanted:
            yield in_child(starting.compare, home, size, options.starts)
        if "memory" in wanted:
            yield in_child(serving.remember, home, size, options.searches)


if __name__ == "__main__":
    main()
