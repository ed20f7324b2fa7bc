"""Both loaders on small models that are made here: a static one without torch, and a transformer with a token limit."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import ModelError
from index import embedder, reranker
from index.embedder import StaticEmbedder, TransformerEmbedder
from index.reranker import Reranker
from tests.conftest import MODEL, ROOT

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "query", "passage", ":", "die", "stadt", "hilft", "wohnung", "verein", "und"]


@pytest.fixture(scope="module")
def transformer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two tiny layers and random weights that takes 12 tokens."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("transformer")
    raw = folder / "raw"
    raw.mkdir()
    (raw / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(0)
    shape = {
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 64,
    }
    BertModel(BertConfig(vocab_size=len(WORDS), **shape)).save_pretrained(raw)
    BertTokenizerFast(vocab=str(raw / "vocab.txt")).save_pretrained(raw)
    first = Transformer(str(raw), max_seq_length=12)
    SentenceTransformer(modules=[first, Pooling(16)], device="cpu").save(str(folder / "model"))
    return folder / "model"


def test_a_transformer_gives_unit_vectors_and_knows_its_limit(transformer_folder: Path) -> None:
    model = embedder.load(str(transformer_folder), "query: ", "passage: ")
    assert isinstance(model, TransformerEmbedder)
    vectors = model.passages(["die stadt hilft", "der verein"])
    assert vectors.shape == (2, 16) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert model.fits("die stadt hilft") and not model.fits("stadt " * 9)
    with pytest.raises(ModelError, match="länger"):
        model.passages(["stadt " * 9])
    assert not np.allclose(model.query("stadt"), model.passages(["stadt"])[0])  # the prompts differ


def test_prompts_are_part_of_the_fingerprint(transformer_folder: Path) -> None:
    name = str(transformer_folder)
    prints = {embedder.load(name, *prompts).fingerprint for prompts in (("", ""), ("query: ", ""), ("query: ", "passage: "))}
    assert len(prints) == 3


def test_a_model_that_is_not_here_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="FUNDSTELLE_MODEL"):
        embedder.load(str(tmp_path / "nein"))
    with pytest.raises(ModelError, match="FUNDSTELLE_DOWNLOAD"):
        embedder.load("gibt-es/bestimmt-nicht")


def test_a_damaged_static_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text(json.dumps([{"type": "sentence_transformers.models.StaticEmbedding"}]))
    (tmp_path / "model.safetensors").write_bytes(b"kaputt")
    with pytest.raises(ModelError, match="beschädigt"):
        embedder.load(str(tmp_path))


def test_the_built_in_model_takes_any_length_and_gives_unit_vectors() -> None:
    model = embedder.load(str(MODEL))
    assert isinstance(model, StaticEmbedder)
    long = "Ehrenamt und Wohnung " * 2000
    vectors = model.passages([long, "Ehrenamt", ""])
    assert np.allclose(np.linalg.norm(vectors[:2], axis=1), 1.0, atol=1e-5)
    assert np.array_equal(model.query(long), vectors[0]) and not model.query("").any()  # alone or among others: the same
    assert model.fits(long) and model.fingerprint.startswith("german-static-")
    tail = model.passages([long + "Fledermaus " * 3000])[0]
    assert float(tail @ vectors[0]) < 0.99  # what stands far behind counts too


def test_the_built_in_model_needs_no_torch() -> None:
    code = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from index import embedder, reranker
embedder.load({str(MODEL)!r}).query("Ehrenamt")
print(sorted({{"torch", "transformers", "sentence_transformers", "chromadb"}} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


class Prefers:
    """A reranker that can be computed by eye: it prefers what has more of a letter."""

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([text.count(query[0]) for text in texts], np.float32)


@pytest.fixture(params=["by eye", "cross-encoder"])
def again(request: pytest.FixtureRequest, tmp_path: Path) -> Reranker:
    if request.param == "by eye":
        return Prefers()
    return reranker.load(str(cross_encoder(tmp_path)))


def cross_encoder(folder: Path) -> Path:
    """Return the folder of a BERT of one tiny layer and random weights that reads two texts together."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    raw = folder / "raw"
    raw.mkdir()
    (raw / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, num_labels=1
    )
    BertForSequenceClassification(config).save_pretrained(raw)
    BertTokenizerFast(vocab=str(raw / "vocab.txt")).save_pretrained(raw)
    CrossEncoder(str(raw), device="cpu").save_pretrained(str(folder / "model"))
    return folder / "model"


def test_a_reranker_scores_each_text_with_the_query(again: Reranker) -> None:
    texts = ["die stadt hilft", "der verein", "wohnung und stadt und wohnung"]
    scores = again.scores("wohnung", texts)
    assert scores.shape == (3,) and scores.dtype == np.float32 and len(set(scores.tolist())) > 1
    assert np.allclose(again.scores("wohnung", texts[::-1])[::-1], scores, atol=1e-5)  # each by itself


def test_a_reranker_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match="FUNDSTELLE_RERANKER"):
        reranker.load("/gibt/es/nicht")
