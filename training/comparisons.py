"""Networks on the same pictures, two by two: exact McNemar test, paired bootstrap of the difference."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from training.metrics import RESAMPLES, Labels, Probabilities

FILE = "comparisons.json"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first network against the second; a positive difference (a share of n) is for the first."""

    first: str
    second: str
    split: str
    n: int
    first_only: int  # pictures that only the first one gets right
    second_only: int
    p: float  # exact McNemar test, two-sided
    difference: float
    ci95: tuple[float, float]

    @property
    def ranked(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        low, high = self.ci95
        return low > 0 or high < 0

    def text(self) -> str:
        """One sentence that ranks the two only where the interval of the difference leaves out 0."""
        low, high = self.ci95
        figures = (
            f"{100 * self.difference:+.2f} points (95 % CI {100 * low:+.2f} to {100 * high:+.2f}; McNemar "
            f"p={self.p:.3g}, {self.first_only} against {self.second_only} pictures, n={self.n:,}, "
            f"{self.split})"
        )
        if not self.ranked:
            return f"`{self.first}` and `{self.second}` are not ranked: {figures}; the interval contains 0."
        word = "above" if self.difference > 0 else "below"
        return f"`{self.first}` is {word} `{self.second}`: {figures}."


def write(comparisons: list[Comparison], folder: Path) -> None:
    """Keep the comparisons in a folder of results, for its summary."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps([dataclasses.asdict(each) for each in comparisons], indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> list[Comparison]:
    """The comparisons that were written last; none where that never happened."""
    path = folder / FILE
    if not path.exists():
        return []
    stored = json.loads(path.read_text(encoding="utf-8"))
    return [Comparison(**{**entry, "ci95": tuple(entry["ci95"])}) for entry in stored]


def every_pair(answers: dict[str, Probabilities], labels: Labels, *, split: str) -> list[Comparison]:
    """Compare each of the networks, given as name and probabilities (n, c), with each that follows it."""
    return [compare(first, second, labels, split=split) for first, second in combinations(answers.items(), 2)]


def compare(
    first: tuple[str, Probabilities], second: tuple[str, Probabilities], labels: Labels, *, split: str
) -> Comparison:
    """Compare two networks, given as name and probabilities (n, c), on the same pictures."""
    rights = [probabilities.argmax(axis=1) == labels for _, probabilities in (first, second)]
    first_only, second_only, p = mcnemar(*rights)
    difference, ci95 = paired_bootstrap(*rights)
    return Comparison(first[0], second[0], split, len(labels), first_only, second_only, p, difference, ci95)


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> tuple[int, int, float]:
    """Pictures (n,) that only the first or only the second gets right, and the two-sided exact p-value."""
    first_only, second_only = int((first & ~second).sum()), int((second & ~first).sum())
    if first_only + second_only == 0:
        return 0, 0, 1.0
    return first_only, second_only, float(binomtest(first_only, first_only + second_only).pvalue)


def paired_bootstrap(
    first: NDArray[np.bool_], second: NDArray[np.bool_]
) -> tuple[float, tuple[float, float]]:
    """Difference in accuracy and its 95 % percentile interval: 2,000 resamples of the pictures, seed 0."""
    each = first.astype(np.int64) - second
    n = len(each)
    # A resample matters only through how often each of the outcomes -1, 0 and 1 is drawn.
    counts: Any = np.random.default_rng(0).multinomial(n, np.bincount(each + 1, minlength=3) / n, RESAMPLES)
    low, high = np.percentile((counts[:, 2] - counts[:, 0]) / n, (2.5, 97.5))
    return float(each.mean()), (float(low), float(high))
