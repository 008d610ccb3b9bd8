"""The three networks of Bokányi and Mészégető.

"Facial Emotion Recognition Using Deep Learning"; the text bears no date.
"""

from __future__ import annotations

import keras

from femon.emotions import EMOTIONS
from training.layers import FusedBatchNormalization
from training.networks.pictures import grey_input, unit

FULLY_CONVOLUTIONAL_WIDTHS = ((8,), (16, 16, 16), (32, 32, 32))  # pooling after each group


def deep(*, dropout: float = 0.3) -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 7) float32.

    The deeper network after Alizadeh and Fazel (section IV): four convolutions and two dense layers.
    """
    return _alizadeh(((64, 3), (128, 5), (512, 3), (512, 3)), (256, 512), dropout, "deep_cnn")


def shallow(*, dropout: float = 0.3) -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 7) float32.

    The shallower network after Alizadeh and Fazel (section IV): two convolutions and one dense layer.
    """
    return _alizadeh(((64, 3), (128, 3)), (512,), dropout, "shallow_cnn")


def fully_convolutional() -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 7) float32.

    After Agrawal and Mittal (section IV): seven layers of two 8x8 convolutions each, no dense layer and no
    dropout. Widths, pooling and the last convolution are our choice; they meet the printed 464,000.
    """
    picture = grey_input()
    x = unit(picture)
    for group in FULLY_CONVOLUTIONAL_WIDTHS:
        for width in group:
            x = keras.layers.Conv2D(width, 8, padding="same", activation="relu")(x)
            x = keras.layers.Conv2D(width, 8, padding="same")(x)
            x = keras.layers.ReLU()(FusedBatchNormalization()(x))
        x = keras.layers.MaxPool2D()(x)
    x = keras.layers.Conv2D(len(EMOTIONS), 6, padding="valid", dtype="float32")(x)
    return keras.Model(picture, keras.layers.Flatten(dtype="float32")(x), name="fully_convolutional")


def _alizadeh(
    convolutions: tuple[tuple[int, int], ...], dense: tuple[int, ...], dropout: float, name: str
) -> keras.Model:
    """[Convolution (filters, side), BN, ReLU, dropout, pooling], then [dense, BN, ReLU, dropout]."""
    picture = grey_input()
    x = unit(picture)
    for filters, side in convolutions:
        x = keras.layers.Conv2D(filters, side, padding="same")(x)
        x = keras.layers.ReLU()(FusedBatchNormalization()(x))
        x = keras.layers.MaxPool2D()(keras.layers.Dropout(dropout)(x))
    x = keras.layers.Flatten()(x)
    for width in dense:
        x = FusedBatchNormalization()(keras.layers.Dense(width)(x))
        x = keras.layers.Dropout(dropout)(keras.layers.ReLU()(x))
    return keras.Model(picture, keras.layers.Dense(len(EMOTIONS), dtype="float32")(x), name=name)
