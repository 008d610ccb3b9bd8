"""The networks of Sodhi and Chiu 2024, "Optimizing and Creating CNN's for Facial Expression Recognition"."""

from __future__ import annotations

import keras

from training.layers import FusedBatchNormalization
from training.networks.pictures import coloured, enlarged, grey_input, unit
from training.pretrained import backbone

CLASSES = 6  # the paper's data set has no disgust
RESNET_TRAINED = 35  # the last layers of ResNet50 that train (section 3.2)
MOBILENET_FROZEN = 30  # the first layers of MobileNetV2 that do not (section 3.3)
INCEPTION_TRAINED = 90  # the first layers of InceptionV3 that train, all later ones not (section 3.4)


def scratch(*, classes: int = CLASSES) -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, classes): 11 layers (section 3.1)."""
    picture = grey_input()
    x = unit(picture)
    for filters in (32, 64, 128):
        x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = keras.layers.MaxPool2D()(x)
    x = keras.layers.Flatten()(keras.layers.Dropout(0.4)(x))
    x = keras.layers.Dense(128, activation="relu", kernel_regularizer=keras.regularizers.L2(0.001))(x)
    return keras.Model(picture, keras.layers.Dense(classes, dtype="float32")(x), name="scratch")


def resnet50(*, weights: str) -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 6) float32 (section 3.2).

    `weights` as for training.pretrained.backbone; frozen normalisation keeps its running statistics.
    """
    features = backbone("ResNet50", weights=weights, input_shape=(224, 224, 3))
    for layer in features.layers[:-RESNET_TRAINED]:
        layer.trainable = False
    picture = grey_input()
    x = features(coloured(enlarged(picture, 224), "caffe"))
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = FusedBatchNormalization()(keras.layers.Dense(256, activation="relu")(x))
    x = keras.layers.Dropout(0.5)(x)
    return keras.Model(picture, keras.layers.Dense(CLASSES, dtype="float32")(x), name="resnet50_224")


def mobilenetv2(*, weights: str) -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 6) float32 (section 3.3).

    `weights` as for training.pretrained.backbone; frozen normalisation keeps its running statistics.
    """
    features = backbone("MobileNetV2", weights=weights, input_shape=(224, 224, 3))
    for layer in features.layers[:MOBILENET_FROZEN]:
        layer.trainable = False
    picture = grey_input()
    x = features(coloured(enlarged(picture, 224), "symmetric"))
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dense(256, activation="relu")(x)
    return keras.Model(picture, keras.layers.Dense(CLASSES, dtype="float32")(x), name="mobilenetv2_224")


def inceptionv3(*, weights: str) -> keras.Model:
    """Grey values 0 to 255, (n, 48, 48, 1) float32, to logits (n, 6) float32 (section 3.4).

    The first 90 layers train and the later ones do not, as printed. Layers are chosen by place: their names
    are numbered anew in every process. `weights` as for training.pretrained.backbone.
    """
    features = backbone("InceptionV3", weights=weights, input_shape=(299, 299, 3))
    for layer in features.layers[INCEPTION_TRAINED:]:
        layer.trainable = False
    picture = grey_input()
    x = features(coloured(enlarged(picture, 299), "symmetric"))
    x = keras.layers.Dropout(0.5)(keras.layers.GlobalAveragePooling2D()(x))
    x = keras.layers.Dropout(0.5)(keras.layers.Dense(256, activation="relu")(x))
    return keras.Model(picture, keras.layers.Dense(CLASSES, dtype="float32")(x), name="inceptionv3_299")
