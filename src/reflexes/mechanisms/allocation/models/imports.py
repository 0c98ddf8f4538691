"""Sheets given to the site, line by line."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.needs import Need


class Import(models.Model):
    """A sheet given to the site: read first, written once somebody confirms, and that can be taken back.

    ``content`` is the file itself, forgotten as soon as it is written or given up.
    """

    class What(models.TextChoices):
        PEOPLE = "people", _("people")
        NEEDS = "needs", _("needs")

    class State(models.TextChoices):
        COLUMNS = "columns", _("waiting for its columns")
        READ = "read", _("waiting for your yes")
        RUNNING = "running", _("being written")
        DONE = "done", _("written")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")
        GIVEN_UP = "given_up", _("given up")

    piste = models.SlugField(max_length=60)
    what = models.CharField(max_length=10, choices=What.choices)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(default=bytes, editable=False)
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="imports")
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    criteria = models.TextField(blank=True)
    open_complete = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    to_create = models.PositiveIntegerField(default=0)
    to_change = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    dropped = models.BooleanField(default=False, help_text=_("Left in the folder that is read every night."))
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportLine(models.Model):
    """One line written: the identifier of the sheet, what it became here, and how it was before (to take it back).

    Its uniqueness is what makes an import safe to start again: a line is written once, whatever is killed.
    """

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, null=True, related_name="import_lines")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, null=True, related_name="import_lines")
    made = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["imported", "row"], name="line_written_once")]
        indexes: ClassVar = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return f"{self.imported}: {self.key}"


class ColumnChoice(models.Model):
    """What somebody said a column is: remembered for the next sheet of the organisation that calls it so.

    ``header`` is the title without case, accents or punctuation; ``key`` a column of ``sheets/columns.py``, empty for
    one to leave out.
    """

    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="column_choices")
    what = models.CharField(max_length=10, choices=Import.What.choices)
    header = models.CharField(max_length=120)
    key = models.CharField(max_length=40, blank=True)
    chosen_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "what", "header"], name="column_chosen_once")
        ]

    def __str__(self) -> str:
        return f"{self.header}: {self.key}"
