"""Text becomes vectors.  The only file that knows sentence-transformers and tokenizers.

A static model (a vector a subword, averaged) is read without torch; any other sentence-transformers model by name or
folder needs torch and takes seconds to load.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelError

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Text to unit vectors; equal ``fingerprint`` means equal vectors."""

    @property
    def fingerprint(self) -> str:
        """Name and hash of what makes the vectors, prompts included."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (n, d), float32; raises ModelError for a text over the limit."""

    def query(self, text: str) -> Vectors:
        """Return the unit vector of a query, shape (d,), float32."""

    @property
    def takes_all(self) -> bool:
        """Whether it takes a passage of any length whole, so that nobody need ask whether one fits."""

    @property
    def is_slow(self) -> bool:
        """Whether making vectors takes much longer than reading them from a disk, so that what is made is worth keeping."""

    def fits(self, text: str) -> bool:
        """Tell whether the model takes a passage whole; it would cut off the rest without a word."""


def load(name: str, query_prompt: str = "", passage_prompt: str = "", *, download: bool = False) -> Embedder:
    """Return the model of a folder or, for other sentence-transformers models, of a name.

    ``download`` allows fetching a named model from its hub; otherwise nothing leaves the machine.  Raises ModelError.
    """
    folder = Path(name)
    if not folder.is_dir() and (folder.is_absolute() or name.startswith(".")):
        raise ModelError(f"Das Modell {name} gibt es nicht. Prüfen Sie FUNDSTELLE_MODEL.")
    if folder.is_dir() and _is_static(folder) and not (query_prompt or passage_prompt):
        return StaticEmbedder(folder)
    return TransformerEmbedder(name, query_prompt, passage_prompt, download=download)


def _is_static(folder: Path) -> bool:
    """Tell whether a sentence-transformers folder begins with a static embedding."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return str(modules[0]["type"]).endswith("StaticEmbedding")
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _hash(folder: Path) -> str:
    """Return a hash over the files that make the vectors."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".safetensors", ".json", ".bin", ".txt", ".model"} and file.is_file():
            digest.update(file.relative_to(folder).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _unit(vectors: NDArray[Any]) -> Vectors:
    found = np.asarray(vectors, np.float32)
    norms = np.sqrt((found * found).sum(axis=-1, keepdims=True))
    unit: Vectors = found / (norms + (norms == 0))
    return unit


class StaticEmbedder:
    """A static model in model2vec's format, such as the built-in German one; no limit of length, no torch.

    A text's vector is the mean of its subwords' vectors.  model2vec's own loader builds the tokenizer twice, which costs
    half a second and 100 MB more; a test holds both to the same vectors.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tensors = load_file(folder / "model.safetensors")
            self._rows = tensors["embeddings"]
            self._row_of = tensors.get("mapping", np.arange(self._tokenizer.get_vocab_size()))
            self._weight_of = tensors.get("weights", np.ones(self._tokenizer.get_vocab_size(), np.float32))
            if len(self._row_of) < self._tokenizer.get_vocab_size() or self._row_of.max() >= len(self._rows):
                raise ValueError("vocabulary and vectors differ in number")
        except Exception as error:  # the tokenizer's library raises bare exceptions
            raise ModelError(f"Das Modell in {folder} ist unvollständig oder beschädigt ({error}).") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._unknown = _unknown_token(folder)
        self._fingerprint = f"{folder.name}-{_hash(folder)}"

    @property
    def fingerprint(self) -> str:
        """Name and hash of the model's folder."""
        return self._fingerprint

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (n, d); the zero vector for a text without known subwords."""
        result = np.zeros((len(texts), self._rows.shape[1]), np.float32)
        for number, encoding in enumerate(self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)):
            result[number] = self._sum(encoding.ids)
        return _unit(result)

    def query(self, text: str) -> Vectors:
        """Return the unit vector of a query, shape (d,)."""
        # not as a batch of one: that is handed to another thread, and waking it takes longer than the work
        return _unit(self._sum(self._tokenizer.encode(text, add_special_tokens=False).ids))

    def _sum(self, tokens: Sequence[int]) -> Vectors:
        """Return the weighted sum of the vectors of a text's subwords, shape (d,)."""
        known = np.asarray([token for token in tokens if token != self._unknown], np.int64)
        total: Vectors = self._weight_of[known].astype(np.float32) @ self._rows[self._row_of[known]].astype(np.float32)
        return total

    @property
    def takes_all(self) -> bool:
        """Return True: an average has no limit of length."""
        return True

    @property
    def is_slow(self) -> bool:
        """Return False: a thousand passages with their sentences take a second."""
        return False

    def fits(self, text: str) -> bool:
        """Return True."""
        return True


def _unknown_token(folder: Path) -> int | None:
    """Return the id of the token for what the vocabulary lacks; it says nothing and is left out."""
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    if "unk_id" in model:
        return None if model["unk_id"] is None else int(model["unk_id"])
    token = model.get("unk_token")
    return None if token is None else model["vocab"].get(token)


def stay_offline() -> None:
    """Keep the model hub's client from asking for anything, even for a newer version; before it is imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"


class TransformerEmbedder:
    """Any other sentence-transformers model, with the prompts that its card asks for."""

    def __init__(self, name: str, query_prompt: str, passage_prompt: str, *, download: bool) -> None:
        if not download:
            stay_offline()
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name, device="cpu", local_files_only=not download)
        except Exception as error:  # torch, transformers and the hub each raise their own
            raise ModelError(
                f"Das Modell „{name}“ lässt sich nicht laden ({type(error).__name__}). Legen Sie es als Ordner ab und nennen Sie "
                "diesen in FUNDSTELLE_MODEL, oder erlauben Sie das Herunterladen mit FUNDSTELLE_DOWNLOAD=1."
            ) from error
        self._query_prompt, self._passage_prompt = query_prompt, passage_prompt
        source = _hash(Path(name)) if Path(name).is_dir() else "hub"
        prompts = hashlib.sha256(f"{query_prompt}\n{passage_prompt}".encode()).hexdigest()[:8]
        self._fingerprint = f"{Path(name).name}-{source}-{prompts}"

    @property
    def fingerprint(self) -> str:
        """Name, hash (of a folder) and prompts."""
        return self._fingerprint

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (n, d); raises ModelError for a text over the model's limit."""
        for text in texts:
            if not self.fits(text):
                raise ModelError(f"Ein Text ist länger, als das Modell lesen kann: „{text[:60]}…“.")
        return self._encode([self._passage_prompt + text for text in texts])

    def query(self, text: str) -> Vectors:
        """Return the unit vector of a query, shape (d,); a query over the limit is cut by the model."""
        return np.asarray(self._encode([self._query_prompt + text])[0], np.float32)

    @property
    def takes_all(self) -> bool:
        """Whether the model names no limit."""
        return self._model.max_seq_length in (None, float("inf"))

    @property
    def is_slow(self) -> bool:
        """Return True: a thousand passages with their sentences take minutes without a GPU."""
        return True

    def fits(self, text: str) -> bool:
        """Count the tokens of prompt and text against the model's limit."""
        if self.takes_all:
            return True
        tokens = self._model.tokenizer(self._passage_prompt + text, truncation=False, verbose=False)
        return bool(len(tokens["input_ids"]) <= self._model.max_seq_length)

    def _encode(self, texts: list[str]) -> Vectors:
        return _unit(self._model.encode(texts, show_progress_bar=False, convert_to_numpy=True))
