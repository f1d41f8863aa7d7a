"""The lecture as one video with its sidecar files."""
