"""Bundles, models/<id>/: weights and their contract; the object that is scored is the one served."""

from femon.bundle.bundle import Bundle
from femon.bundle.combination import disagreement
from femon.bundle.contract import (
    CONTRACT_FILE,
    DEFAULT_DISAGREE_ABOVE,
    ENSEMBLE,
    KERAS_FILE,
    LITERT_FILE,
    MEMBERS_FOLDER,
    Contract,
    Member,
    Stack,
    sha256_of,
)
from femon.bundle.entries import PLAIN_NAME
from femon.bundle.folder import (
    LANDMARKER_FILE,
    BrokenBundle,
    list_bundles,
    read_contract,
    verify_weights,
)
from femon.bundle.runtimes import graphics_cards, tensorflow_logits

__all__ = [
    "CONTRACT_FILE",
    "DEFAULT_DISAGREE_ABOVE",
    "ENSEMBLE",
    "KERAS_FILE",
    "LANDMARKER_FILE",
    "LITERT_FILE",
    "MEMBERS_FOLDER",
    "PLAIN_NAME",
    "BrokenBundle",
    "Bundle",
    "Contract",
    "Member",
    "Stack",
    "disagreement",
    "graphics_cards",
    "list_bundles",
    "read_contract",
    "sha256_of",
    "tensorflow_logits",
    "verify_weights",
]
