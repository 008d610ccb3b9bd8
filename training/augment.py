"""Pictures to network input, in the graph: normalisation and the random changes of training."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from training.recipe import Augmentation

FRAME = 48
# Mean and standard deviation of v/255 over the Training rows of FER-2013.
MEAN, DEVIATION = 0.5077, 0.2550
BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
# ITU-T T.81, table K.1.
LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float32,
)
_PLACES = np.arange(8)
# Rows are the cosine waves of eight samples (DCT-II, orthonormal).
COSINES = np.float32(
    np.cos((2 * _PLACES[None, :] + 1) * _PLACES[:, None] * np.pi / 16)
    * np.where(_PLACES[:, None] == 0, np.sqrt(1 / 8), np.sqrt(2 / 8))
)


def normalised(images: tf.Tensor) -> tf.Tensor:
    """Uint8 (n, h, w) to float32 (n, h, w, 1) with the data's mean 0 and deviation 1."""
    return ((tf.cast(images, tf.float32) / 255.0 - MEAN) / DEVIATION)[..., None]


def centre_view(pictures: tf.Tensor, window: int) -> tf.Tensor:
    """The middle window x window px of (n, 48, 48, 1)."""
    edge = (FRAME - window) // 2
    return pictures[:, edge : edge + window, edge : edge + window, :]


def resized(pictures: tf.Tensor, size: int, window: int) -> tf.Tensor:
    """The middle window of (n, 48, 48, 1), without random changes, as (n, size, size, 1)."""
    pictures = centre_view(pictures, window)
    return pictures if size == window else tf.image.resize(pictures, (size, size))


def augmented(
    pictures: tf.Tensor, seed: tf.Tensor, *, size: int, window: int, amounts: Augmentation
) -> tf.Tensor:
    """Float32 (n, 48, 48, 1) to (n, size, size, 1): a random window warped once, then what a camera does.

    Tone, noise, JPEG and erasing expect pictures with mean 0 and deviation 1; JPEG a size divisible by 8.
    seed is an int32 pair; the same seed gives the same draws, so a resumed run repeats an unbroken one.
    """
    seeds = tf.unstack(tf.random.experimental.stateless_split(seed, 5))
    count = tf.shape(pictures)[0]
    pictures = tf.raw_ops.ImageProjectiveTransformV3(
        images=pictures,
        transforms=_transforms(count, seeds[0], size, window, amounts),
        output_shape=[size, size],
        interpolation="BILINEAR",
        fill_mode=amounts.fill.upper(),
        fill_value=0.0,
    )
    if amounts.tone_probability:
        pictures = _toned(pictures, count, seeds[1], amounts)
    if amounts.blur_probability:
        pictures = _blurred(pictures, count, seeds[3], amounts)
    if amounts.noise and amounts.noise_probability:
        pictures = _noisy(pictures, count, seeds[4], amounts)
    if amounts.jpeg_probability:
        pictures = _compressed(pictures, count, seeds[4] + 2, amounts)
    if amounts.erase_probability:
        pictures = _erased(pictures, count, seeds[2], size, amounts)
    return pictures


