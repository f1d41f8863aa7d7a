"""Output: videos, clips, slides, stills and pages, made of rendered segments."""
