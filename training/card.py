"""The model card of a bundle, written from its contract alone (sections after Mitchell et al. 2019)."""

from __future__ import annotations

from typing import Any

from femon.emotions import EMOTIONS
from femon.limits import most_missed
from training.markdown import percent, table
from training.splits import COPIES_KEPT

SPLITS = {
    "public_test": "PublicTest (chosen and calibrated on it)",
    "private_test": "PrivateTest (read once)",
}


def text(contract: dict[str, Any]) -> str:
    """CARD.md for a contract as it stands in bundle.json."""
    data, measured = contract["data"], contract["metrics"]
    return f"""# {contract["id"]}

Generated from `bundle.json`; every figure was measured through the bundle as it is shipped.

## Model details
{_details(contract)} Licence: {contract["licence"]}.

It predicts the label that a 2013 web annotator would probably have given to a cropped, mostly posed face from a
web search. It does not measure what a person feels (Barrett et al. 2019).

## Intended use
Research, teaching and personal use on yourself or consenting adults.

## Out-of-scope use
Not for hiring, for monitoring or evaluating workers or students, proctoring, policing, border control, lie
detection, diagnosis, or any decision about a person. Not a certified safety device. In the EU, inferring emotions
at work or in education is prohibited except for medical or safety reasons (Regulation (EU) 2024/1689, Art. 5(1)(f)).

## Factors
Fairness: not measured. FER-2013 carries no age, gender or skin-tone labels, and labels guessed by another model
would distort the result. Known skews: web-search and stock pictures, posed expressions, repeated celebrity photos,
few disgust images. Do not assume equal accuracy for all groups.

## Metrics and quantitative analyses
{_figures(measured)}{_members_apart(contract)}
{_calibration(contract)} {_doubt(contract)}
The figures hold for single pictures; smoothing over time changes calibration. Intersectional: not measured.

{_robustness(contract)}
{_cost(contract)}
## Evaluation data
FER-2013 PublicTest and PrivateTest, 3,589 pictures each. "Without copies" leaves out pictures that also stand in
Training. PrivateTest reads so far for this file: {contract["private_reads"]}.

## Training data
{data["name"]}: {data["rows"]:,} rows.{_refit(contract)} Copies of test pictures removed: {data.get("copies_removed", COPIES_KEPT)}.
Outside data: {data["outside_data"]}. ImageNet weights: no.{_taught(contract)}

## Ethical considerations, caveats and recommendations
{_error_level(measured)}
The plurality of ten later annotators agrees with the original label in about 64 % of the images.
Treat a label as one of seven words that an observer of a photograph might choose, with the probability beside it.
"""


def _details(contract: dict[str, Any]) -> str:
    seeds = ", ".join(map(str, contract["seeds"]))
    if contract["kind"] == "ensemble":
        members = "\n".join(
            f"- `{member['id']}`, temperature {member['temperature']}, weight {member['weights']}"
            for member in contract["members"]
        )
        return (
            f"{contract['name']}. An ensemble, recipe `{contract['recipe']}`, commit `{contract['commit']}`, of "
            f"{contract['params']:,} parameters in all, seeds {seeds}:\n\n{members}\n\nA label on which the members "
            f"disagree by more than {contract['disagree_above']} (0 the same, 1 the opposite) is shown as uncertain."
        )
    return (
        f"{contract['name']}. {contract['params']:,} parameters, {contract['views']} view(s) of a "
        f"{contract['window']} px window,\nseed {seeds}, {contract['epochs']} epochs, recipe "
        f"`{contract['recipe']}`, run `{contract['run']}`{_begun(contract)},\ncommit `{contract['commit']}`{_time(contract)}."
    )


def _begun(contract: dict[str, Any]) -> str:
    before = contract.get("begins_from")
    return f"\nfrom the weights of run `{before}`, whose own training is not counted here" if before else ""


def _time(contract: dict[str, Any]) -> str:
    seconds = contract.get("training_s")
    return f", trained for {seconds / 3600:.1f} hours" if seconds else ""


def _calibration(contract: dict[str, Any]) -> str:
    sentences = []
    twin = contract.get("twin")
    fitted = f"taken from `{twin}`" if twin else "fitted on PublicTest"
    chance = contract["metrics"].get("public_test", {}).get("ece_by_chance")
    if chance:
        sentences.append(
            f"If every probability were true, the ECE of so many pictures would be {chance[0]:.3f} by chance\n"
            f"(at most {chance[1]:.3f} in 95 of 100 draws)."
        )
    scaling = contract.get("vector_scaling")
    if scaling:
        sentences.append(
            f"The network ends in a vector scaling (Guo et al. 2017), {fitted}: scales\n"
            f"{_listed(scaling['scale'])}, offsets {_listed(scaling['offset'])}, in the order of the table above."
        )
    return "\n".join([*sentences, f"Temperature {contract['temperature']} ({fitted})."])


