"""What libraries write to standard error is kept from the terminal, and nothing fails for it."""

from __future__ import annotations

import logging
import os
import tempfile

import psutil
import pytest

from femon.native_messages import native_messages_logged


def _open_files() -> int:
    return psutil.Process().num_fds() if os.name == "posix" else 0


def test_what_a_library_writes_goes_to_the_log(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), native_messages_logged():
        os.write(2, b"a greeting\n")
    os.write(2, b"afterwards\n")
    assert "a greeting" in caplog.text
    assert capfd.readouterr().err == "afterwards\n"


def test_without_room_for_a_temporary_file_the_library_starts_all_the_same(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    open_before = _open_files()
    with native_messages_logged():
        os.write(2, b"a greeting\n")
    assert capfd.readouterr().err == "a greeting\n"
    assert _open_files() == open_before
