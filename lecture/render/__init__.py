"""The engine: films scenes in parallel, keeps what was filmed, and gives the frames of manim."""
