"""What stands on a page, and where?  The only package that touches a PDF; imports corpus."""
