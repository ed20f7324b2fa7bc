"""How good is it?  A test collection and a searcher become figures, with how sure they are, and comparisons of two runs."""
