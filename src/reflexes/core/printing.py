"""PDF by typst: data goes in as JSON, never pasted in the markup; what comes out is tagged for readers (PDF/UA).

A template lives in ``<app>/printing/<name>.typ`` and starts with
``#import "/core/templates_typst/house.typ": *``, the house's shared style.
"""

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from reflexes.core import clock, drill

ROOT = Path(__file__).resolve().parent.parent


def pdf(template: str, data: dict[str, Any], *, language: str) -> bytes:
    """Return the PDF of ``template`` (``"<app label>/<name>"``) filled with ``data``.

    ``data`` is anything Django writes as JSON, lazy translations included; it must hold ``title``, which becomes the
    title of the document. Dates and words come already written in ``language``. In an exercise every paper wears its
    band, whatever the caller says.

    Raises RuntimeError (typst's) when the template is wrong: a mistake of ours, never of the data.
    """
    import typst  # heavy: only the pages that print pay for it

    data = {**data, "exercise": data.get("exercise") or drill.band()}
    label, _slash, name = template.partition("/")
    path = Path(apps.get_app_config(label).path) / "printing" / f"{name}.typ"
    made = typst.compile(
        path,
        root=ROOT,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=clock.now().replace(microsecond=0),
        sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder), "language": language},
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template} did not become one PDF.")
    return made
