"""Publications of our own making: Typst sources and the PDFs that a fresh machine searches."""
