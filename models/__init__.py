"""The built-in embedding model: how it was trained, and how its figures are repeated."""
