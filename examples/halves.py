"""An example scene: lecture render --with examples/halves.py --scenes Halves."""

from manim import DOWN, LEFT, RIGHT, UP, FadeIn, FadeOut, Rectangle, Square, VGroup

from lecture.config.words import SceneWords
from lecture.kit.animations import Count
from lecture.kit.layout import at
from lecture.kit.lecture_scene import LectureScene
from lecture.kit.mobjects.live_number import LiveNumber
from lecture.kit.numbers import NumberFormat
from lecture.kit.theme import theme
from lecture.kit.typeset import escape, formula, prose

PIECES, SIDE = 8, 5.0


class Halves(LectureScene):
    """Halves of halves add up to one."""

    words = SceneWords(title="*Halves of halves* — why they add up to one")

    def construct(self) -> None:
        """Run the beats of the scene."""
        self.who_speaks()
        self.the_square()
        self.half_of_the_rest()
        self.what_is_left()

    def who_speaks(self) -> None:
        """Show title and author, escaped because they are plain text, not Typst markup."""
        self.beat("who_speaks", notes="Say hello.")
        names = (self.spec.title, self.spec.author or "a lecture")
        self.card = VGroup(*(prose(escape(name), font_size=40) for name in names))
        self.card.arrange(DOWN, buff=0.5).scale_to_fit_width(min(self.card.width, 12.0))
        with self.say("Can endlessly many numbers add up to something small?"):
            self.play(FadeIn(self.card), run_time=0.8)

    def the_square(self) -> None:
        """Show an empty square of area 1, and a sum of 0."""
        self.beat("the_square", notes="Ask what the sum will be before any piece is laid.")
        self.square = Square(SIDE, color=theme().secondary).move_to(at(-3.2, -0.5))
        self.total = LiveNumber(0.0, NumberFormat(decimals=4, notation="fixed"), font_size=60)
        self.total.place(at(3.4, -0.5))
        name = formula("1/2 + 1/4 + 1/8 + ...", font_size=40).move_to(at(3.4, 1.0))
        with self.say("This square has area one. We fill it, piece by piece."):
            self.play(FadeOut(self.card), run_time=0.5)
            self.play(FadeIn(self.title_of()), run_time=0.6)
            self.play(FadeIn(self.square), run_time=0.6)
            self.play(FadeIn(name, self.total), run_time=0.6)

    def half_of_the_rest(self) -> None:
        """Add pieces, each half of the empty part."""
        self.beat("half_of_the_rest", notes="Each piece is half of the empty part.", loop=True)
        width = height = SIDE
        corner = self.square.get_corner(DOWN + LEFT)
        with self.say("Each piece takes half of what is still empty."):
            for number in range(1, PIECES + 1):
                width, height = (width / 2, height) if number % 2 else (width, height / 2)
                piece = Rectangle(width=width, height=height, fill_opacity=0.9, stroke_width=1)
                piece.set_fill(theme().signal if number % 2 else theme().gradient)
                piece.move_to(corner, aligned_edge=DOWN + LEFT)
                corner = piece.get_corner(DOWN + RIGHT if number % 2 else UP + LEFT)
                count = Count(self.total, 1 - 0.5 ** (number - 1), 1 - 0.5**number)
                self.play(FadeIn(piece), count, run_time=0.5)

    def what_is_left(self) -> None:
        """Show the empty part that is left."""
        self.beat("what_is_left", notes="The empty corner is as large as the last piece.")
        rest = formula(f"1 - 1/2^{PIECES}", font_size=40).move_to(at(3.4, -1.8))
        with self.say("What is left is as large as the last piece, and that goes to nothing."):
            self.play(FadeIn(rest), run_time=0.8)
