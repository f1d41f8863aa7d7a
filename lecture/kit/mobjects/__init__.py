"""Mobjects that any lecture can use, one concept a module."""
