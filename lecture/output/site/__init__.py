"""The page for students: the video with its transcript, the clips and what can be downloaded."""
