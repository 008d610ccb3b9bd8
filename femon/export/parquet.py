"""frames.csv as it is in a typed, compressed file for pandas, R, DuckDB and others: frames.parquet."""

from __future__ import annotations

from typing import Any, Final

from femon.export.options import ExportOptions
from femon.export.session import ExportSession
from femon.export.staging import Staging
from femon.recording.columns import FRAME_COLUMNS
from femon.recording.session import FRAMES_FILE

FILE: Final = "frames.parquet"
BLOCK_BYTES: Final = 2_000_000  # of CSV text, some 5 000 rows: one row group; some 30 blocks are read ahead


def write(session: ExportSession, options: ExportOptions, staging: Staging) -> None:
    """Write frames.parquet block by block; raises OSError, and ValueError for a damaged row or cell."""
    import pyarrow.csv
    import pyarrow.parquet

    reader = pyarrow.csv.open_csv(
        session.folder / FRAMES_FILE,
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=_types(session.header()),
            null_values=[""],
            true_values=["1"],
            false_values=["0"],
            strings_can_be_null=True,
        ),
    )
    with (
        reader,
        pyarrow.parquet.ParquetWriter(staging.path(FILE), reader.schema, compression="zstd") as writer,
    ):
        for batch in reader:
            writer.write_batch(batch)


def notes(options: ExportOptions) -> str:
    """What a reader of frames.parquet must know."""
    return (
        "All rows and columns of frames.csv, without change: columns.json in the session folder says "
        "what each column means. Missing values are null, flags are true or false, t_utc is a time in "
        "UTC. Rows of every status are there, camera_lost among them."
    )


def _types(header: list[str]) -> dict[str, Any]:
    """The type of each column of the file; text for one that this femon does not know."""
    import pyarrow

    of_kind = {
        "int": pyarrow.int64(),
        "float": pyarrow.float64(),
        "0/1": pyarrow.bool_(),
        "text": pyarrow.string(),
    }
    known = {column.name: of_kind[column.type] for column in FRAME_COLUMNS}
    known["t_utc"] = pyarrow.timestamp("us", "UTC")
    return {name: known.get(name, pyarrow.string()) for name in header}
