"""What is made of rendered beats: the video, clips, slides, a page, stills."""
