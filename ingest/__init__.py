"""How does a PDF become passages?  Imports corpus and facsimile."""
