"""Readings and markers as Lab Streaming Layer streams, on request only.

femon is offline. These streams are the exception: the library behind them opens TCP and UDP sockets on this
machine, answers searches of the local network and runs threads of its own until close(). Nothing of that
happens before a `LabStreams` is made. What the sockets may reach is set in the library's own file
(lsl_api.cfg: `[multicast]`, `ResolveScope = machine` keeps them on this machine).
"""

from femon.lsl.desk import StreamDesk
from femon.lsl.streams import LabStreams, StreamError, require_library

__all__ = ["LabStreams", "StreamDesk", "StreamError", "require_library"]
