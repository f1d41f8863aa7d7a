"""The page of ``lecture watch``: its content, and the server on this machine."""
