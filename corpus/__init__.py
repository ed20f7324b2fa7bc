"""What is a publication, and how is it cited?  Imports nothing of ours."""
