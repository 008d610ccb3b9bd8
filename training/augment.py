"""Pictures to network input, in the graph: normalisation and the random changes of training."""

from __future__ import annotations

import math

import tensorflow as tf

from training.recipe import Augmentation

FRAME = 48
# Mean and standard deviation of v/255 over the Training rows of FER-2013.
MEAN, DEVIATION = 0.5077, 0.2550


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
    """Float32 (n, 48, 48, 1) to (n, size, size, 1): one warp of a random window, then tone, blur, erasing.

    Tone, noise and erasing expect pictures with mean 0 and deviation 1. seed is an int32 pair; the same
    seed gives the same draws, so a resumed run repeats an unbroken one.
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
    if amounts.noise:
        pictures = _noisy(pictures, count, seeds[4], amounts)
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
    """Some pictures through a 3x3 binomial filter of random strength, as a camera out of focus makes them."""
    chance, strength = _uniform(count, seed, 2)
    share = tf.cast((chance + 1) / 2 < amounts.blur_probability, tf.float32) * (strength + 1) / 2
    edges = tf.pad(pictures, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC")
    rows = (edges[:, :-2] + 2 * edges[:, 1:-1] + edges[:, 2:]) / 4
    soft = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 4
    return pictures + share[:, None, None, None] * (soft - pictures)


def _noisy(pictures: tf.Tensor, count: tf.Tensor, seed: tf.Tensor, amounts: Augmentation) -> tf.Tensor:
    """Gaussian noise, its deviation uniform from 0 to the largest in half of the pictures, else 0."""
    (strength,) = _uniform(count, seed, 1)
    deviation = tf.maximum(strength, 0.0) * amounts.noise
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
