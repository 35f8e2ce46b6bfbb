"""How fast it is, beside what one would run instead.

`make bench`, `python -m bench.load`, `python -m bench.plot`.
"""
