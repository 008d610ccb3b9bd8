"""What eyes, head and mouth say over time about fatigue, attention and engagement: pure functions of time."""

from femon.monitors.limits import Limits
from femon.monitors.monitor import Monitor, SessionKind
from femon.monitors.profile import BlinkBaseline, ClosedSource, EyeReference, GazeFit, Profile
from femon.monitors.state import Channel, Evidence, MonitorState, Transition

__all__ = [
    "BlinkBaseline",
    "Channel",
    "ClosedSource",
    "Evidence",
    "EyeReference",
    "GazeFit",
    "Limits",
    "Monitor",
    "MonitorState",
    "Profile",
    "SessionKind",
    "Transition",
]
