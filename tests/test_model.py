"""The built-in model: both loaders agree, German spelling is folded, nothing is cut off, no torch is needed."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from model2vec import StaticModel

from index import embedder
from tests.conftest import DATA, MODEL

LAWS = DATA / "training" / "laws.jsonl.zst"
PASSAGES = 1000
LARGEST = 25_000_000

# A sentence a combination: law-like German, long enough to hold several hundred different words.
_SUBJECTS = (
    "Die zuständige Behörde", "Der Gemeinderat", "Eine Bürgerin oder ein Bürger", "Der eingetragene Verein",
    "Das Bundesamt für Migration", "Die Trägerin der Maßnahme", "Der Ausschuss für Soziales",
    "Wer einen Antrag gestellt hat,", "Die Arbeitgeberin", "Das Jugendamt",
)  # fmt: skip
_VERBS = (
    "unterrichtet unverzüglich", "fördert auf Antrag", "berät in allen Fragen des Absatzes 2", "prüft jährlich",
    "veröffentlicht im Internet", "entscheidet nach Anhörung über", "beteiligt rechtzeitig", "erstattet",
    "dokumentiert schriftlich", "finanziert aus Mitteln des Haushalts",
)  # fmt: skip
_OBJECTS = (
    "die Träger*innen der freien Wohlfahrtspflege", "Sprachkurse für Geflüchtete", "die Kosten der Unterkunft",
    "Ehrenamtliche und ihre Vereine", "das Lobbyregister", "Maßnahmen gegen Lärm und Staub",
    "die Teilnehmergewinnung", "den Straßenbau nach § 12", "die Barrierefreiheit öffentlicher Gebäude",
    "Anträge auf Akteneinsicht (10 % der Fälle)",
)  # fmt: skip


def _sentences() -> Iterator[str]:
    for subject, verb, thing in itertools.product(_SUBJECTS, _VERBS, _OBJECTS):
        yield f"{subject} {verb} {thing}."


@pytest.fixture(scope="module")
def passages() -> list[str]:
    """A thousand passages of five sentences."""
    sentences = list(_sentences())
    return [" ".join(sentences[(7 * i + 13 * k) % len(sentences)] for k in range(5)) for i in range(PASSAGES)]


@pytest.fixture(scope="module")
def model() -> StaticModel:
    """The model as the product loads it."""
    return StaticModel.from_pretrained(MODEL)


@pytest.fixture(scope="module")
def other() -> Any:
    """The same folder, read by sentence-transformers."""
    library = pytest.importorskip("sentence_transformers", reason="needs torch")
    return library.SentenceTransformer(str(MODEL), device="cpu")


def _unit(vectors: np.ndarray) -> np.ndarray:
    wide = vectors.astype(np.float64)
    return np.asarray(wide / np.linalg.norm(wide, axis=-1, keepdims=True))


def _likeness(model: StaticModel, one: str, other: str) -> float:
    first, second = _unit(model.encode([one, other]))
    return float(first @ second)


def test_both_loaders_give_the_same_vectors(model: StaticModel, other: Any, passages: list[str]) -> None:
    theirs = other.encode(passages)
    ours = model.encode(passages)
    assert ours.shape == theirs.shape
    assert (_unit(ours) * _unit(np.asarray(theirs))).sum(axis=1).min() > 0.9999


def test_the_products_loader_gives_them_too(model: StaticModel, passages: list[str]) -> None:
    ours = embedder.load(str(MODEL)).passages(passages)
    assert (ours * _unit(model.encode(passages))).sum(axis=1).min() > 0.9999


@pytest.mark.skipif(not LAWS.exists(), reason="the development data are not beside the repository")
def test_both_loaders_give_the_same_vectors_for_real_text(model: StaticModel, other: Any) -> None:
    from models.training.corpus import read_documents

    sections = itertools.islice(read_documents(LAWS.parent), 60_000, 60_000 + PASSAGES)
    texts = [" ".join(section.paragraphs) or section.heading for section in sections]
    assert (_unit(model.encode(texts)) * _unit(np.asarray(other.encode(texts)))).sum(axis=1).min() > 0.9999


def test_both_loaders_agree_on_text_without_a_known_token(model: StaticModel, other: Any) -> None:
    text = ["漢字 Bürgerbeteiligung 漢字漢字", "Bürgerbeteiligung"]
    unknown, plain = _unit(model.encode(text))
    assert unknown @ plain > 0.9999
    assert _unit(np.asarray(other.encode(text)))[0] @ unknown > 0.9999


def test_no_torch_is_imported() -> None:
    code = (
        "import sys; from model2vec import StaticModel\n"
        f"vector = StaticModel.from_pretrained({str(MODEL)!r}).encode('Bürgerbeteiligung vor Ort')\n"
        "assert vector.shape[0] >= 256\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize(
    "form",
    [
        "Bürger*innen", "Bürger:innen", "Bürger_innen", "BürgerInnen", "Bürger/innen", "Bürger/-innen",
        "Bürger·innen", "Bürger(innen)", "Bürgerinnen", "bürgerinnen", "Buergerinnen", "Bu\u0308rger*innen",
    ],
)  # fmt: skip
def test_gender_forms_get_the_same_vector(model: StaticModel, form: str) -> None:
    assert _likeness(model, f"Die Beteiligung der {form} vor Ort", "Die Beteiligung der Bürgerinnen vor Ort") > 0.99999


@pytest.mark.parametrize(("one", "other"), [("Straße", "STRASSE"), ("ﬁnanzieren", "finanzieren"), ("Ver\u00adein", "Verein")])
def test_spelling_is_folded(model: StaticModel, one: str, other: str) -> None:
    assert _likeness(model, one, other) > 0.99999


@pytest.mark.parametrize("word", ["gewinnen", "beginnen", "drinnen", "darin", "Berlin"])
def test_words_that_only_look_feminine_stay_whole(model: StaticModel, word: str) -> None:
    assert "".join(model.tokenizer.encode(word).tokens) == word.lower()


def test_long_text_is_not_cut_off(model: StaticModel, passages: list[str]) -> None:
    long = " ".join(passages[:100])
    assert len(model.tokenizer.encode(long).ids) > 2000
    end = " Vulkanausbruch" * 2000
    assert not np.allclose(model.encode(long), model.encode(long + end), atol=1e-2)


def test_the_folder_is_small_enough_for_git() -> None:
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) <= LARGEST


@pytest.mark.parametrize("dimensions", [128, None])
@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("Geldgeber finden", "Wie sich ein Verein über Spenden und Zuschüsse finanziert.", "Der Wal ist ein Säugetier."),
        ("Arzt", "Die medizinische Behandlung im Krankenhaus", "Der Haushalt der Gemeinde wird beschlossen."),
        ("Schule", "Lehrkräfte und Kinder im Unterricht", "Der Bau einer Autobahnbrücke"),
        ("Flüchtlinge", "Asylsuchende in einer Unterkunft", "Die Fußballmannschaft gewann das Spiel."),
    ],
)
def test_the_leading_dimensions_still_order(model: StaticModel, dimensions: int | None, query: str, near: str, far: str) -> None:
    vectors = _unit(model.encode([query, near, far])[:, :dimensions])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_an_empty_text_has_the_zero_vector(model: StaticModel) -> None:
    assert not model.encode([""]).any()
