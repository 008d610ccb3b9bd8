"""Finished session folders, read again: figures for terminals and a report for people."""

from femon.review.report import write_report
from femon.review.summary import Summary, summarise
from femon.review.text_summary import text_summary

__all__ = ["Summary", "summarise", "text_summary", "write_report"]
