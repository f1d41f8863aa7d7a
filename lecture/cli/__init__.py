"""The commands of ``lecture``, one module each; each is imported when it is called."""
