"""Training, evaluation and export of femon's networks on FER-2013; femon itself never imports it."""
