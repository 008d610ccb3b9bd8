"""What the entries of bundle.json may be: the file comes from elsewhere, and the app trusts the contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from femon.emotions import EMOTIONS

PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # no separators: nothing leaves its folder
LARGEST: Final = 1e15  # beyond any count, and still exact as a float
SPLITS: Final = ("public_test", "private_test")

Rule = tuple[Callable[[Any], bool], str]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable()  # it is printed in a terminal


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and _is_number(value) and value >= 0


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


def _are_numbers(value: Any, count: int | None = None) -> bool:
    return isinstance(value, list) and all(map(_is_number, value)) and count in (None, len(value))


def _is_matrix(value: Any) -> bool:
    square = isinstance(value, list) and len(value) == len(EMOTIONS)
    return square and all(_are_numbers(row, len(EMOTIONS)) for row in value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_curve(value: Any) -> bool:
    return isinstance(value, list) and all(
        _is_table(point)
        and _is_share(point.get("confidence"))
        and _is_share(point.get("accuracy"))
        and _is_whole(point.get("n"))
        for point in value
    )


def _are_checksums(value: Any) -> bool:
    return _is_table(value) and all(
        PLAIN_NAME.fullmatch(name) and isinstance(digest, str) for name, digest in value.items()
    )


TEXT: Final[Rule] = _is_text, "a line of text"
WHOLE: Final[Rule] = _is_whole, "a count"
NUMBER: Final[Rule] = _is_number, "a number"
SHARE: Final[Rule] = _is_share, "a number from 0 to 1"
NUMBERS: Final[Rule] = _are_numbers, "a list of numbers"
TABLE: Final[Rule] = _is_table, "a table"
PAIR: Final[Rule] = lambda value: _are_numbers(value, 2), "two numbers"
PER_LABEL: Final[Rule] = lambda value: _are_numbers(value, len(EMOTIONS)), "a number for each label"
PER_LABEL_OR_NONE: Final[Rule] = lambda value: value == [] or PER_LABEL[0](value), PER_LABEL[1]

ENTRIES: Final[Mapping[str, Rule]] = {
    "id": (lambda value: _is_text(value) and bool(PLAIN_NAME.fullmatch(value)), "a plain folder name"),
    "sha256": (_are_checksums, "a table of checksums, each by a plain file name"),
    "trained_on_validation": (lambda value: isinstance(value, bool), "true or false"),
    **dict.fromkeys(("name", "kind", "licence", "recipe", "run", "commit", "protocol"), TEXT),
    **dict.fromkeys(("views", "params", "private_reads"), WHOLE),
    **dict.fromkeys(("mmac", "temperature"), NUMBER),
    **dict.fromkeys(("uncertain_below", "disagree_above"), SHARE),
    **dict.fromkeys(("train_prior", "neutral_reference"), PER_LABEL_OR_NONE),
    "seeds": NUMBERS,
    **dict.fromkeys(("crop", "data", "metrics", "published"), TABLE),
    "labels": (lambda value: isinstance(value, list) and all(map(_is_text, value)), "a list of words"),
    "input_shape": (lambda value: isinstance(value, list), "a list"),
}
FIGURES: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(("accuracy", "dedup_accuracy", "macro_f1"), SHARE),
    **dict.fromkeys(("ece_before", "ece_after"), NUMBER),
    **dict.fromkeys(("n", "dedup_n"), WHOLE),
    "ci95": PAIR,
    "recall": PER_LABEL,
    "confusion": (_is_matrix, "a table of counts"),
    **dict.fromkeys(("reliability", "reliability_before"), (_is_curve, "a list of points")),
}
PUBLISHED: Final[Mapping[str, Rule]] = {"accuracy": SHARE}


def check_entries(entries: Mapping[str, Any]) -> None:
    """Raise ValueError for the first entry that femon could not use; what is missing or null is fine."""
    _check(entries, ENTRIES, "")
    metrics = entries.get("metrics") or {}
    for split in SPLITS:
        figures = metrics.get(split) or {}
        if not isinstance(figures, dict):
            raise ValueError(f"'metrics.{split}' is not a table")
        _check(figures, FIGURES, f"metrics.{split}.")
        if figures and None in (figures.get("accuracy"), figures.get("ci95")):
            raise ValueError(f"'metrics.{split}' has no accuracy or no interval")
    _check(entries.get("published") or {}, PUBLISHED, "published.")


def _check(entries: Mapping[str, Any], rules: Mapping[str, Rule], prefix: str) -> None:
    for name, (fits, what) in rules.items():
        value = entries.get(name)
        if value is not None and not fits(value):
            raise ValueError(f"'{prefix}{name}' is not {what}")
