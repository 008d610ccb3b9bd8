"""docs/results/<run>.md and the plots beside it, made from the result of one run alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training import plots
from training.markdown import PLOTS, decimals, per_class_table, percent, plot_name, table, with_interval
from training.standing import Result, is_exported, shown_part, status_text

NAMES = {
    "train": "training part",
    "validation": "validation part",
    "public": "PublicTest",
    "private": "PrivateTest",
    "test": "test part of the published protocol",
}
METRICS = (
    "part",
    "n",
    "accuracy (95 % CI)",
    "macro-F1 (95 % CI)",
    "balanced accuracy (95 % CI)",
    "AUC from probabilities / from labels",
    "NLL",
    "Brier",
    "ECE before / after calibration",
    "ECE, bins of equal count",
)
LIMITS = (
    "The labels are those of one 2013 annotation; the plurality of ten later annotators agrees with them in "
    "about 64 % of the pictures. A label is not what a person feels. Accuracy for other cameras, light and "
    "people was not measured, nor was fairness: FER-2013 has no labels of age, gender or skin tone. The "
    "figures hold for single pictures. Intervals are over pictures; they do not hold the spread over seeds."
)


def run_report(result: Result, folder: Path, *, reads: int | None = None) -> Path:
    """Write <run>.md and its plots into a folder; returns the path of the text.

    `reads` is how often PrivateTest was read so far, by all models together.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = draw(result, folder)
    text = "\n\n".join(
        [
            f"# {result['run']}",
            headline(result),
            "## Data and protocol",
            _protocol(result, reads),
            "## Figures",
            _figures(result),
            "## Each class",
            _classes(result),
            "## Plots",
            "\n\n".join(f"![{PLOTS[kind]}]({plot_name(result['run'], kind)})" for kind in drawn)
            or "Nothing was measured.",
            "## Cost",
            _cost(result),
            "## Limits",
            LIMITS,
        ]
    )
    path = folder / f"{result['run']}.md"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def headline(result: Result) -> str:
    """The accuracy that counts, its interval and what it rests on, in one line."""
    part = shown_part(result)
    if part is None:
        return "Nothing was measured."
    figures = result["splits"][part]
    parts = [f"accuracy on {NAMES[part]} {with_interval(figures['accuracy'], figures['ci95'], figures['n'])}"]
    if figures["dedup_accuracy"] is not None:
        parts.append(
            f"without Training copies {percent(figures['dedup_accuracy'])} (n={figures['dedup_n']:,})"
        )
    parts.append(f"views {figures.get('views', 1)}")
    parts.append(f"trained on {result['data']['train']} ({result['data']['rows']:,})")
    parts.append(f"chosen on {result['data']['validation']}")
    if "private" not in result["splits"] and part != "test":
        parts.append("PrivateTest not read")
    line = "; ".join(parts)
    if result["status"] != "full" or result["weights"] == "none":
        line = f"{_warning(result)} {line}"
    return f"**{line[0].upper()}{line[1:]}.**"


def draw(result: Result, folder: Path) -> list[str]:
    """Draw the plots that the result has figures for; returns their kinds."""
    run, part = result["run"], shown_part(result)
    paths = {kind: folder / plot_name(run, kind) for kind in PLOTS}
    drawn = []
    if result["history"]:
        plots.learning_curves(result["history"], paths["learning"])
        drawn.append("learning")
    if "curve" in result:
        plots.ensemble_members({"plain mean, PublicTest": result["curve"]}, paths["members"])
        drawn.append("members")
    if part is None:
        return drawn
    figures = result["splits"][part]
    plots.confusion_matrix(figures["confusion"], result["classes"], paths["confusion"])
    plots.reliability(figures["reliability"], figures.get("reliability_before"), paths["reliability"])
    drawn += ["confusion", "reliability"]
    if "roc" in figures:
        plots.roc_curves(figures["roc"], figures["auc"], result["classes"], paths["roc"])
        drawn.append("roc")
    if "coverage" in figures:
        plots.coverage(figures["coverage"], paths["coverage"])
        drawn.append("coverage")
    return [kind for kind in PLOTS if kind in drawn]


def _warning(result: Result) -> str:
    marks = [] if result["status"] == "full" else [f"{status_text(result)}."]
    if result["weights"] == "none":
        marks.append("Random start in place of ImageNet weights.")
    return " ".join(marks)


