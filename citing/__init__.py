"""How is a passage quoted and referenced, in each style and format?"""
