"""What the four papers claim, each figure with its place in the paper, and what they leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PAPERS = {
    "P1": "Chen 2023, Facial expression recognition based on ResNet and transfer learning",
    "P2": "Sodhi & Chiu 2024, Optimizing and Creating CNN's for Facial Expression Recognition",
    "P3": "Bodapati, Maturi & Tanneru, Deep Learning-Based Facial Emotion Recognition with Optimized CNN",
    "P4": "Bokányi & Mészégető, Facial Emotion Recognition Using Deep Learning",
}
_P2_CHOICES = "six classes in the order of this project without disgust"
_P4_CHOICES = (
    "pixels divided by 255; rotation ±10°, shift ±0.10, flip; batch 128; at most 120 epochs; rate halved "
    "after 6 epochs and training stopped after 20 without a lower validation loss, best weights restored; L2 "
    "on all kernels"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One system of a paper: the figure it prints and what we had to choose to build it."""

    id: str
    system: str
    recipe: str
    printed: str  # the figures as printed
    place: str
    value: float | None  # the figure compared with ours; None for a claim without one
    choices: str
    classes: int = 7
    metric: Literal["accuracy", "binary accuracy"] = "accuracy"
    imagenet: bool = False
    official: bool = False  # the paper's own protocol is the official split
    marks: tuple[str, ...] = ()  # words in a run's recipe or title that tell the claimed variant of a study


CLAIMS = (
    Claim(
        "P1", "ResNet50 at 48 px with an MLP, last four layers trained", "p1-resnet50-mlp",
        "train/validation/test .8580/.8581/.8571 (loss 1.71/1.68/1.78)", "abstract; Table 2", 0.8571,
        "“last four layers” are the last four Keras layers of the backbone, its frozen batch normalisation "
        "in inference mode; the Dense 32 layers are linear; Adam 1e-3; pixels divided by 255; random 80:20 "
        "split, seed 0; the test part is PrivateTest; weights of the last epoch",
        metric="binary accuracy", imagenet=True,
    ),
    Claim(
        "P1b", "“traditional CNN” baseline", "p1-traditional-cnn",
        "train/validation/test .9613/.6314/.6420 (loss .13/2.11/1.98)", "Table 2", 0.6420,
        "the paper does not describe this network: three blocks of convolution (32, 64, 128 filters, 3x3) "
        "and pooling, Dense 512, Adam 1e-3, batch 64, 50 epochs, no augmentation, no regularisation",
    ),
    Claim(
        "P2a", "from-scratch CNN, 11 layers", "p2-scratch-cnn",
        "train .6148, validation .5776 (loss 1.1917/1.275)", "section 3.1", 0.5776,
        f"{_P2_CHOICES}; grey input, 32/64/128 filters 3x3 with ReLU, pool 2, Dense 128, RMSprop 1e-3, "
        "batch 32",
        classes=6,
    ),
    Claim(
        "P2b", "ResNet50 at 224 px, last 35 layers trained", "p2-resnet50",
        "train .6822, validation .6484 (loss .875/.9714)", "section 3.2", 0.6484,
        f"{_P2_CHOICES}; bilinear enlargement, the backbone's own preprocessing, Dense 256, dropout .5, "
        "RMSprop 1e-4, batch 32, patience 3 on the validation loss with best weights restored",
        classes=6, imagenet=True,
    ),
    Claim(
        "P2c", "MobileNetV2 at 224 px, first 30 layers frozen", "p2-mobilenetv2",
        "train .6535, validation .6290 (loss .9133/.9866)", "section 3.3", 0.6290,
        f"{_P2_CHOICES}; rotation 15°, shift and zoom .10, flip; pixels scaled to −1 … 1; Dense 256; Adam "
        "1e-4; batch 32; no early stopping, since none is mentioned",
        classes=6, imagenet=True,
    ),
    Claim(
        "P2d", "InceptionV3 at 299 px, first 90 layers trained", "p2-inceptionv3",
        "train .6516, validation .6593 (loss .9284/.9183)", "section 3.4", 0.6593,
        f"{_P2_CHOICES}; dropout, Dense 256, dropout; rotation 20°, shift and zoom .20, flip; pixels scaled "
        "to −1 … 1; Adam 1e-4; batch 32; patience 3; layers selected by index",
        classes=6, imagenet=True,
    ),
    Claim(
        "P2e", "stack of P2b, P2c and P2d", "p2-stack",
        "train “72.07”, validation .6672", "section 3.5", 0.6672,
        f"{_P2_CHOICES}; softmax outputs of the three networks as input, Adam 1e-3, un-augmented training "
        "pictures",
        classes=6, imagenet=True, marks=(": stack ",),
    ),
    Claim(
        "P3", "optimised CNN, AMSGrad with rate .01", "p3-amsgrad-cnn",
        ".65 on 7,177 pictures; macro F1 .64", "Table 1; abstract", 0.65,
        "the layers stand only in a figure: three blocks of two convolutions (64, 128, 256 filters) with "
        "batch normalisation, pooling and dropout .25, Dense 256, dropout .5; pixels divided by 255; batch "
        "64; 60 epochs; rate halved after 5 epochs without a lower validation loss; a stratified tenth of "
        "the training part is the validation part; best epoch by validation accuracy; “blank images and "
        "emojis” are read as pictures of one grey value, which the supports of Table 1 agree with",
    ),
    Claim(
        "P3s", "optimiser and learning-rate study", "p3-optimizer-study",
        "“the AMSGrad optimizer with a learning rate of 0.01” is among the “crucial factors”; no table",
        "section IV C", None,
        "the grid (eight optimisers at three rates) is ours, since the paper prints none; the claim is read "
        "as: this pair is best by validation accuracy; quick study with half the widths of P3 and 15 "
        "epochs, so only the order is compared",
    ),
    Claim(
        "P4d", "deep CNN after Alizadeh & Fazel", "p4-deep-cnn",
        "“around 66%”", "section IV", 0.66, _P4_CHOICES, official=True,
    ),
    Claim(
        "P4s", "shallow CNN after Alizadeh & Fazel", "p4-shallow-cnn",
        "“60% accuracy”", "section IV", 0.60,
        f"{_P4_CHOICES}; batch normalisation, ReLU and dropout after Dense 512 too", official=True,
    ),
    Claim(
        "P4f", "fully convolutional CNN after Agrawal & Mittal", "p4-fully-convolutional",
        "“around 63%”", "section IV", 0.63,
        f"{_P4_CHOICES}; “filter size of 8” is read as kernels of 8x8; widths 8, 3 x 16, 3 x 32 with "
        "pooling after each group, because they meet the printed parameter count",
        official=True,
    ),
    Claim(
        "P4g", "nine models over P4d, P4s and P4f", "p4-nine-models",
        "8 of 9 over 55 %, best 66 %", "section IV, last paragraph", 0.66,
        "which nine settings were trained is not printed: rate, weight decay and dropout vary one magnitude "
        "around the base as listed in the recipes",
        official=True,
    ),
    Claim(
        "P4e", "ensembles of the nine models, simple average", "p4-ensembles",
        "simple average “around 69%”, the weighted ones usually less than 1 % below", "section V", 0.69,
        "recall on PublicTest is the accuracy of a class; the exponential weights are exp(β · accuracy) "
        "with β chosen on PublicTest; nine members, and the best eight by PublicTest",
        official=True, marks=("simple", "of 8 "),
    ),
)  # fmt: skip

