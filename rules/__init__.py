"""The rules: which statuses a contact may carry, who may change them, when, and why not.

Standard library only; no clock, no I/O, no settings. Start at `table.py`.
"""