def mixed(
    pictures: tf.Tensor, targets: tf.Tensor, seed: tf.Tensor, *, alpha: float, active: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Mixup (Zhang et al. 2018): each picture and target blended with those at the other end of the batch."""
    draws = tf.random.stateless_gamma([2], seed, alpha)
    share = tf.where(active, draws[0] / tf.maximum(tf.reduce_sum(draws), 1e-12), 1.0)
    return (
        share * pictures + (1 - share) * tf.reverse(pictures, [0]),
        share * targets + (1 - share) * tf.reverse(targets, [0]),
    )


def _uniform(count: tf.Tensor, seed: tf.Tensor, columns: int) -> list[tf.Tensor]:
    draws = tf.random.stateless_uniform([count, columns], seed, minval=-1.0, maxval=1.0)
    columns_of: list[tf.Tensor] = tf.unstack(draws, columns, axis=1)
    return columns_of


def _transforms(
    count: tf.Tensor, seed: tf.Tensor, size: int, window: int, amounts: Augmentation
) -> tf.Tensor:
    """(n, 8) projective transforms from output to input pixels."""
    chance, angle, zoom, shift_x, shift_y, window_x, window_y, flip = _uniform(count, seed, 8)
    warp = tf.cast((chance + 1) / 2 < amounts.warp_probability, tf.float32)
    angle *= warp * amounts.rotation_deg * math.pi / 180
    scale = window / size / (1 + warp * zoom * amounts.scale)
    mirror = tf.sign(flip) if amounts.flip else tf.ones_like(flip)
    play = (FRAME - window) / 2
    offset_x = warp * shift_x * amounts.shift * FRAME + window_x * play
    offset_y = warp * shift_y * amounts.shift * FRAME + window_y * play
    cosine, sine = scale * tf.cos(angle), scale * tf.sin(angle)
    xx, xy, yx, yy = mirror * cosine, -sine, mirror * sine, cosine
    out, middle = (size - 1) / 2, (FRAME - 1) / 2
    x0 = middle + offset_x - (xx + xy) * out
    y0 = middle + offset_y - (yx + yy) * out
    zero = tf.zeros_like(x0)
    return tf.stack([xx, xy, x0, yx, yy, y0, zero, zero], axis=1)


def _toned(pictures: tf.Tensor, count: tf.Tensor, seed: tf.Tensor, amounts: Augmentation) -> tf.Tensor:
    chance, contrast, brightness = _uniform(count, seed, 3)
    active = tf.cast((chance + 1) / 2 < amounts.tone_probability, tf.float32)
    factor = 1 + active * contrast * amounts.contrast
    return (
        pictures * factor[:, None, None, None]
        + (active * brightness * amounts.brightness)[:, None, None, None]
    )


def _blurred(pictures: tf.Tensor, count: tf.Tensor, seed: tf.Tensor, amounts: Augmentation) -> tf.Tensor:
    """Some pictures through a binomial filter (deviation 1 px) of random strength, as if out of focus."""
    chance, strength = _uniform(count, seed, 2)
    share = tf.cast((chance + 1) / 2 < amounts.blur_probability, tf.float32) * (strength + 1) / 2
    edges = tf.pad(pictures, [[0, 0], [2, 2], [2, 2], [0, 0]], "SYMMETRIC")
    height, width = pictures.shape[1:3]
    rows = tf.add_n([weight * edges[:, row : row + height] for row, weight in enumerate(BINOMIAL)])
    soft = tf.add_n([weight * rows[:, :, column : column + width] for column, weight in enumerate(BINOMIAL)])
    return pictures + share[:, None, None, None] * (soft - pictures)


def _compressed(pictures: tf.Tensor, count: tf.Tensor, seed: tf.Tensor, amounts: Augmentation) -> tf.Tensor:
    """Some pictures as JPEG of quality 30 to 90 leaves them: rounded cosine coefficients of 8x8 blocks.

    Quantisation of the luminance and its scale with quality as in ITU-T T.81, annex K, and the IJG library.
    """
    chance, quality = _uniform(count, seed, 2)
    active = (chance + 1) / 2 < amounts.jpeg_probability
    quality = 60 + 30 * quality
    percent = tf.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    steps = tf.clip_by_value(tf.round(LUMINANCE * percent[:, None, None] / 100), 1, 255)[:, None, None]
    side = pictures.shape[1] // 8
    levels = ((pictures * DEVIATION + MEAN) * 255 - 128)[..., 0]
    blocks = tf.transpose(tf.reshape(levels, [-1, side, 8, side, 8]), [0, 1, 3, 2, 4])
    waves = COSINES @ blocks @ tf.transpose(COSINES)
    blocks = tf.transpose(COSINES) @ (tf.round(waves / steps) * steps) @ COSINES
    levels = tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4]), tf.shape(levels))
    decoded = ((levels + 128) / 255 - MEAN) / DEVIATION
    return tf.where(active[:, None, None, None], decoded[..., None], pictures)


def _noisy(pictures: tf.Tensor, count: tf.Tensor, seed: tf.Tensor, amounts: Augmentation) -> tf.Tensor:
    """Gaussian noise in some pictures, its deviation uniform from 0 to the largest."""
    (strength,) = _uniform(count, seed, 1)
    width = 2 * amounts.noise_probability  # of the part of -1 to 1 in which there is noise
    deviation = tf.maximum(strength - (1 - width), 0.0) / width * amounts.noise
    grain = tf.random.stateless_normal(tf.shape(pictures), seed + 1)
    return pictures + deviation[:, None, None, None] * grain


def _erased(
    pictures: tf.Tensor, count: tf.Tensor, seed: tf.Tensor, size: int, amounts: Augmentation
) -> tf.Tensor:
    chance, area, aspect, x, y = _uniform(count, seed, 5)
    low, high = amounts.erase_area
    share = low + (area + 1) / 2 * (high - low)
    ratio = tf.exp(aspect * math.log(3.3))
    half_width = tf.sqrt(share * ratio) * size / 2
    half_height = tf.sqrt(share / ratio) * size / 2
    centre_x, centre_y = (x + 1) / 2 * size, (y + 1) / 2 * size
    grid = tf.range(size, dtype=tf.float32) + 0.5
    in_x = tf.abs(grid[None, :] - centre_x[:, None]) < half_width[:, None]
    in_y = tf.abs(grid[None, :] - centre_y[:, None]) < half_height[:, None]
    active = (chance + 1) / 2 < amounts.erase_probability
    hole = in_y[:, :, None] & in_x[:, None, :] & active[:, None, None]
    return tf.where(hole[..., None], 0.0, pictures)
