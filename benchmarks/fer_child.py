"""Runs in an environment of its own, without femon: seconds per frame of the package `fer`, one a line."""

import sys
import time

import numpy as np
from fer.fer import FER

WARM_UP_FRAMES = 5

frames = np.load(sys.argv[1])
detector = FER(mtcnn=False)
for number, frame in enumerate(frames):
    start = time.perf_counter()
    faces = detector.detect_emotions(frame)
    if not faces:
        sys.exit(f"fer found no face in frame {number}")
    if number >= WARM_UP_FRAMES:
        sys.stdout.write(f"{time.perf_counter() - start}\n")
