"""Both networks of Chen 2023, "Facial expression recognition based on ResNet and transfer learning"."""

from __future__ import annotations

from typing import Literal

import keras

from femon.emotions import EMOTIONS
from training.layers import FusedBatchNormalization
from training.networks.pictures import coloured, grey_input, unit
from training.pretrained import backbone

TRAINED_LAYERS = 4  # section 2.2.1: "only the parameters of last four layers trained"


def resnet50_mlp(*, weights: str, norm: Literal["unit", "caffe"] = "unit") -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 7) float32 (section 2.2, figures 2 and 4).

    ResNet50, of which the last four layers train, then a perceptron of three layers of 32. `weights` as for
    training.pretrained.backbone; frozen normalisation keeps its running statistics.
    """
    features = backbone("ResNet50", weights=weights, input_shape=(48, 48, 3))
    for layer in features.layers[:-TRAINED_LAYERS]:
        layer.trainable = False
    picture = grey_input()
    x = keras.layers.Dropout(0.5)(features(coloured(picture, norm)))
    x = FusedBatchNormalization()(keras.layers.Flatten()(x))
    x = keras.layers.Dense(32)(x)
    for width in (32, 32, None):
        x = keras.layers.ReLU()(FusedBatchNormalization()(x))
        x = keras.layers.Dropout(0.5)(x)
        if width:
            x = keras.layers.Dense(width)(x)
    return keras.Model(picture, keras.layers.Dense(len(EMOTIONS), dtype="float32")(x), name="resnet50_mlp")


def traditional_cnn() -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 7) float32.

    The paper's baseline is only named ("traditional CNN model", table 2); every layer here is our choice.
    """
    picture = grey_input()
    x = unit(picture)
    for filters in (32, 64, 128):
        x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = keras.layers.MaxPool2D()(x)
    x = keras.layers.Dense(512, activation="relu")(keras.layers.Flatten()(x))
    return keras.Model(picture, keras.layers.Dense(len(EMOTIONS), dtype="float32")(x), name="traditional_cnn")
