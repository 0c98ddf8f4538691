"""Tallies beside pabutools, which nothing else uses: it drags a proprietary solver in (the ``peers`` extra)."""
