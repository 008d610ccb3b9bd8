"""The first layers of networks: pictures to the size, channels and range that the others expect."""

from __future__ import annotations

from typing import Literal

import keras

Style = Literal["unit", "symmetric", "caffe"]
# The mean blue, green and red of ImageNet that ResNet50's published weights were trained without.
CAFFE_MEANS = (103.939, 116.779, 123.68)
# Variance added before a picture is divided by its own deviation, so that a flat picture stays flat: a
# deviation of 10 grey levels, in the units of normalised pictures.
LEAST_VARIANCE = (10 / 255 / 0.2550) ** 2


def grey_input(size: int = 48) -> keras.KerasTensor:
    """Grey values 0 to 255, (n, size, size, 1) float32."""
    return keras.Input((size, size, 1))


def unit(picture: keras.KerasTensor) -> keras.KerasTensor:
    """Grey values 0 to 255 to 0 to 1; float32 whatever the policy, since a short float would round them."""
    return keras.layers.Rescaling(1 / 255, dtype="float32")(picture)


def enlarged(picture: keras.KerasTensor, size: int) -> keras.KerasTensor:
    """Bilinear resize to (n, size, size, 1)."""
    return keras.layers.Resizing(size, size, interpolation="bilinear", dtype="float32")(picture)


def coloured(picture: keras.KerasTensor, style: Style) -> keras.KerasTensor:
    """Grey values 0 to 255, repeated to (n, h, w, 3), in the range of the style.

    unit: 0 to 1. symmetric: -1 to 1, as MobileNetV2 and InceptionV3 of keras.applications expect. caffe:
    ImageNet's mean subtracted in the order blue, green, red, as ResNet50 expects.
    """
    scale, offset = {
        "unit": (1 / 255, [0.0, 0.0, 0.0]),
        "symmetric": (1 / 127.5, [-1.0, -1.0, -1.0]),
        "caffe": (1.0, [-mean for mean in CAFFE_MEANS]),
    }[style]
    repeated = keras.layers.Concatenate(dtype="float32")([picture] * 3)
    return keras.layers.Rescaling(scale, offset, dtype="float32")(repeated)


def own_scale(picture: keras.KerasTensor) -> keras.KerasTensor:
    """Normalised pictures (n, h, w, 1), each to its own mean 0 and deviation 1: light and contrast cancel."""
    return keras.layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=LEAST_VARIANCE, dtype="float32"
    )(picture)
