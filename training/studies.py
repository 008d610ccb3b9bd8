"""Studies: several recipes run one after the other, and what is then made of them together."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from femon.bundle import CONTRACT_FILE, Bundle
from training import ensemble, ensemble_bundle, ledger, log, runs, stacking
from training.evaluate import frozen_bundle
from training.fer2013 import Fer2013
from training.recipe import Study
from training.remembered import Remembered
from training.reproduce import Order, reproduce, write
from training.scoring import BUNDLES, score
from training.splits import find_split

P4_RULES = ("simple", "accuracy", "class", "exponential")
LEFT_OUT = 1  # the paper's best ensemble had eight of the nine


def run(study: Study, order: Order, data: Fer2013) -> list[dict[str, Any]]:
    """Run every member, then the study's own question; finished members are not trained again.

    A budget is for the whole study and shared equally. Raises TrainingError, WeightsError or Interrupted.
    """
    share = order.budget_hours / len(study.members) if order.budget_hours else None
    member_order = dataclasses.replace(order, budget_hours=share, private=study.kind != "choice")
    results = [reproduce(member, member_order, data) for member in study.members]
    if study.kind == "ensembles" and not order.smoke:
        results += _ensembles(study, results, order, data)
    if study.kind == "stack":
        results += stacking.reproduce_stack(study, results, order, data)
    return results


def _ensembles(
    study: Study, members: list[dict[str, Any]], order: Order, data: Fer2013
) -> list[dict[str, Any]]:
    """The paper's four averages, of all members and of the best eight; weights from PublicTest alone."""
    folders = [_as_trained(BUNDLES / member["run"]) for member in members]
    public, load = data.public(), partial(Bundle.load, on_cpu=Remembered().logits)
    answers = np.stack([load(folder, device="cpu").predict(public.images) for folder in folders])
    order_of_merit = ensemble.ranking(answers, public.labels)
    results = []
    for count in (len(folders), len(folders) - LEFT_OUT):
        chosen = sorted(order_of_merit[:count])
        for name in P4_RULES:
            folder = BUNDLES / f"{study.id}-{name}-{count}"
            rule = ensemble.RULES[name](answers[chosen], public.labels)
            title = f"{rule.name} average of {count} members"
            best = [folders[k] for k in chosen]
            ensemble_bundle.write_bundle(
                folder, best, rule, data, answers=answers[chosen], name=title, load=load
            )
            averaged = [members[k] for k in chosen]
            results.append(_scored(study, folder, title, averaged, order=order, data=data, load=load))
    results[0]["curve"] = ensemble.curve(answers, public.labels).round(4).tolist()
    for result in results:
        write(result)
        log.finished(result)
    return results


def _as_trained(folder: Path) -> Path:
    """A copy of a bundle without its temperature: the paper averages the networks' own outputs."""
    copy = BUNDLES / "as-trained" / folder.name
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    contract = json.loads((copy / CONTRACT_FILE).read_text(encoding="utf-8"))
    (copy / CONTRACT_FILE).write_text(json.dumps(contract | {"temperature": 1.0}, indent=2), encoding="utf-8")
    return copy


def _scored(
    study: Study,
    folder: Path,
    title: str,
    members: list[dict[str, Any]],
    *,
    order: Order,
    data: Fer2013,
    load: Callable[..., Bundle],
) -> dict[str, Any]:
    """The result of one ensemble, read once on PrivateTest, in the form of a single run's result."""
    bundle, frozen = frozen_bundle(folder, load=load)
    split = find_split(data, "official")
    figures = score(frozen, split, data, reason=f"result of {study.paper}: {title}")
    cut = [member for member in members if member["status"] != "full"]
    read = next(entry for entry in ledger.entries() if entry["sha256"] == frozen.sha256)
    return {
        **{key: members[0][key] for key in ("policy", "classes", "data", "seed", "protocol")},
        "run": folder.name,
        "recipe": study.id,
        "paper": study.paper,
        "title": title,
        "published": study.published,
        "command": order.command,
        "commit": runs.commit(),
        "weights": None,
        "status": "cut" if cut else "full",
        "status_note": f"{len(cut)} of {len(members)} members are cut runs" if cut else "",
        "epochs": 0,
        "elapsed_s": sum(member["elapsed_s"] for member in members),
        "pictures_per_s": None,
        "parameters": bundle.contract.params,
        "trainable": None,
        "history": [],
        "splits": figures,
        "private_read": {"kind": read["kind"], "time": read["time"]},
    }