# Chen 2023, Table 2: split, number of pictures, printed accuracy, printed loss.
P1_TABLE = (
    ("train", 22_967, 0.8580, 1.71),
    ("validation", 5_742, 0.8581, 1.68),
    ("test", 3_589, 0.8571, 1.78),
)
P1B_TABLE = (
    ("train", 22_967, 0.9613, 0.13),
    ("validation", 5_742, 0.6314, 2.11),
    ("test", 3_589, 0.6420, 1.98),
)


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of the classification report in Bodapati et al., Table 1."""

    printed: str
    true: str  # the class whose support the row has
    precision: float
    recall: float
    f1: float
    support: int
    official: int  # pictures of that class in PublicTest and PrivateTest together


P3_TABLE = (
    PrintedRow("happy", "angry", 0.56, 0.55, 0.56, 957, 958),
    PrintedRow("sad", "disgust", 0.83, 0.58, 0.68, 111, 111),
    PrintedRow("neutral", "fear", 0.57, 0.43, 0.49, 1024, 1024),
    PrintedRow("disgust", "happy", 0.83, 0.84, 0.84, 1774, 1774),
    PrintedRow("angry", "neutral", 0.57, 0.60, 0.59, 1233, 1233),
    PrintedRow("surprise", "sad", 0.49, 0.59, 0.54, 1247, 1247),
    PrintedRow("fear", "surprise", 0.81, 0.76, 0.78, 831, 831),
)
