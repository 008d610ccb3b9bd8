"""Runs the app where no socket can be opened: Python raises, and the kernel kills native code that asks for one."""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from femon.gui.controller import Controller

SHOWN_FRAMES = 40  # a few labels
FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
             "socket.gethostbyname", "urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect")  # fmt: skip
# From linux/prctl.h, linux/seccomp.h, linux/filter.h and the system call tables.
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
SOCKET_CALL = {"x86_64": 41, "aarch64": 198}


def forbid_python_sockets() -> None:
    """Everything that reaches for an address raises."""

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in FORBIDDEN:
            os.write(2, f"offline: {event} {arguments!r}\n".encode())
            raise PermissionError(f"{event} is forbidden")

    class NoSocket(socket.socket):
        def __init__(self, family: int = -1, *arguments: object, **options: object) -> None:
            if family not in (socket.AF_UNIX,):
                os.write(2, b"offline: socket.socket\n")
                raise PermissionError("sockets are forbidden")
            super().__init__(family, *arguments, **options)  # type: ignore[arg-type]

    sys.addaudithook(refuse)
    socket.socket = NoSocket  # type: ignore[misc]


def forbid_native_sockets() -> bool:
    """A seccomp filter: asking the kernel for an internet socket ends the process; False where it cannot be."""
    call = SOCKET_CALL.get(platform.machine())
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if call is None or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    program = [
        (LOAD, 0, 0, 0),  # the number of the system call
        (EQUAL, 0, 4, call),
        (LOAD, 0, 0, 16),  # its first argument: the family
        (EQUAL, 1, 0, socket.AF_INET),
        (EQUAL, 0, 1, socket.AF_INET6),
        (RETURN, 0, 0, KILL_PROCESS),
        (RETURN, 0, 0, ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(header), 0, 0) == 0


def terminal(out: Path) -> int:
    from femon.cli import main

    os.environ.pop("QT_QPA_PLATFORM", None)
    return main(["run", "--out", str(out)])


def window(out: Path, *arguments: str) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from femon.cli import main
    from femon.gui import app
    from femon.gui.window import MainWindow

    class ShortWindow(MainWindow):
        """Closes by itself once it has shown some frames, however long they take."""

        def __init__(self, controller: Controller) -> None:
            super().__init__(controller)
            self._left = SHOWN_FRAMES
            controller.readings_ready.connect(self._count)

        def _count(self, _readings: object) -> None:
            self._left -= 1
            if self._left == 0:
                self.close_unasked()

    vars(app)["MainWindow"] = ShortWindow
    return main(["run", "--source", "demo", "--out", str(out), *arguments])


def main(kind: str, out: Path) -> int:
    native = forbid_native_sockets()
    if kind == "native socket":
        if not native:
            sys.stdout.write("offline: not here\n")
        ctypes.CDLL(None).socket(socket.AF_INET, socket.SOCK_STREAM, 0)
        return 0
    forbid_python_sockets()
    if kind == "python socket":
        socket.socket(socket.AF_INET)
        return 0
    if kind == "terminal":
        return terminal(out)
    return window(out, *(["--record"] if kind == "recording window" else []))


if __name__ == "__main__":
    code = main(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.write("offline: done\n")
    raise SystemExit(code)
