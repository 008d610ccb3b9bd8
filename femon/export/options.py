"""What the user may choose about an export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Values = Literal["smooth", "adj", "raw"]  # the three groups of probability columns of frames.csv
Vocabulary = Literal["v1", "v2"]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The choices of one export; a format ignores those of the others."""

    values: Values = "smooth"
    full_header: bool = False  # openface: all original columns
    spaces: bool = False  # openface: the older header and cells with a space after each comma
    vocabulary: Vocabulary = "v1"  # pyfeat: the emotion names of its first or its second detector
    blank: bool = False  # facereader: empty cells in place of FIND_FAILED and FIT_FAILED
