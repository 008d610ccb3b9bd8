"""Runs: an interrupted one repeats an unbroken one, rates follow their plan, and the right weights are kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

keras = pytest.importorskip("keras")
tensorflow = pytest.importorskip("tensorflow")

from femon.emotions import EMOTIONS  # noqa: E402
from training import budget, checkpoint, history, runs  # noqa: E402
from training.errors import TrainingError  # noqa: E402
from training.fer2013 import Samples  # noqa: E402
from training.fit import Interrupted, Training  # noqa: E402
from training.layers import FusedBatchNormalization  # noqa: E402
from training.rates import Patience, WarmUpCosine  # noqa: E402
from training.recipe import Augmentation, Constant, Cosine, Optimizer, Plateau, Recipe, classic  # noqa: E402
from training.splits import Split  # noqa: E402

pytestmark = pytest.mark.usefixtures("eagerly")


def network() -> keras.Model:
    picture = keras.Input((None, None, 1))
    x = keras.layers.Conv2D(4, 3, strides=2, use_bias=False)(picture)
    x = keras.layers.ReLU()(FusedBatchNormalization()(x))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(picture, keras.layers.Dense(7)(keras.layers.Dropout(0.2)(x)))


def recipe(**changes: object) -> Recipe:
    values = {
        "epochs": 2,
        "batch": 16,
        "parameters": 4 * 9 + 16 + 35,
        "rate": Cosine(0.05, 0.5),
        "keep": "average",
        "standardised": True,
        "size": 40,
        "small_size": 32,
        "small_share": 0.5,
        "window": 40,
        "augmentation": Augmentation(mixup=0.2, calm_share=0.0, blur_probability=0.5, noise=0.2),
        **changes,
    }
    return Recipe("tiny", "A tiny network", network, **values)  # type: ignore[arg-type]


def paper_like(**changes: object) -> Recipe:
    """As the papers train: Adam, rate on a plateau, the best epoch kept."""
    values = {
        "optimizer": Optimizer("Adam"),
        "rate": Plateau(1e-2, patience=1),
        "keep": "best_loss",
        "l2": 1e-4,
        "augmentation": classic(10.0, 0.1, flip=True),
        "size": 48,
        "small_share": 0.0,
        "window": 48,
        "epochs": 4,
        **changes,
    }
    return recipe(**values)


@pytest.fixture
def split(samples: Samples) -> Split:
    return Split("random", samples, samples, EMOTIONS)


def interrupted_after(training: Training, steps: int) -> None:
    train = training.train

    def stop(*arguments: object) -> tuple[float, float]:
        training._stop = training.step == steps - 1
        return train(*arguments)  # type: ignore[arg-type]

    training.train = stop  # type: ignore[method-assign]
    with pytest.raises(Interrupted):
        training.finish()


@dataclasses.dataclass(frozen=True)
class Unbroken:
    """What a run left that nobody stopped."""

    weights: list[NDArray[np.float32]]
    rows: list[dict[str, float | None]]


@pytest.fixture(scope="module")
def known() -> dict[Callable[[], Recipe], Unbroken]:
    return {}


@pytest.fixture
def unbroken(
    known: dict[Callable[[], Recipe], Unbroken], split: Split, tmp_path: Path
) -> Callable[[Callable[[], Recipe]], Unbroken]:
    """The run of a recipe with seed 3, made once."""

    def run(make: Callable[[], Recipe]) -> Unbroken:
        if make not in known:
            weights = Training(make(), split, tmp_path / "whole", seed=3).finish().get_weights()
            known[make] = Unbroken(weights, history.read(tmp_path / "whole"))
        return known[make]

    return run


@pytest.mark.parametrize("make", [recipe, paper_like])
def test_a_run_that_is_interrupted_three_times_repeats_an_unbroken_one(
    make: Callable[[], Recipe],
    unbroken: Callable[[Callable[[], Recipe]], Unbroken],
    split: Split,
    tmp_path: Path,
) -> None:
    begun = Training(make(), split, tmp_path, seed=3)
    for steps in (3, 4, 6):  # within an epoch, at its end, within the next
        interrupted_after(begun, steps)
        begun = Training(make(), split, tmp_path, seed=3)
        begun.resume()
        assert begun.step == steps
    for got, wanted in zip(begun.finish().get_weights(), unbroken(make).weights, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-5)
    for broken, whole in zip(history.read(tmp_path), unbroken(make).rows, strict=True):
        for name in ("epoch", "rate", "loss", "accuracy", "val_loss", "val_accuracy"):
            assert broken[name] == (None if whole[name] is None else pytest.approx(whole[name], rel=1e-4))


def test_a_history_that_is_older_than_a_column_goes_on_without_it(tmp_path: Path) -> None:
    (tmp_path / history.FILE).write_text("epoch,loss\n1,0.5\n", encoding="utf-8")
    history.write(tmp_path, {"epoch": 2, "loss": 0.25, "cpu_s": 3.0}, left_s=0.0)
    assert [(row["epoch"], row["loss"], row["cpu_s"]) for row in history.read(tmp_path)] == [
        (1, 0.5, None),
        (2, 0.25, None),
    ]


def test_an_epoch_that_is_repeated_stands_once_in_the_history(split: Split, tmp_path: Path) -> None:
    training = Training(recipe(), split, tmp_path, seed=1)
    training.finish()
    newest = checkpoint.newest(tmp_path / "ckpt")
    assert newest is not None
    newest.unlink()  # as if the power had failed between the history and the checkpoint
    again = Training(recipe(), split, tmp_path, seed=1)
    again.resume()
    assert again.step == 4
    again.finish()
    assert [row["epoch"] for row in history.read(tmp_path)] == [1, 2]


def test_a_wrong_parameter_count_stops_at_once(split: Split, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="has 87 parameters, not 5"):
        Training(recipe(parameters=5), split, tmp_path, seed=1)


def test_only_kernels_decay(split: Split, tmp_path: Path) -> None:
    training = Training(recipe(), split, tmp_path, seed=1)
    decayed = [
        weight.name
        for weight in training.learner.model.trainable_variables
        if training.learner.optimizer._use_weight_decay(weight)
    ]
    assert decayed == ["kernel", "kernel"]


def test_the_penalty_is_the_sum_of_squares_of_the_kernels(split: Split, tmp_path: Path) -> None:
    from training import objective

    training = Training(paper_like(l2=0.5), split, tmp_path, seed=1)
    kernels = [weight for weight in training.learner.model.get_weights() if weight.ndim > 1]
    expected = 0.5 * sum(float((kernel**2).sum()) for kernel in kernels)
    assert float(objective.penalty(training.learner.model, training.recipe)) == pytest.approx(
        expected, rel=1e-5
    )


def test_the_best_epoch_is_kept_and_a_plateau_lowers_the_rate(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = iter([1.0, 0.5, 0.7, 0.8])
    training = Training(paper_like(), split, tmp_path, seed=1)
    best: list[np.ndarray] = []

    def validate(model: keras.Model) -> tuple[float, float]:
        loss = next(losses)
        if loss == 0.5:
            best.extend(model.get_weights())
        return loss, 1 - loss

    monkeypatch.setattr(training, "validate", validate)
    kept = training.finish().get_weights()
    for got, wanted in zip(kept, best, strict=True):
        np.testing.assert_array_equal(got, wanted)
    rates = [row["rate"] for row in history.read(tmp_path)]
    assert rates == pytest.approx([1e-2, 1e-2, 1e-2, 5e-3])


def test_a_run_that_no_longer_gains_ends_early(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = iter([1.0, 0.5, 0.7, 0.8, 0.9])
    training = Training(paper_like(epochs=20, stop_patience=2), split, tmp_path, seed=1)
    monkeypatch.setattr(training, "validate", lambda model: (next(losses), 0.5))
    training.finish()
    assert len(history.read(tmp_path)) == 4
    again = Training(paper_like(epochs=20, stop_patience=2), split, tmp_path, seed=1)
    again.resume()
    again.finish()
    assert len(history.read(tmp_path)) == 4


def test_a_loss_that_is_not_finite_ends_the_run_with_a_sentence(split: Split, tmp_path: Path) -> None:
    wild = paper_like(optimizer=Optimizer("SGD"), rate=Constant(1e30))
    with pytest.raises(TrainingError, match="no longer finite in epoch 1"):
        Training(wild, split, tmp_path, seed=1).finish()


def certain(
    seen: Callable[[keras.KerasTensor], keras.KerasTensor] = lambda pictures: pictures,
) -> keras.Model:
    """A panel that thinks happy of every picture."""
    pictures = keras.Input((None, None, 1))
    x = keras.layers.GlobalAveragePooling2D()(seen(pictures))
    bias = keras.initializers.Constant(np.eye(7)[3] * 5)
    return keras.Model(
        pictures, keras.layers.Dense(7, "softmax", kernel_initializer="zeros", bias_initializer=bias)(x)
    )


def test_a_student_learns_what_its_teachers_think(split: Split, tmp_path: Path) -> None:
    student = recipe(epochs=8, augmentation=None, rate=Cosine(0.5, 0.5), size=40, small_share=0.0)
    model = Training(student, split, tmp_path, seed=1, panel=certain).finish()
    pictures = (split.train.images[:, 4:44, 4:44, None] / 255 - 0.5077) / 0.2550
    assert (np.argmax(model(pictures.astype(np.float32)), axis=1) == 3).mean() > 0.95


class Seen(keras.layers.Layer):
    """Passes pictures on and keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[NDArray[np.float32]] = []

    def call(self, pictures: tensorflow.Tensor) -> tensorflow.Tensor:
        """As any layer."""
        self.pictures.append(np.asarray(pictures))
        return pictures

    def compute_output_spec(self, pictures: keras.KerasTensor) -> keras.KerasTensor:
        """What goes in, without a call."""
        return keras.KerasTensor(pictures.shape, pictures.dtype)


