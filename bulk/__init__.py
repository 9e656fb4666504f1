"""Thousands of drafts in one run that can be killed and gone on with: keys, the run's store, engines.
Everything loads on first use."""
