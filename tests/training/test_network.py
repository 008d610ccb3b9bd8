"""The network, its fast normalisation, its augmentation and its folding: each equals its plain definition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

keras = pytest.importorskip("keras")

import tensorflow as tf  # noqa: E402

from training import runs  # noqa: E402
from training.augment import DEVIATION, FRAME, MEAN, augmented, centre_view, normalised  # noqa: E402
from training.errors import TrainingError  # noqa: E402
from training.export import litert_int8, served_model  # noqa: E402
from training.fer2013 import Samples  # noqa: E402
from training.fold import folded  # noqa: E402
from training.layers import EPSILON, FusedBatchNormalization  # noqa: E402
from training.networks import multi_level  # noqa: E402
from training.pretrained import begun  # noqa: E402
from training.recipe import Augmentation, find_recipe  # noqa: E402
from training.statistics import recompute  # noqa: E402

NO_CHANGE = Augmentation(warp_probability=0, tone_probability=0, erase_probability=0, flip=False)


def small_network() -> keras.Model:
    picture = keras.Input((None, None, 1))
    x = keras.layers.Conv2D(4, 3, padding="same", use_bias=False)(picture)
    x = keras.layers.ReLU()(FusedBatchNormalization()(x))
    x = keras.layers.SpatialDropout2D(0.5)(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dense(8, use_bias=False)(x)
    x = keras.layers.ReLU()(FusedBatchNormalization()(x))
    return keras.Model(picture, keras.layers.Dense(7)(keras.layers.Dropout(0.5)(x)))


def shaken(model: keras.Model) -> keras.Model:
    """Weights and statistics away from their start values."""
    chance = np.random.default_rng(0)
    model.set_weights([0.5 + chance.random(weight.shape) for weight in model.get_weights()])
    return model


def test_the_network_takes_any_size_and_has_under_three_million_parameters() -> None:
    network = multi_level.build()
    assert network.count_params() == multi_level.PARAMETERS < 3_000_000
    for size in (32, 40, 48):
        assert network(np.zeros((2, size, size, 1), np.float32)).shape == (2, 7)


@pytest.mark.parametrize("shape", [(8, 5, 5, 3), (16, 3)])
def test_fused_normalisation_equals_the_plain_one(shape: tuple[int, ...]) -> None:
    inputs = tf.constant(np.random.default_rng(0).normal(2, 3, shape).astype(np.float32))
    weights = tf.constant(np.random.default_rng(1).normal(size=shape).astype(np.float32))
    results = []
    for layer in (FusedBatchNormalization(), keras.layers.BatchNormalization(momentum=0.9, epsilon=EPSILON)):
        layer.build(shape)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, training=True)
            loss = tf.reduce_sum(outputs * weights)
        gradients = tape.gradient(loss, [inputs, layer.gamma, layer.beta])
        results.append((outputs, gradients, layer(inputs, training=False)))
    fused, plain = results
    np.testing.assert_allclose(fused[0], plain[0], atol=1e-4)
    for quick, slow in zip(fused[1], plain[1], strict=True):
        np.testing.assert_allclose(quick, slow, atol=1e-4)
    # The running variance is the unbiased one in the fused kernel, so inference differs by n / (n - 1).
    np.testing.assert_allclose(fused[2], plain[2], rtol=0.02, atol=0.05)


def test_recomputed_statistics_are_those_of_the_data_and_deterministic(samples: Samples) -> None:
    model = small_network()
    before = model(normalised(samples.images)).numpy()
    recompute(model, samples, lambda images: centre_view(normalised(images), 40))
    once = model.get_weights()
    assert not np.allclose(before, model(normalised(samples.images)).numpy())
    recompute(model, samples, lambda images: centre_view(normalised(images), 40))
    for first, second in zip(once, model.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_folding_changes_nothing_but_the_layers(samples: Samples) -> None:
    model = shaken(small_network())
    pictures = normalised(samples.images[:8])
    twin = folded(model)
    np.testing.assert_allclose(twin(pictures), model(pictures, training=False), rtol=1e-4, atol=1e-4)
    kinds = {type(layer).__module__.split(".")[0] for layer in twin.layers}
    assert kinds == {"keras"}
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in twin.layers)


def test_the_served_model_takes_raw_crops(samples: Samples, tmp_path: object) -> None:
    network = shaken(small_network())
    one = served_model(folded(network), window=40, views=1)
    direct = network(normalised(samples.images[:4])[:, 4:44, 4:44], training=False)
    np.testing.assert_allclose(one(samples.images[:4]), direct, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("views", [1, 2])
def test_what_was_trained_in_short_floats_is_served_in_whole_ones(samples: Samples, views: int) -> None:
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        short = shaken(small_network())
        served = served_model(folded(short), window=48, views=views)
    finally:
        keras.config.set_dtype_policy(policy)
    whole = served_model(folded(shaken(small_network())), window=48, views=views)
    np.testing.assert_allclose(served(samples.images[:4]), whole(samples.images[:4]), rtol=1e-4, atol=1e-4)
    litert_int8(served)  # bfloat16 would not convert


def test_two_views_do_not_care_about_mirrors(samples: Samples) -> None:
    two = served_model(folded(shaken(small_network())), window=48, views=2)
    np.testing.assert_allclose(
        two(samples.images[:4]), two(samples.images[:4, :, ::-1].copy()), rtol=1e-4, atol=1e-5
    )


def test_compression_leaves_what_jpeg_leaves(samples: Samples) -> None:
    images = np.stack([cv2.GaussianBlur(image, (0, 0), 2.0) for image in samples.images[:8]])
    amounts = replace(NO_CHANGE, jpeg_probability=1.0)
    changed = augmented(normalised(images), tf.constant([1, 2]), size=48, window=48, amounts=amounts)
    levels = ((changed.numpy()[..., 0] * DEVIATION + MEAN) * 255).clip(0, 255)
    for image, ours in zip(images, levels, strict=True):
        apart = []
        for quality in range(30, 91):
            packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
            apart.append(np.abs(ours - cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)).mean())
        assert min(apart) < 1.0 < max(apart)  # files hold whole grey levels


def test_blur_keeps_the_mean_and_takes_the_edges(samples: Samples) -> None:
    plain, soft = (
        augmented(
            normalised(samples.images),
            tf.constant([3, 4]),
            size=48,
            window=48,
            amounts=replace(NO_CHANGE, blur_probability=probability),
        ).numpy()
        for probability in (0.0, 1.0)
    )
    np.testing.assert_allclose(soft.mean(axis=(1, 2)), plain.mean(axis=(1, 2)), atol=0.05)
    steps = [np.abs(np.diff(pictures, axis=1)).mean(axis=(1, 2, 3)) for pictures in (soft, plain)]
    assert (steps[0] < steps[1]).all()


@pytest.mark.parametrize("share", [0.0, 0.15, 0.5, 1.0])
def test_noise_comes_into_its_share_of_the_pictures_in_all_strengths_up_to_the_largest(share: float) -> None:
    pictures = tf.zeros((400, 16, 16, 1))
    amounts = replace(NO_CHANGE, noise=0.5, noise_probability=share)
    noisy = augmented(pictures, tf.constant([3, 4]), size=16, window=FRAME, amounts=amounts).numpy()
    deviations = noisy.std(axis=(1, 2, 3))
    touched = deviations[deviations > 0]
    assert len(touched) / 400 == pytest.approx(share, abs=0.07)
    if share:
        assert (touched.mean(), touched.max()) == (
            pytest.approx(0.25, abs=0.05),
            pytest.approx(0.5, abs=0.06),
        )


def test_a_run_may_begin_from_the_weights_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path)
    recipe = replace(find_recipe("femon-camera"), network=small_network, begins_from="before")
    with pytest.raises(TrainingError, match="finish that run first"):
        begun(recipe)
    before = shaken(small_network())
    file = runs.network_file(tmp_path / "before")
    file.parent.mkdir(parents=True)
    before.save(file)
    for ours, theirs in zip(begun(recipe)().get_weights(), before.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(TrainingError, match="another network"):
        begun(replace(recipe, network=multi_level.build))()


def test_augmentation_repeats_with_its_seed_and_without_amounts_shows_the_picture(samples: Samples) -> None:
    strong = Augmentation()
    draw = [
        augmented(normalised(samples.images), tf.constant(seed), size=40, window=40, amounts=strong).numpy()
        for seed in ([1, 5], [1, 5], [1, 6])
    ]
    np.testing.assert_array_equal(draw[0], draw[1])
    assert not np.array_equal(draw[0], draw[2])
    none = Augmentation(warp_probability=0, tone_probability=0, erase_probability=0)
    pictures = normalised(samples.images)
    same = augmented(pictures, tf.constant([1, 1]), size=48, window=48, amounts=none).numpy()[..., 0]
    plain = pictures.numpy()[..., 0]
    either = np.minimum(
        np.abs(same - plain).max(axis=(1, 2)), np.abs(same - plain[:, :, ::-1]).max(axis=(1, 2))
    )
    assert either.max() < 1e-4
