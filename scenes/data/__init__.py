"""The numbers that scenes draw, one module a scene, pure NumPy on mathcore."""
