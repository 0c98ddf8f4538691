"""Work written with its cause and done by a worker.

``services.enqueue`` asks, ``handlers.handler`` and ``handlers.every`` (in ``<app>/jobs.py``) do, ``worker.run_all``
drains the queue in a test. docs/adr/0005-our-own-outbox.md tells why and how.
"""
