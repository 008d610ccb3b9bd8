"""Several sources watched together: one pipeline each, one model for all, one voice to whoever watches."""
