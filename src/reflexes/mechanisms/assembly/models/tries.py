"""Wrong codes, counted in the database: every web process sees the same count, and a restart forgets none (P11)."""

from typing import ClassVar

from django.db import models

from reflexes.core import clock
from reflexes.mechanisms.assembly.models.votes import Vote


class WrongCodes(models.Model):
    """How many wrong codes came from one address for one vote since ``since``; no address: from everywhere.

    ``client`` is a keyed digest of the address, never the address; rows older than a day are deleted.
    """

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="+")
    client = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField(default=clock.now)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["vote", "client"], name="one_count_a_client")]

    def __str__(self) -> str:
        return f"{self.vote_id}: {self.count}"
