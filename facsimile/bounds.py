"""How much of one file is read; beyond it a file is refused, a page left out, a list cut."""

from __future__ import annotations

MAX_PAGES = 5_000
MAX_CHARACTERS = 200_000  # of one page; a dense newspaper page has 20,000
MAX_ALL_CHARACTERS = 6_000_000  # of one file; more than two thousand dense pages, and 100 MB of boxes
MAX_LINES = 10_000  # of one page
MAX_ALL_LINES = 200_000  # of one file; lines and what is marked in them, a third of a kilobyte each
MAX_MARKS = 50_000  # of one page: note numbers, hidden characters, gaps
MAX_SPELLINGS = 200_000  # characters of one file that only the fonts' tables can name
MAX_OUTLINE = 5_000  # entries
MAX_TITLE = 300  # characters of a title, of the file or of an entry
MAX_LABEL = 20  # characters of a printed page number
