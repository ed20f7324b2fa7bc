"""How are passages found again?  Imports corpus."""
