"""Turns vectors and a vocabulary into a folder that model2vec and sentence-transformers both load."""

from pathlib import Path

import numpy as np
from model2vec import StaticModel

from models.training.rewriting import FloatArray
from models.training.tokenizer import Vocabulary

# Mean length of the stored vectors: far from the limits of float16 on both sides.
_MEAN_LENGTH = 4.0
_CONFIG = {"model_type": "model2vec", "architectures": ["StaticModel"]}


def save_model(folder: Path, vectors: FloatArray, vocabulary: Vocabulary) -> None:
    """Write the model as float16; the unknown token's row is zero, nothing is truncated, a README.md is kept."""
    scaled = vectors * np.float32(_MEAN_LENGTH / float(np.linalg.norm(vectors, axis=1).mean()))
    scaled[0] = 0.0
    model = StaticModel(
        scaled.astype(np.float16),
        vocabulary.tokenizer,
        _CONFIG,
        normalize=True,
        token_mapping=vocabulary.row,
        max_length=None,
    )
    folder.mkdir(parents=True, exist_ok=True)
    card = folder / "README.md"
    kept = card.read_text(encoding="utf-8") if card.exists() else None
    model.save_pretrained(folder)
    card.unlink(missing_ok=True)
    if kept is not None:
        card.write_text(kept, encoding="utf-8")
    for file in folder.iterdir():
        file.chmod(0o644)
