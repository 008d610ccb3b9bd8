"""The dialogs: each asks or shows one thing and leaves its answer in a field; none of them acts on it."""
