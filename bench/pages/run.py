"""Run the measures in this process, once Django is ready: ``python -m bench.pages.run out.json people needs``."""

import sys
from importlib import import_module

import django

django.setup()
import_module("bench.pages.measure").main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
