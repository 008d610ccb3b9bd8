"""The seven expression labels in FER-2013 order, their colours and codes: the only place that lists them."""

from typing import Final

# Order of the codes 0..6 in fer2013.csv (Goodfellow et al. 2013); it is not alphabetical.
EMOTIONS: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
UNCERTAIN: Final = "uncertain"
NOT_WATCHED: Final = ""  # in place of a label while expressions are not watched; an empty cell in the log
CODES: Final = {name: name[:2].title() for name in EMOTIONS}

# Contrast with the background is at least 3:1, and any two colours stay apart for colour-blind eyes (tested).
DARK_COLOURS: Final = dict(
    zip(EMOTIONS, ("#D52D1D", "#189D70", "#B27EA2", "#E0D100", "#525DCE", "#57CDFF", "#BDBDBD"), strict=True)
)
LIGHT_COLOURS: Final = dict(
    zip(EMOTIONS, ("#B23505", "#0C4C3E", "#835082", "#C48900", "#060F5A", "#4F94D0", "#929292"), strict=True)
)
# Dash and gap lengths in line widths, the second sign beside the colour; an empty pattern is a solid line.
DASHES: Final = dict(
    zip(EMOTIONS, ((), (5, 2), (2, 2), (9, 2, 2, 2), (4, 4), (1, 2), (9, 2, 1, 2, 1, 2)), strict=True)
)
UNCERTAIN_COLOUR: Final = "#8A8A8A"
