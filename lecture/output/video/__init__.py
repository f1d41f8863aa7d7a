"""The lecture as one video, and the files beside it."""
