"""How does an assistant ask, read and quote?  Tools that answer in German text, each answer with its citation and its link."""