def test_teachers_see_the_pictures_as_they_were_changed_and_mixed_for_the_student(
    split: Split, tmp_path: Path
) -> None:
    students, teachers = Seen(), Seen()

    def seeing() -> keras.Model:
        inner = network()
        pictures = keras.Input((None, None, 1))
        return keras.Model(pictures, inner(students(pictures)))

    training = Training(recipe(), split, tmp_path, seed=1, network=seeing, panel=lambda: certain(teachers))
    for training.step in (0, 1):  # every second batch is mixed
        students.pictures.clear()
        teachers.pictures.clear()
        loss, _ = training.train(next(training.batches()), 32)
        assert np.isfinite(loss)
        assert students.pictures[-1].shape == (16, 32, 32, 1)
        np.testing.assert_array_equal(teachers.pictures[-1], students.pictures[-1])


def test_teachers_are_not_taught_themselves(split: Split, tmp_path: Path) -> None:
    panel = certain()
    before = panel.get_weights()
    training = Training(recipe(epochs=1), split, tmp_path, seed=1, panel=lambda: panel)
    training.finish()
    for kept, weight in zip(before, panel.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, weight)
    assert not any(weight is one for weight in panel.weights for one in training.learner.variables["model"])


def test_the_votes_teach_a_second_head_that_is_not_kept(split: Split, tmp_path: Path) -> None:
    happy = np.zeros((len(split.train), 7), np.float32)
    happy[:, 3] = 1.0
    taught = recipe(epochs=4, augmentation=None, rate=Cosine(0.5, 0.5), votes_weight=1.0)
    training = Training(taught, split, tmp_path, seed=1, votes=happy)
    (kernel, bias) = training.learner.variables["votes_head"]
    model = training.finish()
    assert np.argmax(bias) == 3
    assert np.asarray(kernel).shape == (4, 7)
    assert model.count_params() == recipe().parameters
    assert model.output_shape == (None, 7)


