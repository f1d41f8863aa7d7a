"""Clips: the files of each beat, and a page of all clips."""
