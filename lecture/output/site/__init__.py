"""The page for students: the video with its transcript, the clips and what can be downloaded."""

from lecture.site.make import Download, Site, make_site
from lecture.site.outline import Chapter, outline

__all__ = ["Chapter", "Download", "Site", "make_site", "outline"]
