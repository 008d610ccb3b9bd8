"""What a pipeline needs of a loaded bundle, its own or one that it shares."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from femon.bundle.contract import Contract
from femon.types import Judgement


class Judge(Protocol):
    """A Bundle, or a share in one."""

    @property
    def id(self) -> str:
        """The name of the bundle's folder."""
        ...

    @property
    def contract(self) -> Contract:
        """What bundle.json says."""
        ...

    @property
    def runtime(self) -> str:
        """litert or tensorflow."""
        ...

    @property
    def device(self) -> str:
        """cpu or gpu."""
        ...

    @property
    def fallback(self) -> str | None:
        """Why an asked graphics card is not used."""
        ...

    def judge(self, crops: NDArray[np.uint8]) -> Judgement:
        """What is said of crops (n, 48, 48) uint8, n >= 0."""
        ...
