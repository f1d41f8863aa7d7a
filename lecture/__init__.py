"""Production: the command line, the filming of scenes, and all that is made of the films.

Nothing here imports manim, but for the processes that run scenes (in `lecture.engine`).
"""
