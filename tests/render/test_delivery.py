"""A worker in an empty folder draws the same, since it gets what the scene reads."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from lecture.config.contract import SceneEntry
from lecture.errors import RenderError
from lecture.render.cluster import ClusterWorkers
from lecture.render.delivery import Delivery, SceneInputs
from lecture.render.dependencies import Dependencies
from lecture.render.tasks import RenderResult, RenderTask, SceneRenderSpec
from tests.clusters import Cluster, Host
from tests.sessions import SIZE, contents, render_session, render_spec

if TYPE_CHECKING:
    from lecture.timeline import RenderedScene

pytestmark = pytest.mark.xdist_group("cluster")

SCENE = """
import importlib, os
from pathlib import Path
from manim import *
from sizes import SIDE

HERE = Path(__file__).parent

class A(Scene):
    def construct(self):
        side = SIDE * float((HERE / "data.csv").read_text())
        self.next_section("one")
        self.add(Square(side, color=os.environ["LOOK"]), SVGMobject("pictures/mark.svg"))
        self.wait(0.2)
        self.next_section("two")
        shift = importlib.import_module("la" + "ter").SHIFT
        for path in sorted((HERE / "points").glob("*.txt")):
            self.add(Dot([float(path.read_text()), shift, 0]))
        if (HERE.parent / "optional.json").exists():
            self.add(Circle())
        self.wait(0.2)

class Fails(A):
    def construct(self):
        open(HERE / "nowhere.csv")
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of one worker in an empty folder."""
    with Host() as host, Cluster(host, tmp_path_factory.mktemp("worker"), "plain") as started:
        yield started


def render_on(
    cluster: Cluster | None, folder: Path, *render_specs: SceneRenderSpec
) -> list[RenderedScene]:
    session = render_session(
        folder, executor=None if cluster is None else lambda: ClusterWorkers(cluster.address)
    )
    with session.locked():
        return session.render(render_specs)


def no_executor() -> NoReturn:
    pytest.fail("a worker is asked for")


@pytest.fixture
def scene(work: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a scene with all that it reads."""
    files = {
        "p/a.py": SCENE,
        "p/sizes.py": "SIDE = 0.5",
        "p/later.py": "SHIFT = 0.25",
        "p/data.csv": "2",
        "p/points/1.txt": "1",
        "p/points/2.txt": "2",
        "pictures/mark.svg": '<svg viewBox="0 0 1 1"><path d="M0 0L1 1L1 0Z"/></svg>',
        "optional.json": "{}",
    }
    for name, text in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("LOOK", "#ff0000")
    return work / "p/a.py"


def test_a_worker_gets_what_a_scene_reads(
    cluster: Cluster, work: Path, scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = render_spec(SceneEntry("A", "user_scenes.a", "A", scene))
    there = contents(render_on(cluster, work / "there", seen))
    assert there == contents(render_on(None, work / "here", seen))
    # Its segments are valid on this machine.
    idle = render_session(work / "there", executor=no_executor)
    assert contents(idle.render([seen])) == there
    (scene.parent / "points/3.txt").write_text("3", encoding="utf-8")
    again = contents(render_on(cluster, work / "there", seen))
    assert [first == then for first, then in zip(there[0], again[0], strict=True)] == [True, False]
    monkeypatch.setenv("LOOK", "#0000ff")
    blue = contents(render_on(cluster, work / "there", seen))
    assert [first == then for first, then in zip(again[0], blue[0], strict=True)] == [False, False]
    assert not [path for path in cluster.folder.rglob("*") if path.suffix in {".csv", ".svg"}]


def test_an_error_names_the_files_of_the_client(cluster: Cluster, work: Path, scene: Path) -> None:
    with pytest.raises(RenderError) as caught:
        render_on(cluster, work / "there", render_spec(SceneEntry("Fails", "a", "", scene)))
    assert str(caught.value) == (
        "Fails failed: FileNotFoundError: [Errno 2] No such file or directory: "
        f"'{scene.parent / 'nowhere.csv'}' (p/a.py, line 25)"
    )


LECTURE = {
    "__init__.py": """
from lecture.config.contract import Lecture, SceneEntry
LECTURE = Lecture(
    package=__name__,
    scenes=(SceneEntry("Dots", f"{__name__}.dots", "Dots"),),
    spec="spec:Spec",
    packages=("sent_helpers",),
)
""",
    "spec.py": """
from lecture.config.spec import LectureSpec
from sent_lecture import LECTURE
class Spec(LectureSpec):
    lecture = LECTURE
    side: float = 2.0
""",
    "text/en.toml": 'title = "Sent"\n[Dots]\ntitle = "*Dots* from far away"\n',
    "dots.py": """
from importlib import resources
from manim import *
from lecture.kit.lecture_scene import LectureScene
from sent_helpers import COLOR

class Dots(LectureScene):
    def construct(self):
        self.beat("one")
        x = float(resources.files("sent_lecture").joinpath("data/x.csv").read_text())
        self.add(self.title_of(), Square(self.spec.side, color=COLOR).shift(x * RIGHT))
        self.wait(0.2)
""",
    "data/x.csv": "1.5",
    "../sent_helpers/__init__.py": "COLOR = '#00ff00'",
}


def test_a_worker_gets_the_lecture_of_a_folder(
    cluster: Cluster, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in LECTURE.items():
        file = work / "lectures/sent_lecture" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(work / "lectures")
    spec = import_module("sent_lecture.spec").Spec()
    seen = SceneRenderSpec(spec.lecture.scenes[0], SIZE, spec)
    there = contents(render_on(cluster, work / "there", seen))
    assert there == contents(render_on(None, work / "here", seen))
    (work / "lectures/sent_lecture/data/x.csv").write_text("0", encoding="utf-8")
    assert contents(render_on(cluster, work / "there", seen)) != there


def test_another_file_of_the_worker_under_a_full_path_is_refused(scene: Path) -> None:
    task = RenderTask(render_spec(SceneEntry("A", "a", "", scene)), "k", Path("nowhere"))
    result = RenderResult((), last=True, dependencies=Dependencies(files={"/data/x.csv": "0" * 64}))
    sent = Delivery(b"", {"/data/x.csv": b"ours"}, {}, (), None)
    with pytest.raises(RenderError, match=r"/data/x\.csv is not the same on the worker; name it"):
        SceneInputs(task).with_our_dependencies(result, sent)
