"""Contacts from files, and into files: the words that are understood, the rows, and how they are stored."""
