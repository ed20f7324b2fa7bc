"""Does a quotation stand where it is said to stand?  A text's quotations are held against the passages, word by word."""
