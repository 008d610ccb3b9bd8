"""The review screen: finished sessions listed, drawn, played, amended, reported, exported and deleted."""
