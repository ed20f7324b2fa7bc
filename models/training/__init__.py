"""Turns open German text and a thesaurus into static vectors (one a subword)."""
