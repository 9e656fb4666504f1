"""Suites over drafts and replies, with statistics, a report and a gate: what a release is judged by.
Everything loads on first use."""
