"""Export, erasure, and the pseudonymous journal of who read what: ``services``.

An app joins by a ``privacy`` module with ``export(person_key)`` (a dict or a list; addresses and numbers under the
names ``email`` and ``phone``) and ``erase(person_key)``.
"""
