"""The benchmarks' arithmetic and report; nothing here depends on how fast anything is."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as program
from benchmarks import alternatives, child
from benchmarks.classifier import crops
from benchmarks.figures import Figure, Pair, Seconds, milliseconds, spread, take_turns
from benchmarks.launch import peak_bytes
from benchmarks.monitors import ALL_MODES, played, times
from benchmarks.offline import film
from benchmarks.pipeline import BLOCK, ONE_FACE, Clip, block, several
from benchmarks.report import as_json, machine_line, stolen_told, table, this_machine
from fakes import make_face, make_frame
from femon.camera.demo import FPS, SCRIPT
from femon.camera.video import VideoSource
from femon.types import Frame, Reading, Readings
from femon.watch import Watch


def test_a_pair_compares_medians_so_one_slow_frame_changes_nothing() -> None:
    assert Pair(plain=(2.0, 2.0, 90.0), ours=(3.0, 2.5, 2.5)).cost == 1.25


def test_the_two_ways_take_turns_in_going_first() -> None:
    order: list[str] = []

    def prepare(number: int) -> tuple[Callable[[], Seconds], Callable[[], Seconds]]:
        order.append(f"prepare {number}")

        def plain() -> Seconds:
            order.append("plain")
            return [1.0]

        def ours() -> Seconds:
            order.append("ours")
            return [2.0]

        return plain, ours

    pairs = take_turns(2, prepare)
    assert order == ["prepare 0", "plain", "ours", "prepare 1", "ours", "plain"]
    assert pairs == [Pair([1.0], [2.0])] * 2


@pytest.mark.parametrize(
    ("limits", "value", "holds"),
    [
        ({"at_most": 1.3}, 1.3, True),
        ({"at_most": 1.3}, 1.31, False),
        ({"at_least": 5.0}, 5.0, True),
        ({"at_least": 5.0}, 4.9, False),
        ({"at_least": 5.0}, None, None),
        ({}, 1.0, None),
    ],
)
def test_a_budget_holds_at_its_limit_and_only_where_something_was_measured(
    limits: dict[str, float], value: float | None, holds: bool | None
) -> None:
    assert Figure("figure", value, **limits).holds is holds


def test_repeats_become_their_median_with_both_ends() -> None:
    figure = spread("cost", [1.4, 1.1, 1.2], "x", at_most=1.3)
    assert (figure.value, figure.extent, figure.holds) == (1.2, (1.1, 1.4), True)


def test_seconds_become_milliseconds_with_the_95th_percentile() -> None:
    figure = milliseconds("whole", [0.010] * 90 + [0.020] * 10)
    assert (figure.value, figure.unit, figure.note) == (10.0, "ms", "p95 20.00")


FIGURES = [
    Figure("cost", 1.204, "x", (1.1, 1.3), at_most=1.3),
    Figure("speed", 4.0, "x", at_least=5.0),
    Figure("peak", 274.96, "MB"),
    Figure("other", None, "x", at_least=5.0, note="TensorFlow is not installed"),
]


def test_the_table_says_what_was_measured_what_was_allowed_and_whether_it_holds() -> None:
    assert table(FIGURES).splitlines() == [
        "figure  measured               budget           holds",
        "cost    1.20 x (1.10 to 1.30)  at most 1.30 x   yes",
        "speed   4.00 x                 at least 5.00 x  NO",
        "peak    274.96 MB                               -",
        "other   skipped                at least 5.00 x  -      TensorFlow is not installed",
    ]


def test_the_json_report_holds_the_same_and_the_machine() -> None:
    report = json.loads(as_json(FIGURES, {"CPU": "fast"}))
    assert report["machine"] == {"CPU": "fast"}
    assert [row["holds"] for row in report["figures"]] == [True, False, None, None]
    assert report["figures"][0]["extent"] == [1.1, 1.3]


def test_the_machine_line_names_processor_cores_python_and_packages() -> None:
    machine = this_machine()
    assert {"CPU", "cores", "Python", "mediapipe", "tensorflow"} <= machine.keys()
    assert all(machine.values())
    assert machine_line({"CPU": "fast", "cores": "2"}) == "CPU fast, cores 2"


def test_the_machine_tells_how_much_of_it_others_took(monkeypatch: pytest.MonkeyPatch) -> None:
    machine: dict[str, str] = {}
    stolen, clock = iter([10.0, 14.0]), iter([100.0, 120.0])
    monkeypatch.setattr("psutil.cpu_times", lambda: SimpleNamespace(steal=next(stolen)))
    monkeypatch.setattr("benchmarks.report.time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with stolen_told(machine):
        pass
    assert machine == {"stolen": "10.0 %"}
    monkeypatch.setattr("psutil.cpu_times", SimpleNamespace)  # not Linux
    monkeypatch.setattr("benchmarks.report.time", SimpleNamespace(monotonic=lambda: 0.0))
    with stolen_told(machine):
        pass
    assert machine == {"stolen": "10.0 %"}


def test_a_missed_budget_fails_only_a_check_and_a_failed_measurement_always() -> None:
    assert program.exit_code(FIGURES, failed=False, check=False) == 0
    assert program.exit_code(FIGURES, failed=False, check=True) == 8
    assert program.exit_code(FIGURES[:1] + FIGURES[3:], failed=False, check=True) == 0
    assert program.exit_code(FIGURES, failed=True, check=False) == 1


def test_a_failed_measurement_leaves_the_others_in_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fails(*, quick: bool = False) -> list[Figure]:
        raise RuntimeError("the model is gone")

    def works(*, quick: bool = False) -> list[Figure]:
        return [Figure("quick" if quick else "full", 1.0)]

    monkeypatch.setattr(program, "PARTS", {"pipeline": fails, "memory": works})
    kept = tmp_path / "new" / "figures.json"
    assert program.main(["--quick", "--json", str(kept)]) == 1
    shown = capsys.readouterr()
    assert "quick" in shown.out
    assert [row["name"] for row in json.loads(kept.read_text(encoding="utf-8"))["figures"]] == ["quick"]
    assert "the model is gone" in shown.err


def test_a_picture_holds_one_two_or_four_faces_at_the_same_size() -> None:
    frame = block(0)[0]
    for faces in (1, 2, 4):
        shown = several(frame, faces).image_bgr
        assert shown.shape == frame.image_bgr.shape
        assert shown.dtype == frame.image_bgr.dtype
    two, four = (several(frame, faces).image_bgr for faces in (2, 4))
    assert (two[120:360, :320] == two[120:360, 320:]).all()
    assert (four[:240, :320] == four[240:, 320:]).all()


def test_the_frames_show_one_face_and_their_time_goes_on_rising_when_the_clip_starts_over() -> None:
    assert all(SCRIPT.faces_at(index / FPS) == 1 for index in ONE_FACE)
    per_round = len(ONE_FACE) // BLOCK
    starts = [block(number)[0] for number in (0, 1, per_round)]
    assert [frame.index for frame in starts] == [0, BLOCK, 600]
    assert starts[0].image_bgr.shape == (480, 640, 3)
    assert (starts[0].image_bgr == starts[2].image_bgr).all()


def test_a_clip_plays_its_frames_again_with_rising_numbers_and_times() -> None:
    frames = block(0)[:2]
    played = list(Clip(frames, 5).frames(lambda: False))
    assert [frame.index for frame in played] == [0, 1, 2, 3, 4]
    assert [round(FPS * frame.t) for frame in played] == [0, 1, 2, 3, 4]
    assert played[4].image_bgr is frames[0].image_bgr


def test_the_monitors_watch_faces_again_and_again_with_times_that_go_on_rising() -> None:
    shown = [Readings(make_frame(0), (Reading(make_face(), True, None, None, "", None),))] * 2
    frames = list(islice(played(shown), 5))
    assert [round(FPS * readings.frame.t) for readings in frames] == [0, 1, 2, 3, 4]
    assert len(times(Watch(ALL_MODES), frames)) == 5


def test_the_crops_for_the_classifier_are_the_same_in_every_run() -> None:
    assert crops(4).shape == (4, 48, 48)
    assert (crops(4) == crops(4)).all()


def test_the_peak_is_that_of_this_process_in_bytes() -> None:
    assert 10_000_000 < peak_bytes() < 10_000_000_000


def test_a_child_compiles_into_the_given_folder_and_needs_no_screen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(child.sys, "platform", "linux")
    environment = child._environment(tmp_path)
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["PYTHONPYCACHEPREFIX"] == str(tmp_path)
    assert environment["QT_QPA_PLATFORM"] == "offscreen"


def test_a_child_that_fails_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"KeyError: 'nonsense'"):
        child.launch("nonsense", tmp_path)


def test_an_alternative_that_cannot_be_installed_is_left_out_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(alternatives.sys, "executable", "no-such-python")
    loop, fer = alternatives.measure()
    assert loop.value is None
    assert "TensorFlow is not installed" in loop.note
    assert fer.value is None
    assert "fer could not be run: FileNotFoundError" in fer.note


def test_a_film_for_analyze_has_every_frame_at_its_time(tmp_path: Path) -> None:
    source = VideoSource(film(tmp_path / "film.mp4", 1))
    frames = [item for item in source.frames(lambda: False) if isinstance(item, Frame)]
    source.close()
    assert [frame.t for frame in frames] == pytest.approx([index / FPS for index in range(BLOCK)], abs=1e-3)
    assert frames[0].image_bgr.shape == (480, 640, 3)
