"""Summaries as files: json, csv, pdf."""
