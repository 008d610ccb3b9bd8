"""Every network of every recipe: its parameters, what trains, its output, its file and one step of learning."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import tensorflow as tf  # noqa: E402

from training import pretrained  # noqa: E402
from training.layers import FusedBatchNormalization  # noqa: E402
from training.networks import chen_2023, pictures, residual, sodhi_2024  # noqa: E402
from training.recipe import Recipe, all_recipes  # noqa: E402

RECIPES = tuple(all_recipes().values())
# Each network is looked at once, though a study's members share it or change only its dropout.
NETWORKS = tuple(
    {
        (getattr(recipe.network, "func", recipe.network), recipe.parameters): recipe
        for recipe in reversed(RECIPES)
    }.values()
)[::-1]


@functools.cache
def built(network: Any, pretrained: str) -> keras.Model:
    """A network at its random start, built once and shared by all tests."""
    keras.utils.set_random_seed(1)
    return network(weights="none") if pretrained else network()


def network_of(recipe: Recipe) -> keras.Model:
    return built(recipe.network, recipe.pretrained)


def some_pictures(recipe: Recipe) -> tf.Tensor:
    """As the recipe's training gives them; two where the network enlarges them a lot."""
    chance = np.random.default_rng(0)
    count = 2 if recipe.paper in {"P2b", "P2c", "P2d"} else 4
    values = chance.normal(size=(count, recipe.size, recipe.size, 1)) if recipe.standardised else None
    grey = chance.integers(0, 256, (count, recipe.size, recipe.size, 1))
    return tf.constant(grey if values is None else values, tf.float32)


def frozen_weights(model: keras.Model) -> list[np.ndarray]:
    """The weights of every layer that does not train, those inside a backbone too."""
    layers = [inner for layer in model.layers for inner in getattr(layer, "layers", [layer])]
    return [weight.numpy() for layer in layers if not layer.trainable for weight in layer.weights]


def backbone_of(model: keras.Model) -> keras.Model:
    return next(layer for layer in model.layers if isinstance(layer, keras.Model))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_every_recipe_has_the_parameters_it_states(recipe: Recipe) -> None:
    model = network_of(recipe)
    training = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert model.count_params() == recipe.parameters
    if recipe.trainable is not None:
        assert training == recipe.trainable


@pytest.mark.parametrize("recipe", NETWORKS, ids=lambda recipe: recipe.id)
def test_a_network_gives_float32_logits(recipe: Recipe) -> None:
    given = some_pictures(recipe)
    logits = network_of(recipe)(given)
    assert logits.shape == (len(given), 6 if recipe.data == "six" else 7)
    assert logits.dtype == tf.float32
    assert not np.allclose(np.sum(logits, axis=1), 1, atol=1e-3)


def small_backbone(*, include_top: bool, weights: None, input_shape: tuple[int, int, int]) -> keras.Model:
    """A few layers in place of a large network of Keras."""
    picture = keras.Input(input_shape)
    x = keras.layers.Conv2D(4, 3, strides=32)(picture)
    for _ in range(4):
        x = keras.layers.ReLU()(x)
        x = keras.layers.BatchNormalization()(x)
    return keras.Model(picture, x)


