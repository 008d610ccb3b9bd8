"""A loaded bundle: crops in, probabilities out, from one network or from an ensemble."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from femon.bundle.combination import disagreement, mean_logits, softmax, stacked_logits
from femon.bundle.contract import CONTRACT_FILE, KERAS_FILE, LITERT_FILE, Contract
from femon.bundle.folder import network_folders, verify_weights
from femon.bundle.runtimes import Logits, litert_logits, may_have_graphics_card, tensorflow_logits
from femon.emotions import EMOTIONS
from femon.types import Judgement

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64  # crops in one call of the runtime; bounds its memory


class Bundle:
    """A loaded bundle. Use it from one thread."""

    def __init__(
        self, contract: Contract, *networks: Logits, runtime: str, device: str, fallback: str | None
    ) -> None:
        """One network, or as many as the contract has members, in their order."""
        self.contract = contract
        self.runtime = runtime
        self.device = device
        self.fallback = fallback  # why an asked graphics card is not used
        temperatures = [member.temperature for member in contract.members] or [contract.temperature]
        self._networks = tuple(zip(networks, temperatures, strict=True))

    @property
    def id(self) -> str:
        """The name of the bundle's folder."""
        return self.contract.id

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        device: str = "auto",
        threads: int = 2,
        on_cpu: Callable[[Path, int], Logits] = litert_logits,
    ) -> Bundle:
        """Check the contract and the weights, then load: LiteRT on the CPU, TensorFlow where it sees a GPU.

        `on_cpu` makes the LiteRT file of a network run. A graphics card that cannot be used, for whatever
        reason, leaves the work to the CPU. Raises ModelError when the bundle, or a member of an ensemble, is
        missing, damaged or made for another contract.
        """
        contract = verify_weights(folder)
        folders = network_folders(folder, contract)
        fallback = None
        if device != "cpu":
            try:
                if device == "gpu" or may_have_graphics_card():
                    networks = _on_graphics_card(contract, folders)
                    return cls(contract, *networks, runtime="tensorflow", device="gpu", fallback=None)
            except Exception as error:  # noqa: BLE001 - drivers and TensorFlow fail with errors of their own
                fallback = (str(error).splitlines() or [type(error).__name__])[0]
                log.info("the graphics card is not used: %s", fallback)
        networks = [on_cpu(path / LITERT_FILE, threads) for path in folders]
        reason = fallback if device == "gpu" else None
        return cls(contract, *networks, runtime="litert", device="cpu", fallback=reason)

    def predict(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities (n, 7) float32 in the order of EMOTIONS for crops (n, 48, 48) uint8, n >= 0."""
        return self.judge(crops).probabilities

    def judge(self, crops: NDArray[np.uint8]) -> Judgement:
        """The same probabilities and, from an ensemble, how far its members disagree."""
        members = self.predict_members(crops)
        if not self.contract.members:
            return Judgement(members[0])
        if self.contract.stack is None:
            logits = mean_logits(members, [member.weights for member in self.contract.members])
        else:
            logits = stacked_logits(members, self.contract.stack.kernel, self.contract.stack.bias)
        return Judgement(softmax(logits, self.contract.temperature), disagreement(members))

    def predict_members(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Calibrated probabilities (m, n, 7) float32 of each member; a single network is its only one."""
        return np.stack([softmax(_in_parts(run, crops), temperature) for run, temperature in self._networks])


def _on_graphics_card(contract: Contract, folders: list[Path]) -> list[Logits]:
    """Raises ValueError for a network whose file for the graphics card was not checked."""
    sums = [member.sha256 for member in contract.members] or [contract.sha256]
    if any(KERAS_FILE not in files for files in sums):
        raise ValueError(f"{KERAS_FILE} has no checksum in {CONTRACT_FILE}")
    return [tensorflow_logits(path / KERAS_FILE, require_gpu=True) for path in folders]


def _in_parts(run: Logits, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    if len(crops) == 0:
        return np.zeros((0, len(EMOTIONS)), np.float32)
    starts = range(0, len(crops), MOST_AT_ONCE)
    return np.concatenate([run(crops[start : start + MOST_AT_ONCE]) for start in starts])
