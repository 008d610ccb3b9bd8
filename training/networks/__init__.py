"""Networks: one file per paper, plus our own."""