def test_a_run_with_votes_goes_on_as_if_unbroken(split: Split, tmp_path: Path) -> None:
    votes = np.eye(7, dtype=np.float32)[split.train.labels]
    learns = recipe(votes_weight=0.5)
    whole = Training(learns, split, tmp_path / "whole", seed=1, votes=votes).finish()
    first = Training(learns, split, tmp_path / "parts", seed=1, votes=votes)
    first._run_epoch()
    again = Training(learns, split, tmp_path / "parts", seed=1, votes=votes)
    again.resume()
    for one, other in zip(whole.get_weights(), again.finish().get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_recipe_with_votes_needs_them(split: Split, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"FER\+ votes"):
        Training(recipe(votes_weight=0.5), split, tmp_path, seed=1)


def test_the_rate_rises_then_falls_to_zero() -> None:
    schedule = WarmUpCosine(0.1, 10, 100)
    rates = [float(schedule(step)) for step in range(101)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == pytest.approx(0.1)
    assert rates.index(max(rates)) in (9, 10)
    assert rates[100] == pytest.approx(0, abs=1e-6)
    assert all(later <= earlier for earlier, later in pairwise(rates[10:]))


def test_patience_counts_the_epochs_without_a_lower_loss() -> None:
    patience = Patience()
    assert [patience.update(loss) for loss in (1.0, 0.9, 0.95, 0.9, 0.8)] == [0, 0, 1, 2, 0]


def test_a_cut_run_has_as_much_less_patience() -> None:
    whole = paper_like(epochs=120, stop_patience=20, rate=Plateau(1e-2, patience=6))
    cut = budget.shortened(whole, 30)
    assert (cut.epochs, cut.stop_patience) == (30, 5)
    assert cut.rate == dataclasses.replace(whole.rate, patience=2)
    assert budget.shortened(whole, 120) == whole


def test_a_budget_buys_the_epochs_that_fit(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "pictures_per_s", lambda training, size: {32: 32.0, 40: 16.0}[size])

    def make(trial: Recipe) -> Training:
        return Training(trial, split, tmp_path, seed=1)

    # 64 pictures: 1 s for half an epoch at 32 px, 2 s at 40 px, and 64 / 48 s to validate.
    bought = budget.affordable(recipe(epochs=100), 10 * (3 + 4 / 3) / 3600 + 1e-6, make)
    assert bought.epochs == 10
    assert budget.affordable(recipe(epochs=100), 1e-6, make).epochs == 1
    assert budget.affordable(recipe(epochs=3), 9.0, make).epochs == 3


def test_a_run_goes_on_with_the_epochs_that_it_was_begun_with(
    split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "affordable", lambda recipe, hours, make: budget.shortened(recipe, 7))
    whole, run = paper_like(epochs=40, stop_patience=20), tmp_path / "run"

    def make(trial: Recipe) -> Training:
        return Training(trial, split, run, seed=1)

    assert budget.planned(whole, run, make, epochs=None, hours=None) is whole
    assert budget.planned(whole, run, make, epochs=None, hours=1.0).epochs == 7
    cut = budget.planned(whole, run, make, epochs=10, hours=None)
    assert (cut.epochs, cut.stop_patience) == (10, 5)
    runs.begin(run, runs.settings(cut, seed=1, split="random", data_sha256=""), resume=False, command="")
    assert budget.planned(whole, run, make, epochs=10, hours=None) == cut
    with pytest.raises(TrainingError, match="0 epochs train nothing"):
        budget.planned(whole, run, make, epochs=0, hours=None)


def test_checkpoints_keep_the_last_two(tmp_path: Path) -> None:
    variable = keras.Variable(np.zeros(3))
    for step in (1, 2, 3):
        variable.assign(np.full(3, step))
        checkpoint.save(tmp_path, step, {"model": [variable]}, {"best": -np.inf, "step": step})
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["step-00000002.npz", "step-00000003.npz"]
    variable.assign(np.zeros(3))
    newest = checkpoint.newest(tmp_path)
    assert newest is not None
    assert checkpoint.restore(newest, {"model": [variable]}) == (3, {"best": -np.inf, "step": 3})
    assert variable.numpy().tolist() == [3, 3, 3]


def test_a_damaged_checkpoint_gives_way_to_the_one_before(
    unbroken: Callable[[Callable[[], Recipe]], Unbroken],
    split: Split,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    interrupted_after(Training(recipe(), split, tmp_path, seed=3), 6)
    saved = sorted((tmp_path / "ckpt").glob("*.npz"))
    saved[-1].write_bytes(saved[-1].read_bytes()[:-1000])
    again = Training(recipe(), split, tmp_path, seed=3)
    again.resume()
    assert again.step == 4
    assert "step-00000006.npz is damaged; going on from step-00000004.npz" in capsys.readouterr().err
    for got, wanted in zip(again.finish().get_weights(), unbroken(recipe).weights, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-5)
    assert [row["epoch"] for row in history.read(tmp_path)] == [1, 2]


def test_every_epoch_is_logged_for_tensorboard(split: Split, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    Training(recipe(), split, tmp_path, seed=1).finish()
    events = EventAccumulator(str(tmp_path / "tensorboard"), size_guidance={"tensors": 0})
    events.Reload()
    assert [event.step for event in events.Tensors("loss")] == [1, 2]
    assert {"rate", "accuracy", "val_loss", "val_accuracy"} <= set(events.Tags()["tensors"])


def test_the_graph_computes_what_eager_execution_does(split: Split, tmp_path: Path) -> None:
    eager = Training(recipe(), split, tmp_path / "eager", seed=1)
    batch = next(eager.batches())
    expected = eager.train(batch, 40)
    tensorflow.config.run_functions_eagerly(False)
    assert Training(recipe(), split, tmp_path / "graph", seed=1).train(batch, 40) == pytest.approx(
        expected, rel=1e-4
    )
