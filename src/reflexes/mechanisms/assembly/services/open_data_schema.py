"""What each column of the open data means: a Data Package (frictionlessdata.io) whose schemas any tool may check.

It is written in the language of the instance, whoever takes it: the archive is the same bytes for all.
"""

import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from reflexes.mechanisms.assembly.models import Vote

CODE = r"[^\s;]{1,8}"
YES_NO: dict[str, Any] = {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}

BALLOTS: list[dict[str, Any]] = [
    {
        "name": "ballot",
        "type": "integer",
        "description": _("A number drawn when the vote was closed: it says nothing of who or when."),
        "constraints": {"required": True, "unique": True, "minimum": 1},
    },
    {
        "name": "projects",
        "type": "string",
        "description": _("The codes of the projects ticked, between spaces. Blank and void ballots are not listed."),
        "constraints": {"required": True, "pattern": f"{CODE}( {CODE})*"},
    },
]
PROJECTS: list[dict[str, Any]] = [
    {
        "name": "project",
        "type": "string",
        "description": _("The code of the project on the ballot."),
        "constraints": {"required": True, "unique": True, "pattern": CODE},
    },
    {"name": "title", "type": "string", "description": _("Its title."), "constraints": {"required": True}},
    {
        "name": "cost_eur",
        "type": "number",
        "description": _("Its cost, in euros."),
        "constraints": {"required": True, "minimum": 0.01},
    },
    {
        "name": "ballots",
        "type": "integer",
        "description": _("How many ballots that count have its cross."),
        "constraints": {"required": True, "minimum": 0},
    },
    {
        "name": "counted_funded",
        "description": _("Whether the count under the rule published beforehand funds it."),
        "constraints": {"required": True},
        **YES_NO,
    },
    {
        "name": "decided_funded",
        "description": _("Whether it is funded in the end: the same, unless a signed decision says otherwise."),
        "constraints": {"required": True},
        **YES_NO,
    },
    {"name": "reason", "type": "string", "description": _("The reason of the signed decision, when there is one.")},
    {"name": "signed", "type": "string", "description": _("In which quality it was signed.")},
]


def data_package(vote: Vote) -> bytes:
    """Return the description of the files of one vote, as ``datapackage.json``."""
    described = {
        "name": vote.slug,
        "title": vote.title,
        "resources": [_resource(vote, "ballots", BALLOTS), _resource(vote, "projects", PROJECTS)],
    }
    with translation.override(settings.LANGUAGE_CODE):
        return json.dumps(described, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def _resource(vote: Vote, name: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": name,
        "path": f"{vote.slug}-{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "header": True},
        "schema": {"fields": fields, "primaryKey": fields[0]["name"]},
    }
