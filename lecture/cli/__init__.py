"""The command line, one module a command; each is imported when it is called."""
