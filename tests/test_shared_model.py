"""One model for several pipelines: who waits is answered together, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fakes import LIMIT_S, FakeBundle
from femon.bundle import Bundle
from femon.errors import ModelError
from femon.pipelines.shared_model import MOST_AT_ONCE, SharedBundle, SharedModel, judged
from femon.settings import Settings
from femon.stage import Closed
from femon.types import Judgement

FOLDER = Path("model")


class Echo(FakeBundle):
    """Says of each crop its own grey level, so that everybody can tell whose answer it is."""

    def judge(self, crops: NDArray[np.uint8]) -> Judgement:
        if len(crops) == 0:
            return Judgement(np.zeros((0, 7), np.float32))
        self._gate(len(self.batches))
        self.batches.append(len(crops))
        grey = crops[:, 0, 0].astype(np.float32)
        return Judgement(np.tile(grey[:, None], (1, 7)), grey / 100)


class Gate:
    """Holds the first call until the others wait."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, number: int) -> None:
        if number == 0:
            self.reached.set()
            assert self.opened.wait(LIMIT_S)


class Caller:
    """Asks on a thread of its own, as a pipeline does."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self.answer: Any = None
        self.error: BaseException | None = None
        self._ask = ask
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.answer = self._ask()
        except (ModelError, RuntimeError, Closed) as error:
            self.error = error

    def wait(self) -> Any:
        self._thread.join(LIMIT_S)
        assert not self._thread.is_alive()
        return self.answer


def crops(*greys: int) -> NDArray[np.uint8]:
    return np.array([np.full((48, 48), grey) for grey in greys], np.uint8).reshape(-1, 48, 48)


@contextmanager
def running(load: Any) -> Iterator[Watched]:
    model = Watched(load)
    model.start()
    try:
        yield model
    finally:
        model.stop(LIMIT_S)


class Watched(SharedModel):
    """Tells when callers have asked."""

    def __init__(self, load: Any) -> None:
        super().__init__(load)
        self._asked = threading.Semaphore(0)
        put = self._wishes.put

        def tell(wish: Any) -> None:
            put(wish)
            self._asked.release()

        self._wishes.put = tell  # type: ignore[assignment,method-assign]

    def until_asked(self, count: int) -> None:
        for _ in range(count):
            assert self._asked.acquire(timeout=LIMIT_S)


def asking(share: SharedBundle, *greys: int) -> Caller:
    return Caller(lambda: share.judge(crops(*greys)))


def test_faces_of_three_callers_are_one_call_and_each_gets_its_own() -> None:
    gate = Gate()
    bundle = Echo(gate)
    with running(bundle) as model:
        shares = [model.load(FOLDER) for _ in range(4)]
        first = asking(shares[0], 1)
        assert gate.reached.wait(LIMIT_S)
        others = [asking(shares[1], 10, 11), asking(shares[2], 20), asking(shares[3], 30)]
        model.until_asked(4)
        gate.opened.set()
        answers = [caller.wait().probabilities[:, 0].tolist() for caller in (first, *others)]
    assert answers == [[1], [10, 11], [20], [30]]
    assert bundle.batches == [1, 4]
    assert others[0].answer.disagreement.tolist() == pytest.approx([0.10, 0.11])


def test_a_crowd_runs_in_batches_of_at_most_four_and_in_order() -> None:
    bundle = Echo()
    with running(bundle) as model:
        said = model.load(FOLDER).judge(crops(*range(11)))
    assert bundle.batches == [4, 4, 3]
    assert said.probabilities[:, 0].tolist() == list(range(11))


def test_no_face_asks_nobody() -> None:
    gate = Gate()
    with running(Echo(gate)) as model:
        share, idle = model.load(FOLDER), model.load(FOLDER)
        busy = asking(share, 1)
        assert gate.reached.wait(LIMIT_S)
        bundle_thread_is_held = not gate.opened.is_set()
        said = idle.judge(crops())
        gate.opened.set()
        busy.wait()
    assert bundle_thread_is_held
    assert len(said.probabilities) == 0


def test_an_error_of_the_model_reaches_everybody_and_the_next_call_is_answered() -> None:
    gate = Gate()

    def fail_second(number: int) -> None:
        gate(number)
        if number == 1 and not failed:
            failed.append(number)
            raise RuntimeError("the model broke")

    failed: list[int] = []
    with running(Echo(fail_second)) as model:
        shares = [model.load(FOLDER) for _ in range(3)]
        first = asking(shares[0], 1)
        assert gate.reached.wait(LIMIT_S)
        others = [asking(share, 2) for share in shares[1:]]
        model.until_asked(3)
        gate.opened.set()
        for caller in (first, *others):
            caller.wait()
        assert first.error is None
        assert [str(caller.error) for caller in others] == ["the model broke"] * 2
        assert shares[0].judge(crops(7)).probabilities[0, 0] == 7


def test_whoever_waits_for_a_model_that_hangs_is_woken_by_the_stop() -> None:
    gate = Gate()
    model = Watched(Echo(gate))
    model.start()
    shares = [model.load(FOLDER) for _ in range(2)]
    inside = asking(shares[0], 1)
    assert gate.reached.wait(LIMIT_S)
    behind = asking(shares[1], 2)
    model.until_asked(2)
    model.stop(0.0)
    for caller in (inside, behind):
        caller.wait()
        assert isinstance(caller.error, Closed)
    with pytest.raises(Closed):
        shares[0].judge(crops(3))
    gate.opened.set()
    model.stop(LIMIT_S)


def test_a_bundle_is_loaded_once_for_all_who_ask_at_the_same_time() -> None:
    gate, loaded = Gate(), []

    def load(folder: Path, **options: object) -> FakeBundle:
        gate(len(loaded))
        loaded.append((folder, options))
        return Echo()

    with running(load) as model:
        callers = [Caller(lambda: model.load(FOLDER, device="cpu", threads=1)) for _ in range(3)]
        assert gate.reached.wait(LIMIT_S)
        gate.opened.set()
        shares = [caller.wait() for caller in callers]
        assert model.load(FOLDER, device="cpu", threads=1)._bundle is shares[0]._bundle
    assert loaded == [(FOLDER, {"device": "cpu", "threads": 1})]
    assert {share._bundle for share in shares} == {shares[0]._bundle}


def test_a_bundle_that_cannot_be_loaded_tells_everybody_and_may_be_tried_again() -> None:
    gate, tries = Gate(), []

    def load(_folder: Path, **_options: object) -> FakeBundle:
        gate(len(tries))
        tries.append(1)
        if len(tries) == 1:
            raise ModelError("The model is damaged.")
        return Echo()

    with running(load) as model:
        first = Caller(lambda: model.load(FOLDER))
        assert gate.reached.wait(LIMIT_S)
        second = Caller(lambda: model.load(FOLDER))
        gate.opened.set()
        first.wait()
        second.wait()
        assert str(first.error) == "The model is damaged."
        assert second.error is None or str(second.error) == "The model is damaged."  # it may come later
        assert model.load(FOLDER).id == "fake"


def test_two_bundles_in_use_are_never_mixed() -> None:
    gate, made = Gate(), {}

    def load(folder: Path, **_options: object) -> FakeBundle:
        made[folder] = Echo(gate if folder == FOLDER else lambda number: None)
        return made[folder]

    with running(load) as model:
        old, new = model.load(FOLDER), model.load(Path("other"))
        first = asking(old, 1)
        assert gate.reached.wait(LIMIT_S)
        others = [asking(old, 2), asking(new, 3)]
        model.until_asked(3)
        gate.opened.set()
        said = [caller.wait().probabilities[0, 0] for caller in (first, *others)]
    assert said == [1, 2, 3]
    assert made[FOLDER].batches == [1, 1]
    assert made[Path("other")].batches == [1]


def test_a_bundle_that_nobody_uses_any_more_is_freed() -> None:
    with running(lambda *_, **__: Echo()) as model:
        share = model.load(FOLDER)
        assert len(model._loaded) == 1
        del share
        assert len(model._loaded) == 0


def test_a_shared_bundle_says_the_same_as_one_of_its_own(models: Path) -> None:
    bundle = Bundle.load(models / Settings().model, device="cpu", threads=1)
    faces = np.random.default_rng(7).integers(0, 256, (MOST_AT_ONCE + 1, 48, 48), np.uint8)
    alone = np.concatenate([bundle.predict(faces[number : number + 1]) for number in range(len(faces))])
    assert np.abs(judged(bundle, faces).probabilities - alone).max() < 1e-6
