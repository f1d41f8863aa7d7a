"""Everything that decides on pixels: this folder is part of every cache key."""