def _listed(numbers: list[float]) -> str:
    return ", ".join(f"{number:.2f}" for number in numbers)


def _doubt(contract: dict[str, Any]) -> str:
    words = (
        f"A label whose probability is below\n{contract['uncertain_below']} is shown as uncertain: around it "
        "fewer than half of the labels are right."
    )
    point = contract.get("operating_point")
    if not point or point["accuracy"] is None:
        return words
    return (
        f"{words} On PublicTest {point['coverage']:.1%} of the pictures reach it, and of\nthese "
        f"{point['accuracy']:.2%} are labelled rightly."
    )


def members_apart(contract: dict[str, Any]) -> str:
    """A table of an ensemble: the share of PublicTest to which two members give different labels."""
    names = [member["id"] for member in contract["members"]]
    rows = [
        (
            name,
            *("–" if other == name else percent(share) for other, share in zip(names, shares, strict=True)),
        )
        for name, shares in zip(names, contract["pairwise_disagreement"], strict=True)
    ]
    return table(("different labels on PublicTest", *names), rows)


def _members_apart(contract: dict[str, Any]) -> str:
    return f"\n{members_apart(contract)}\n" if contract.get("pairwise_disagreement") else ""


def _robustness(contract: dict[str, Any]) -> str:
    rows = contract.get("robustness")
    if not rows:
        return "Robustness against single disturbances: not measured.\n"
    lines = [
        "| PublicTest with one disturbance | accuracy | points lost | label as before |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row['name']} | {row['accuracy']:.2%} | {row['lost_points']:.2f} | {row['stable']:.1%} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _cost(contract: dict[str, Any]) -> str:
    cost = contract.get("cost")
    if not cost:
        return "Time per face: not measured.\n"
    lines = [
        f"| {cost['processor']}, LiteRT | ms per face, batch 1 (p95) | ms per face, batch 32 |",
        "|---|---|---|",
    ]
    for key, row in cost.items():
        if key.startswith("threads_"):
            lines.append(
                f"| {key.removeprefix('threads_')} thread(s) | {row['ms_batch_1']} ({row['p95_batch_1']}) "
                f"| {row['ms_batch_32']} |"
            )
    return "\n".join(lines) + "\n"


def _refit(contract: dict[str, Any]) -> str:
    if not contract.get("trained_on_validation"):
        return ""
    return (
        " A refit: PublicTest is part of them and measures nothing; window, views, temperature and doubt\n"
        f"are those of `{contract['twin']}`, which has not learnt it."
    )


def _taught(contract: dict[str, Any]) -> str:
    teachers = [f"`{teacher}`" for teacher in contract.get("teachers") or ()]
    return f"\nIt learnt from the mean opinion of {' and '.join(teachers)}." if teachers else ""


def _figures(measured: dict[str, Any]) -> str:
    lines = [
        "| split | n | accuracy (95 % CI) | without copies (n) | macro F1 | NLL | Brier | ECE before / after |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, name in SPLITS.items():
        row = measured.get(key)
        if row is None:
            lines.append(f"| {name} | | not measured | | | | | |")
            continue
        low, high = row["ci95"]
        lines.append(
            f"| {name} | {row['n']:,} | {row['accuracy']:.2%} ({low:.2%} to {high:.2%}) "
            f"| {row['dedup_accuracy']:.2%} ({row['dedup_n']:,}) | {row['macro_f1']:.3f} | {row['nll']:.3f} "
            f"| {row['brier']:.3f} | {row['ece_before']:.3f} / {row['ece_after']:.3f} |"
        )
    lines += ["", "| recall | " + " | ".join(EMOTIONS) + " |", "|---" * (len(EMOTIONS) + 1) + "|"]
    for key, row in measured.items():
        lines.append(f"| {SPLITS[key]} | " + " | ".join(f"{value:.2f}" for value in row["recall"]) + " |")
    return "\n".join(lines) + "\n"


def _error_level(measured: dict[str, Any]) -> str:
    row = measured.get("private_test") or measured.get("public_test")
    if row is None:
        return "The error level has not been measured."
    return (
        f"About {100 * (1 - row['accuracy']):.0f} of 100 benchmark labels are predicted wrongly"
        f"{most_missed(row['recall'])}."
    )
