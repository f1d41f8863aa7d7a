"""Mobjects of this lecture; a module used by one scene is named after it."""
