"""The generator: turns a package of scenes into videos, clips, slides and pages.

Only `lecture.kit` and the processes that run scenes (`lecture.render.backend`) import manim.
"""
