"""Whether a calibrated person's expressions are corrected: by the relaxed face, seen by the same weights."""

from __future__ import annotations

from typing import Final

from femon.bundle import Contract
from femon.monitors.baseline import NeutralBaseline
from femon.profiles import Prompt, StoredProfile

_TRAINED_ANEW: Final = Prompt(
    "model", "Expressions are not corrected: the model was trained anew since the calibration."
)


class Correction:
    """Follows person and bundle; what is wanted holds for whoever comes next."""

    def __init__(self) -> None:
        self.wanted = True
        self.person: StoredProfile | None = None
        self.contract: Contract | None = None

    @property
    def available(self) -> bool:
        """Whether the calibration in use can correct what the bundle in use says."""
        return self._measured() is not None

    @property
    def baseline(self) -> NeutralBaseline | None:
        """The correction to apply now, if any."""
        measured = self._measured()
        if measured is None or self.contract is None or not self.wanted:
            return None
        return NeutralBaseline(measured, self.contract.neutral_reference)

    @property
    def prompt(self) -> Prompt | None:
        """Why to calibrate again: the bundle has the calibration's name, but other weights."""
        person, contract = self.person, self.contract
        if person is None or contract is None or person.neutral_probabilities is None:
            return None
        same = person.model_id == contract.id
        return _TRAINED_ANEW if same and person.model_sha256 != contract.weights_sha256 else None

    def _measured(self) -> tuple[float, ...] | None:
        person, contract = self.person, self.contract
        if person is None or contract is None or not contract.neutral_reference:
            return None
        seen_by = person.model_id, person.model_sha256
        return person.neutral_probabilities if seen_by == (contract.id, contract.weights_sha256) else None
