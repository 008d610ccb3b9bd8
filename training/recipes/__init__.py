"""Recipes: one file per experiment, its docstring names command, expected score and time."""
