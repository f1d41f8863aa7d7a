"""Numbers drawn by the scenes, one module a scene, in NumPy and mathcore."""