@pytest.mark.parametrize("recipe", NETWORKS, ids=lambda recipe: recipe.id)
def test_a_network_says_the_same_from_its_file(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The large networks of Keras are its own to save: of those one is enough, with what we put around each."""
    given = some_pictures(recipe)
    if recipe.pretrained in ("", "MobileNetV2"):
        model = network_of(recipe)
    else:
        monkeypatch.setitem(pretrained.BACKBONES, recipe.pretrained, small_backbone)
        model = recipe.network(weights="none")
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", compile=False)
    np.testing.assert_allclose(again(given), model(given), rtol=1e-5, atol=1e-5)
    assert len(again.trainable_weights) == len(model.trainable_weights)


@pytest.mark.parametrize("recipe", NETWORKS, ids=lambda recipe: recipe.id)
def test_one_step_lowers_the_loss_and_leaves_frozen_weights_alone(recipe: Recipe) -> None:
    model, given = network_of(recipe), some_pictures(recipe)
    labels = tf.range(len(given))
    dropout = [variable for variable in model.variables if "seed" in variable.path]
    draws = [variable.numpy() for variable in dropout]
    frozen = frozen_weights(model)

    def loss() -> tf.Tensor:
        """In training mode with the same dropped units each time."""
        for variable, draw in zip(dropout, draws, strict=True):
            variable.assign(draw)
        logits = model(given, training=True)
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))

    weights = model.trainable_variables
    with tf.GradientTape() as tape:
        before = loss()
    gradients = tape.gradient(before, weights)
    # A rate at which a linear loss would fall by a hundredth.
    slope = sum(float(tf.reduce_sum(tf.square(gradient))) for gradient in gradients)
    optimizer = keras.optimizers.SGD(0.01 * float(before) / slope)
    optimizer.apply_gradients(zip(gradients, weights, strict=True))
    assert float(loss()) < float(before)
    for old, new in zip(frozen, frozen_weights(model), strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_last_four_layers_of_resnet50_train_in_the_first_paper() -> None:
    backbone = backbone_of(network_of(all_recipes()["p1-resnet50-mlp"]))
    names = [layer.name for layer in backbone.layers if layer.trainable]
    assert names == ["conv5_block3_3_conv", "conv5_block3_3_bn", "conv5_block3_add", "conv5_block3_out"]


def test_resnet50_at_224_pixels_trains_from_the_normalisation_of_its_fourth_stage_on() -> None:
    backbone = backbone_of(network_of(all_recipes()["p2-resnet50"]))
    training = [layer.trainable for layer in backbone.layers]
    assert training == [False] * (len(training) - 35) + [True] * 35
    assert backbone.layers[-35].name == "conv4_block6_3_bn"


def test_mobilenetv2_freezes_its_first_thirty_layers() -> None:
    backbone = backbone_of(network_of(all_recipes()["p2-mobilenetv2"]))
    assert [layer.trainable for layer in backbone.layers] == [False] * 30 + [True] * 124


def test_inceptionv3_trains_only_its_first_ninety_layers() -> None:
    backbone = backbone_of(network_of(all_recipes()["p2-inceptionv3"]))
    assert [layer.trainable for layer in backbone.layers] == [True] * 90 + [False] * 221


def test_frozen_normalisation_keeps_its_statistics_and_trained_normalisation_follows_the_batch() -> None:
    model = network_of(all_recipes()["p1-resnet50-mlp"])
    backbone = backbone_of(model)
    frozen, trained = backbone.get_layer("conv1_bn"), backbone.get_layer("conv5_block3_3_bn")
    before = [layer.moving_variance.numpy() for layer in (frozen, trained)]
    model(some_pictures(all_recipes()["p1-resnet50-mlp"]), training=True)
    np.testing.assert_array_equal(frozen.moving_variance, before[0])
    assert not np.array_equal(trained.moving_variance, before[1])


@pytest.mark.parametrize(
    ("style", "reference"),
    [
        ("caffe", keras.applications.resnet50.preprocess_input),
        ("symmetric", keras.applications.mobilenet_v2.preprocess_input),
        ("symmetric", keras.applications.inception_v3.preprocess_input),
    ],
)
def test_coloured_pictures_are_what_the_published_weights_expect(
    style: pictures.Style, reference: Any
) -> None:
    picture = keras.Input((4, 4, 1))
    model = keras.Model(picture, pictures.coloured(picture, style))
    grey = np.arange(32, dtype=np.float32).reshape(2, 4, 4, 1) * 8
    expected = reference(np.repeat(grey, 3, axis=-1))
    np.testing.assert_allclose(model(grey), expected, atol=1e-4)


def test_both_norms_of_the_first_paper_differ_only_in_the_range_of_the_pictures() -> None:
    unit, caffe = (
        next(layer for layer in network_of(all_recipes()[name]).layers if layer.name.startswith("rescaling"))
        for name in ("p1-resnet50-mlp", "p1-resnet50-mlp-caffe")
    )
    assert (unit.scale, list(unit.offset)) == (1 / 255, [0.0, 0.0, 0.0])
    assert (caffe.scale, list(caffe.offset)) == (1.0, [-mean for mean in pictures.CAFFE_MEANS])


def test_the_weights_of_a_backbone_must_be_named() -> None:
    with pytest.raises(TypeError, match="weights"):
        chen_2023.resnet50_mlp()  # type: ignore[call-arg]


def test_only_the_dense_layer_of_the_scratch_network_has_a_penalty() -> None:
    model = network_of(all_recipes()["p2-scratch-cnn"])
    dense = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    (penalty,) = model.losses
    assert float(penalty) == pytest.approx(0.001 * float(np.sum(np.square(dense.kernel))), rel=1e-4)
    assert len(model.layers) == 11 + 1  # the paper counts no input layer
    assert model.output_shape[-1] == sodhi_2024.CLASSES


def test_our_networks_take_any_size() -> None:
    for name in ("femon-vgg", "femon-narrow", "femon-residual", "femon-levels-long", "femon-student"):
        for size in (32, 40, 48):
            assert network_of(all_recipes()[name])(np.zeros((1, size, size, 1), np.float32)).shape == (1, 7)


def test_the_residual_network_does_not_care_about_light_and_contrast() -> None:
    model = network_of(all_recipes()["femon-residual"])
    picture = np.random.default_rng(0).normal(size=(2, 40, 40, 1)).astype(np.float32)
    np.testing.assert_allclose(model(1.4 * picture + 0.3), model(picture), atol=0.05)
    assert np.all(np.isfinite(model(np.zeros((1, 40, 40, 1), np.float32))))


def test_residual_blocks_start_as_their_shortcut() -> None:
    norms = [layer for layer in residual.build().layers if isinstance(layer, FusedBatchNormalization)]
    assert sum(not np.any(norm.gamma) for norm in norms) == len(residual.BLOCKS)
