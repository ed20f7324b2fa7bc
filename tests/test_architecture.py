"""Imports point one way, and each outside library is known to the files that are named here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

MAY_IMPORT = {
    "corpus": set(),
    "citing": {"corpus"},
    "facsimile": {"corpus"},
    "assistant": {"checking", "citing", "corpus", "index"},
    "ingest": {"corpus", "facsimile"},
    "index": {"corpus"},
    "checking": {"corpus", "index"},
    "search_app": {"checking", "citing", "corpus", "facsimile", "index"},
    "evaluation": {"corpus", "index"},
    "models": {"index", "evaluation"},
    "settings": {"corpus"},
    "server": {"corpus"},
    "verification": {"corpus", "facsimile", "index"},
    "reading": {"corpus", "facsimile", "ingest", "verification"},
    "holdings": {"corpus", "index"},
    "resuming": {"corpus", "index"},
    "hand": {"corpus", "facsimile", "index", "ingest", "reading", "resuming"},
    "crew": {"corpus", "facsimile", "hand", "index", "reading"},
    "ingestion": {"corpus", "crew", "facsimile", "hand", "holdings", "ingest", "index", "reading", "resuming"},
    "wiring": {"corpus", "facsimile", "ingest", "index", "search_app", "settings", "ingestion"},
    "terminal": {"corpus", "index", "ingestion", "verification"},
    "proofreading": {"checking", "command", "corpus", "index", "settings", "wiring"},
    "card": {"corpus", "ingest"},
    "card_html": {"card", "corpus", "facsimile", "ingest"},
    "reporting": {"card_html", "corpus", "facsimile", "index", "ingest"},
    "measurement": {"corpus", "index", "evaluation", "settings", "ingestion", "wiring"},
    "usage": set(),
    "fetching": {"corpus"},
    "backup": {"corpus", "index"},
    "logs": {"corpus"},
    "command": {"corpus", "settings"},
    "guarding": {"command", "corpus", "offline", "search_app", "selftest", "settings"},
    "offline": set(),
    "selftest": {"corpus", "index", "ingestion", "offline", "settings", "wiring"},
    "keeping": {"backup", "command", "corpus", "fetching", "index", "ingestion", "settings", "terminal", "wiring"},
    "cli": {
        "assistant",
        "command",
        "guarding",
        "keeping",
        "logs",
        "usage",
        "corpus",
        "index",
        "settings",
        "wiring",
        "ingestion",
        "server",
        "terminal",
        "card",
        "reporting",
        "verification",
        "evaluation",
        "measurement",
        "proofreading",
    },
    "wsgi": {"logs", "settings", "wiring"},
}
KNOWN_TO = {
    "pypdfium2": {
        "facsimile/reader.py",
        "facsimile/calls.py",
        "facsimile/image.py",
        "facsimile/visible.py",
        "facsimile/pictured.py",
        "facsimile/scan.py",
    },
    "pypdf": {"facsimile/structure.py"},
    "chromadb": {"index/vectors.py"},
    "httpx": {"index/chroma_server.py"},
    "bm25s": {"index/words.py"},
    "Stemmer": {"index/german.py"},
    "rapidfuzz": {"index/vocabulary.py"},
    "sentencex": {"corpus/sentences.py"},
    "sentence_transformers": {"index/embedder.py", "index/reranker.py"},
    "tokenizers": {
        "index/embedder.py",
        "models/training/normalisation.py",
        "models/training/tokenizer.py",
    },
    "model2vec": {"models/training/save.py"},
    "ir_measures": {"evaluation/measures.py"},
    "safetensors": {"index/embedder.py"},
    "sqlite3": {"index/library.py", "index/library_writer.py", "index/register.py"},
    "flask_babel": {"search_app/language.py"},
    "babel": {"search_app/language.py"},
    "citeproc": {"citing/styles.py"},
    "flask_limiter": {"search_app/limits.py"},
    "limits": {"search_app/limits.py"},
    "prometheus_client": {"search_app/metrics.py"},
    "docx": {"citing/handout.py"},
    "gunicorn": {"server.py"},
    "click": {"cli.py", "command.py", "guarding.py", "keeping.py", "proofreading.py", "terminal.py", "usage.py"},
    "mcp": {"assistant/server.py"},
    "pydantic": {"assistant/server.py"},
    "tqdm": {"terminal.py"},
    "typst": {"corpus/specimens/build.py"},
}


def imports(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports, wherever in it, but for those only used by type checkers."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for_types = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in for_types:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node not in for_types:
            assert node.level == 0, f"{file}: a relative import hides where it leads"
            yield node.module or ""


def ours() -> Iterator[tuple[str, Path]]:
    for name in MAY_IMPORT:
        if (ROOT / f"{name}.py").is_file():
            yield name, ROOT / f"{name}.py"
        yield from ((name, file) for file in sorted((ROOT / name).rglob("*.py")))


def test_imports_point_one_way() -> None:
    wrong = [
        f"{file.relative_to(ROOT)} imports {module}"
        for name, file in ours()
        for module in imports(file)
        if (top := module.split(".")[0]) in MAY_IMPORT and top != name and top not in MAY_IMPORT[name]
    ]
    assert wrong == []


def test_each_outside_library_is_known_to_one_file() -> None:
    known: dict[str, set[str]] = {}
    flask: set[str] = set()
    for name, file in ours():
        for module in imports(file):
            top = module.split(".")[0]
            if top in KNOWN_TO:
                known.setdefault(top, set()).add(file.relative_to(ROOT).as_posix())
            if top == "flask":
                flask.add(name)
    assert known == KNOWN_TO
    assert flask <= {"search_app"}


def test_only_settings_read_the_environment() -> None:
    readers = {
        file.relative_to(ROOT).as_posix()
        for _, file in ours()
        if "os.environ" in (text := file.read_text(encoding="utf-8")) or "getenv(" in text
    }
    # the embedder tells the model hub's client to stay offline, a child is handed PATH
    assert readers == {"settings.py", "index/embedder.py", "facsimile/child.py"}


def test_files_stay_short() -> None:
    long = {
        str(file.relative_to(ROOT)): n for _, file in ours() if (n := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
