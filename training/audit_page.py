"""The audit of FER-2013 as a page to read: tables of the measured figures, and no picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from training.copies import NEAR
from training.loaders import USAGES
from training.markdown import percent, table

INTRODUCTION = """# What FER-2013 holds

Written by `python -m training audit`; the same figures stand in audit.json. Classes are in the order of
their codes. Of PrivateTest only counts, copies and label statistics are taken; no network sees it here."""


def page(figures: dict[str, Any]) -> str:
    """The whole page in Markdown."""
    sections = (
        INTRODUCTION,
        _parts(figures),
        _copies(figures["copies"]),
        _subsets(figures),
        _blank(figures["blank"]),
        _agreement(figures),
        _sets(figures),
    )
    return "\n\n".join(sections) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return table(header, [[_cell(cell) for cell in row] for row in rows])


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _per_class_table(figures: dict[str, Any], first: str, entries: dict[str, Any]) -> str:
    rows = [[name, *entry["per_class"], entry["rows"]] for name, entry in entries.items()]
    return _table([first, *figures["classes"], "all"], rows)


def _parts(figures: dict[str, Any]) -> str:
    grey, known = figures["grey"], figures["reference"]
    constant = known["commonest_class_accuracy"]
    error, half = known["standard_error"]["PrivateTest"], known["ci95_half_width"]
    return f"""## Parts

{_per_class_table(figures, "part", figures["parts"])}

{figures["rows"]:,} rows; the file has the sha256 `{figures["sha256"]}`.

- The grey values of Training divided by 255 have the mean {grey["mean"]:.4f}
  and the standard deviation {grey["deviation"]:.4f}.
- On PrivateTest, always saying {known["commonest_class"]} is right in {percent(constant)}; predicting the
  class frequencies of Training costs {known["training_frequencies_nats"]:.3f} nats.
- An accuracy of {percent(known["assumed_accuracy"])} has a standard error of {percent(error)}; its 95 %
  interval is ±{percent(half["PrivateTest"])}, and ±{percent(half["dedup"])} without copies of Training."""


def _copies(copies: dict[str, Any]) -> str:
    torn, inside, near = copies["contradictory"], copies["redundant_inside"], copies["near"]
    rows: list[tuple[str, int]] = [
        ("different pictures", copies["unique"]),
        ("groups of copies", copies["groups"]),
        ("rows in such groups", copies["rows_in_groups"]),
        ("rows that repeat an earlier one", copies["redundant_rows"]),
        ("groups with contradictory labels", torn["groups"]),
        ("rows in these", torn["rows"]),
        *((f"repeated rows inside {part}", inside[part]) for part in USAGES),
        ("PrivateTest rows with a copy in Training", copies["private_in_training"]),
        ("... with the same label", copies["private_in_training_same_label"]),
        ("PrivateTest rows with a copy in PublicTest", copies["private_in_public"]),
        ("PrivateTest rows with a copy in Training or PublicTest", copies["private_in_training_or_public"]),
        ("PublicTest rows with a copy in Training", copies["public_in_training"]),
        ("... with the same label", copies["public_in_training_same_label"]),
        ("PublicTest rows with a copy in PrivateTest", copies["public_in_private"]),
        ("test rows (both parts) with a copy in Training", copies["tests_in_training"]),
        ("Training rows with a copy in a test part", copies["training_in_tests"]),
        ("... in PublicTest", copies["training_in_public"]),
        ("... in PrivateTest", copies["training_in_private"]),
        ("PublicTest rows with a near copy in Training", near["PublicTest"]),
        ("PrivateTest rows with a near copy in Training", near["PrivateTest"]),
        ("Training rows with a near copy in a test part", near["Training"]),
    ]
    return f"""## Copies

A copy has the same 2,304 bytes. A near copy correlates by at least {NEAR} in the means of its 16x16 blocks,
with the other picture or its mirror image.

{_table(["fact", "rows"], rows)}"""


def _subsets(figures: dict[str, Any]) -> str:
    copied = figures["copies"]["private_in_training_per_class"]
    leak = {"copies in Training": {"per_class": copied, "rows": sum(copied)}}
    return f"""## PrivateTest without what Training has shown

`dedup` has no copy in Training, `dedup-tp` none in Training or PublicTest, `near` no near copy in Training.

{_per_class_table(figures, "subset", figures["private_subsets"] | leak)}"""


def _blank(blank: dict[str, Any]) -> str:
    kinds = {
        "all black": blank["black"],
        "standard deviation below 3": blank["low_contrast"],
        "not a face, ten of ten votes": blank["not_a_face"],
    }
    rows = [
        (name, *(counts[part] for part in USAGES), sum(counts.values())) for name, counts in kinds.items()
    ]
    return f"""## Blank rows and rows without a face

{_table(["rows", *USAGES, "all"], rows)}

Of the rows of low contrast {blank["low_contrast_and_not_a_face"]} are among those without a face."""


def _agreement(figures: dict[str, Any]) -> str:
    votes = figures["votes"]
    parts = votes["per_part"]
    lines = [
        ("equals the plurality", "plurality"),
        ("one random vote of the ten", "one_vote"),
        ("label got no vote at all", "no_vote"),
        ("equals the plurality where it has 8 votes or more", "clear_plurality"),
    ]
    rows: list[list[object]] = [
        [text, *(percent(parts[part][key]) for part in USAGES)] for text, key in lines
    ]
    rows += [
        ["rows", *(parts[part]["rows"] for part in USAGES)],
        ["rows with 8 votes or more", *(parts[part]["clear_rows"] for part in USAGES)],
    ]
    regression = votes["regression_accuracy"]["PrivateTest"]
    per_class = [f"{share:.2f}" for share in votes["plurality_of_every_answer_per_class"]]
    return f"""## Agreement of the labels with the FER+ votes

Rows that show a face, the seven shared emotions; a tie of k counts 1/k.

{_table(["original label", *USAGES], rows)}

Of all rows, by original label; here contempt, unknown and not a face can be the plurality too:

{_table(["", *figures["classes"]], [["equals the plurality", *per_class]])}

A multinomial regression from the ten vote counts to the original label, learnt on Training, is right in
{percent(regression)} of PrivateTest: the labels bound what a network can reach."""


def _sets(figures: dict[str, Any]) -> str:
    rows = []
    for name, parts in figures["sets"].items():
        for part, entry in parts.items():
            counts = [entry["per_class"].get(emotion, "-") for emotion in figures["classes"]]
            torn = entry["contradictory"]
            rows.append([f"{name}: {part}", *counts, entry["rows"], f"{torn['groups']} ({torn['rows']})"])
    return f"""## Sets

The last column counts groups of copies with contradictory labels inside the set, and their rows.

{_table(["set", *figures["classes"], "all", "contradictory"], rows)}"""
