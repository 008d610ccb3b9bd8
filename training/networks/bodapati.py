"""The network of Bodapati, Maturi and Tanneru.

"Deep Learning-Based Facial Emotion Recognition with Optimized CNN"; the text bears no date.
"""

from __future__ import annotations

import keras

from femon.emotions import EMOTIONS
from training.layers import FusedBatchNormalization
from training.networks.pictures import grey_input, unit

WIDTHS = (64, 128, 256)


def build(*, widths: tuple[int, ...] = WIDTHS) -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 7) float32.

    Kinds and order of the layers are the paper's (section III); counts and widths, which stand only in a
    figure, are our choice: per width two convolutions and a pooling, then one dense layer of 256.
    """
    picture = grey_input()
    x = unit(picture)
    for width in widths:
        for _ in range(2):
            x = keras.layers.Conv2D(width, 3, padding="same")(x)
            x = keras.layers.ReLU()(FusedBatchNormalization()(x))
        x = keras.layers.Dropout(0.25)(keras.layers.MaxPool2D()(x))
    x = FusedBatchNormalization()(keras.layers.Dense(256)(keras.layers.Flatten()(x)))
    x = keras.layers.Dropout(0.5)(keras.layers.ReLU()(x))
    return keras.Model(picture, keras.layers.Dense(len(EMOTIONS), dtype="float32")(x), name="optimized_cnn")
