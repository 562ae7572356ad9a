"""Summaries as files: json, csv, xlsx, docx, pdf."""
