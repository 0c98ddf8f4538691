"""Run one part in this process, once Django is ready: ``python -m bench.pages.run build|pages out.json …``.

The territory and the long work are one process, like a worker; the pages are another, like a web process just started.
"""

import sys
from importlib import import_module

import django

django.setup()
getattr(import_module("bench.pages.measure"), sys.argv[1])(*sys.argv[2:])
