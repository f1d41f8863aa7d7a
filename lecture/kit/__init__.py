"""The public API of scene authors: scenes, beats, text, numbers, themes and mobjects."""
