"""Open data of an edition: every contribution that shows, with its channel, and the schema that says each column."""

import io
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.assembly.models import Channel, Contribution
from reflexes.pistes.contact.citizen_dialogue.views.public_editions import access_public_edition, ideas_of
from reflexes.web.middleware import open_to_all

# Fields of a Table Schema (specs.frictionlessdata.io), which French open-data portals check. No author is in it.
COLUMNS: tuple[dict[str, Any], ...] = (
    {
        "name": "contribution",
        "type": "integer",
        "description": "Number of the contribution.",
        "constraints": {"required": True, "unique": True},
    },
    {"name": "said_on", "type": "date", "description": "Day on which it was said.", "constraints": {"required": True}},
    {
        "name": "channel",
        "type": "string",
        "description": "How it reached the authority; each channel counts the same.",
        "constraints": {"required": True, "enum": list(Channel.values)},
    },
    {
        "name": "kind",
        "type": "string",
        "description": "An idea or something lived.",
        "constraints": {"required": True, "enum": [one for one in Contribution.Kind.values if one != "comment"]},
    },
    {"name": "title", "type": "string", "description": "In a few words, when its author gave a title."},
    {
        "name": "words",
        "type": "string",
        "description": "The words as they were said.",
        "constraints": {"required": True},
    },
    {"name": "proposal", "type": "integer", "description": "Number of the proposal it was joined to, if any."},
)


@open_to_all
@require_safe
def contributions_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the contributions that show as a sheet; neither names nor addresses are in it."""
    edition = access_public_edition(request.actor, slug)
    door = ideas_of(edition)
    said = Contribution.objects.filter(consultation=door, state=Contribution.State.SHOWN)
    rows = [
        [
            one.pk,
            timezone.localtime(one.said_at).date(),
            one.channel,
            one.kind,
            one.title,
            one.words,
            one.proposal_id,
        ]
        for one in said.exclude(kind=Contribution.Kind.COMMENT).order_by("said_at", "pk")
    ]
    out = io.BytesIO()
    write_tables(out, {"contributions": ([str(one["name"]) for one in COLUMNS], rows)}, "csv")
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.slug}-contributions.csv"'
    return answer


@open_to_all
@require_safe
def contributions_schema(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the schema of the sheet: names, types and allowed values of its columns."""
    edition = access_public_edition(request.actor, slug)
    sheet = reverse("citizen_dialogue_public:contributions_csv", args=[edition.slug])
    answer = {
        "profile": "tabular-data-resource",
        "name": f"{edition.slug}-contributions",
        "title": edition.title,
        "path": request.build_absolute_uri(sheet),
        "encoding": "utf-8",
        "dialect": {"delimiter": ";"},
        "schema": {"fields": list(COLUMNS), "missingValues": [""], "primaryKey": "contribution"},
    }
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
