"""What every test gets: quiet libraries, folders with test data, no network, no leaked thread or window."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from replayed import Replayed

# These are read when the libraries load, so they stand before any import of them.
for _name, _value in {
    "QT_QPA_PLATFORM": "offscreen",
    "OPENCV_LOG_LEVEL": "ERROR",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # AV_LOG_QUIET
    "GLOG_minloglevel": "2",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}.items():
    os.environ.setdefault(_name, _value)

JUDGE_THE_CLIPS = ("tests/test_clips.py", "tests/monitors/test_monitor_clips.py")
REPOSITORY = Path(__file__).resolve().parent.parent
THREAD_END_LIMIT_S = 2.0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files of tests go whole to a process, and those that judge the clips to one, which replays them once."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "clips" if file in JUDGE_THE_CLIPS else file

    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[Any]:
    report = yield
    return _failed_where_it_counts(report)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[Any]:
    report = yield
    return _failed_where_it_counts(report)


def _failed_where_it_counts(report: Any) -> Any:
    """With CI set, a library that is not installed is no reason to pass a test over."""
    if os.environ.get("CI") and report.skipped and "could not import" in str(report.longrepr):
        report.outcome, report.longrepr = "failed", f"skipped although CI is set: {report.longrepr[-1]}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the repository with data too large for it."""
    folder = REPOSITORY.parent / "shared"
    if not folder.is_dir():
        text = f"the test data are missing: expected them in {folder}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return folder


@pytest.fixture(scope="session")
def clips(shared: Path) -> Path:
    """The test clips; a README lies beside them."""
    return shared / "data" / "clips"


@pytest.fixture(scope="session")
def models() -> Path:
    """The models that ship with the repository."""
    return REPOSITORY / "models"


@pytest.fixture(scope="session")
def replayed(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """What became of every clip."""
    from replayed import replay

    return replay(clips, tmp_path_factory.mktemp("sessions"))


@pytest.fixture(scope="session", autouse=True)
def _own_settings_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The settings of whoever runs the tests are neither read nor changed, by child processes neither."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Femon opens no socket; local sockets between threads and processes stay allowed."""
    for name in ("connect", "connect_ex"):
        allowed = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, *, _allowed: Any = allowed) -> Any:
            if self.family == getattr(socket, "AF_UNIX", None):
                return _allowed(self, address)
            raise AssertionError(f"a test tried to reach the network: {address!r}")

        monkeypatch.setattr(socket.socket, name, guarded)


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    leaked = [thread for thread in threading.enumerate() if thread.name.startswith("femon")]
    leaked = [thread for thread in leaked if thread not in before]
    for thread in leaked:
        thread.join(THREAD_END_LIMIT_S)  # one that was told to stop may still be on its way out
    alive = [thread.name for thread in leaked if thread.is_alive()]
    assert not alive, f"threads outlived the test: {alive}"


@pytest.fixture(autouse=True)
def _no_leaked_windows() -> Iterator[None]:
    """Only looks when a test has loaded Qt; pytest-qt has closed the widgets it was given by then."""
    before = {id(widget) for widget in _top_level_widgets()}
    yield
    leaked = [widget for widget in _top_level_widgets() if id(widget) not in before]
    windows = [repr(widget) for widget in leaked if widget.isVisible()]
    assert not windows, f"windows outlived the test: {windows}"
    timers = [repr(timer) for widget in leaked for timer in _running_timers(widget)]
    assert not timers, f"timers outlived the test: {timers}"


def _top_level_widgets() -> list[Any]:
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # closed and due for deletion
    return list(QApplication.topLevelWidgets())


def _running_timers(widget: Any) -> list[Any]:
    from PySide6.QtCore import QTimer

    return [timer for timer in widget.findChildren(QTimer) if timer.isActive()]
