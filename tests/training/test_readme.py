"""The readme quotes the bundles: a figure typed by hand, or one that has gone stale, fails here."""

from pathlib import Path

from training.readme import END, START, figures_table, with_table

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_readme_has_the_figures_of_the_shipped_bundles(models: Path) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert with_table(readme, figures_table(models)) == readme


def test_only_the_table_is_replaced() -> None:
    text = f"before\n{START}\nold\n{END}\nafter\n"
    assert with_table(text, "new") == f"before\n{START}\nnew\n{END}\nafter\n"
