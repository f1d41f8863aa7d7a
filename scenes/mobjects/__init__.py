"""Drawings of this lecture; a module that one scene uses is named after it."""