def _protocol(result: Result, reads: int | None) -> str:
    data, read = result["data"], result["private_read"]
    rows = [
        ("system", f"{result['title']} (recipe `{result['recipe']}`)"),
        ("of paper", f"{result['paper']}: {result['published']}" if result["paper"] else "none, our own"),
        ("protocol", result["protocol"]),
        ("status", status_text(result)),
        ("start", _start(result)),
        ("classes", ", ".join(result["classes"])),
        ("split", data["split"]),
        ("trained on", f"{data['train']}, {data['rows']:,} pictures"),
        ("chosen on", f"{data['validation']}, {data['validation_rows']:,} pictures"),
        ("sha256 of the data", f"`{data['sha256']}`"),
        ("seed", result["seed"]),
        ("command", f"`{result['command']}`"),
        ("commit", f"`{result['commit']}`"),
        ("PrivateTest", "not read" if read is None else f"read {read['time']}, kind {read['kind']}"),
    ]
    if reads is not None:
        rows.append(("PrivateTest reads of all models so far", reads))
    return table(("", ""), rows)


def _start(result: Result) -> str:
    if result.get("begins_from"):
        return f"the weights of run `{result['begins_from']}`, whose training is not counted here"
    words = {None: "random", "none": "random in place of ImageNet weights"}
    return words.get(result["weights"], f"weights {result['weights']}")


def _figures(result: Result) -> str:
    rows: list[tuple[object, ...]] = []
    for part, figures in result["splits"].items():
        rows.append(_metrics_row(NAMES[part], figures))
        if figures["dedup_accuracy"] is not None:
            accuracy = with_interval(figures["dedup_accuracy"], figures["dedup_ci95"])
            rest = ["–"] * (len(METRICS) - 4)
            rows.append(
                (
                    f"{NAMES[part]} without Training copies",
                    f"{figures['dedup_n']:,}",
                    accuracy,
                    decimals(figures["dedup_macro_f1"]),
                    *rest,
                )
            )
    text = table(METRICS, rows)
    votes = {part: figures["votes"] for part, figures in result["splits"].items() if "votes" in figures}
    for part, view in votes.items():
        text += (
            f"\n\nSecond view, FER+ annotators on {NAMES[part]} without pictures that are not a face "
            f"(n={view['n']:,}): {percent(view['plurality_accuracy'])} agree with the plurality (ties count "
            f"1/k); cross-entropy to the shares of the votes {view['cross_entropy']:.3f} nats."
        )
    return text


def _metrics_row(name: str, figures: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        name,
        f"{figures['n']:,}",
        with_interval(figures["accuracy"], figures["ci95"]),
        f"{figures['macro_f1']:.3f} ({figures['macro_f1_ci95'][0]:.3f} to {figures['macro_f1_ci95'][1]:.3f})",
        with_interval(figures["balanced_accuracy"], figures["balanced_accuracy_ci95"]),
        f"{decimals(figures['macro_auc'])} / {decimals(figures['hard_auroc'])}",
        decimals(figures["nll"]),
        decimals(figures["brier"]),
        f"{decimals(figures['ece_before'])} / {decimals(figures['ece_after'])}",
        decimals(figures["ece_equal_count"]),
    )


def _classes(result: Result) -> str:
    part = shown_part(result)
    if part is None:
        return "Nothing was measured."
    return f"Part: {NAMES[part]}.\n\n{per_class_table(result['splits'][part], result['classes'])}"


def _cost(result: Result) -> str:
    trainable = result["trainable"]
    exported = is_exported(result["protocol"], result["data"]["split"])
    rows = [
        ("parameters", f"{result['parameters']:,}"),
        ("of these trained", "all but running statistics" if trainable is None else f"{trainable:,}"),
        ("epochs", result["epochs"]),
        ("time", f"{(result['elapsed_s'] or 0) / 3600:.2f} hours"),
        (
            "pictures per second",
            "–" if result["pictures_per_s"] is None else f"{result['pictures_per_s']:,.0f}",
        ),
        ("trained in", result["policy"]),
        ("scored through", "its LiteRT file, int8 weights" if exported else "the trained Keras network"),
    ]
    return table(("", ""), rows)
