"""The strict harness (style.md): each module is one family of faults that the eye misses."""
