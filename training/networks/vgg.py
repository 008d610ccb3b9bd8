"""Networks A, B and S: plain stacks of 3x3 convolutions that differ in width and depth."""

from __future__ import annotations

import keras

from femon.emotions import EMOTIONS
from training.layers import FusedBatchNormalization
from training.networks.pictures import own_scale

Stages = tuple[tuple[int, ...], ...]
WIDE: Stages = ((64, 64), (128, 128), (256, 256), (512, 512))  # network A
NARROW: Stages = ((64, 64), (96, 96), (192, 192, 192), (256, 256, 256))  # network B
SMALL: Stages = ((32, 32), (64, 64), (128, 128), (256, 256))  # network S


def build(
    stages: Stages, *, spatial_dropout: float = 0.1, dropout: float = 0.4, each_picture: bool = False
) -> keras.Model:
    """Normalised grey pictures (n, s, s, 1) float32, any s divisible by 8, to logits (n, 7) float32.

    `stages` holds the filters of each convolution; the picture is halved between stages.
    With `each_picture` every picture gets mean 0 and deviation 1 of its own, so light and contrast cancel.
    """
    picture = keras.Input((None, None, 1))
    x = own_scale(picture) if each_picture else picture
    for number, filters in enumerate(stages):
        if number:
            x = keras.layers.SpatialDropout2D(spatial_dropout)(keras.layers.MaxPool2D()(x))
        for count in filters:
            x = keras.layers.Conv2D(count, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(
                x
            )
            x = keras.layers.ReLU()(FusedBatchNormalization()(x))
    x = keras.layers.Dropout(dropout)(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(picture, keras.layers.Dense(len(EMOTIONS), dtype="float32")(x), name="vgg")
