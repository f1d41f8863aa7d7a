"""The page for students: video, transcript, clips and downloads."""
