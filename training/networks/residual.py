"""Network C: residual blocks with squeeze-and-excitation, on pictures standardised one by one."""

from __future__ import annotations

import keras
import tensorflow as tf

from femon.emotions import EMOTIONS
from training.layers import FusedBatchNormalization
from training.networks.pictures import own_scale

# (width, stride) of each block.
BLOCKS = ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1))


def build(*, dropout: float = 0.3) -> keras.Model:
    """Normalised grey pictures (n, s, s, 1) float32, any s divisible by 8, to logits (n, 7) float32.

    Residual blocks after He et al. 2016 with squeeze-and-excitation (Hu et al. 2018), average pooling in the
    shortcut (He et al. 2019) and a last normalisation that starts at 0 (Goyal et al. 2017).
    """
    picture = keras.Input((None, None, 1))
    x = own_scale(picture)
    for _ in range(2):
        x = keras.layers.ReLU()(_normalised_convolution(x, 32))
    x = keras.layers.MaxPool2D()(x)
    for width, stride in BLOCKS:
        x = _block(x, width, stride)
    x = keras.layers.Dropout(dropout)(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(picture, keras.layers.Dense(len(EMOTIONS), dtype="float32")(x), name="residual")


def _block(x: keras.KerasTensor, width: int, stride: int) -> keras.KerasTensor:
    shortcut = x
    if stride == 2:
        shortcut = keras.layers.AveragePooling2D(2)(shortcut)
    if x.shape[-1] != width:
        shortcut = _normalised_convolution(shortcut, width, side=1)
    x = keras.layers.ReLU()(_normalised_convolution(x, width, stride=stride))
    x = _excited(_normalised_convolution(x, width, starts_at_zero=True))
    return keras.layers.ReLU()(keras.layers.Add()([x, shortcut]))


def _normalised_convolution(
    x: keras.KerasTensor, width: int, *, side: int = 3, stride: int = 1, starts_at_zero: bool = False
) -> keras.KerasTensor:
    x = keras.layers.Conv2D(
        width, side, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(x)
    normalisation = FusedBatchNormalization()
    x = normalisation(x)
    if starts_at_zero:
        normalisation.gamma.assign(tf.zeros(width))
    return x


def _excited(x: keras.KerasTensor) -> keras.KerasTensor:
    width = x.shape[-1]
    share = keras.layers.GlobalAveragePooling2D(keepdims=True)(x)
    share = keras.layers.Dense(max(width // 8, 8), activation="relu")(share)
    return keras.layers.Multiply()([x, keras.layers.Dense(width, activation="sigmoid")(share)])
