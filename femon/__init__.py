"""femon: a real-time monitor of facial expression."""

__version__ = "0.1.0"
