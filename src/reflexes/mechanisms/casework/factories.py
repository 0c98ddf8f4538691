"""Cases, referrals and services for tests, in the words of the field."""

from itertools import count
from typing import Any

from reflexes.core import clock, keyring, registry
from reflexes.core.acting import Actor
from reflexes.mechanisms.casework.models import (
    Case,
    Channel,
    Need,
    Referral,
    ReferralStep,
    Service,
    ServiceTheme,
    ServiceZone,
    State,
    Structure,
)
from reflexes.mechanisms.casework.services import sealing
from reflexes.mechanisms.casework.services.referrals import Asked, do_qualify, do_send
from reflexes.mechanisms.directory.factories import make_commune
from reflexes.mechanisms.directory.models import Organisation

_numbers = count(1)
WORDS = "Je ne mange plus grand-chose, je n’ose pas sortir."


def make_case(organisation: Organisation, *, words: str = WORDS, **fields: Any) -> Case:
    """Return a case with its first need to qualify; ``name`` and ``phone`` say who it is about."""
    facts = {"name": fields.pop("name", "Rose Martin"), "phone": fields.pop("phone", "06 39 98 00 11")}
    key = keyring.take(fields.pop("key_name", None) or keyring.make())
    values = {
        "piste": registry.pistes()[0].slug,
        "channel": Channel.CALLED,
        "commune": make_commune(),
        "opened_at": clock.now(),
        **fields,
    }
    case = Case.objects.create(
        organisation=organisation,
        key_name=key.name,
        said=key.seal({"words": words}),
        identity=key.seal(facts),
        phone_digest=sealing.phone_digest(key, facts["phone"]),
        name_digest=sealing.name_digest(key, facts["name"]),
        **values,
    )
    make_need(case)
    return case


def make_need(case: Case, **fields: Any) -> Referral:
    """Return a need of ``case``, to qualify unless ``state`` says otherwise."""
    referral = Referral.objects.create(case=case, **{"opened_at": case.opened_at, "moved_at": case.opened_at, **fields})
    ReferralStep.objects.create(referral=referral, state=referral.state, at=referral.moved_at)
    return referral


def make_structure(name: str = "CCAS", **fields: Any) -> Structure:
    """Return a body that offers services."""
    number = next(_numbers)
    return Structure.objects.create(
        **{"name": name, "source": "dora", "external_id": f"dora--{number}", "phone": "03 88 00 00 00", **fields}
    )


def make_service(name: str = "Portage de repas", *, zones: tuple[str, ...] = (), **fields: Any) -> Service:
    """Return a service that brings meals in Strasbourg; ``themes`` and ``zones`` say otherwise."""
    number = next(_numbers)
    themes = fields.pop("themes", (Need.FOOD.value,))
    structure = fields.pop("structure", None) or make_structure(f"CCAS {number}")
    service = Service.objects.create(
        **{
            "name": name,
            "structure": structure,
            "source": structure.source,
            "external_id": f"dora--service-{number}",
            "email": f"service{number}@example.org",
            "commune_code": "67482",
            **fields,
        }
    )
    ServiceTheme.objects.bulk_create(ServiceTheme(service=service, theme=theme) for theme in themes)
    ServiceZone.objects.bulk_create(ServiceZone(service=service, code=code) for code in zones)
    return service


def make_sent(
    navigator: Actor, case: Case, service: Service | None = None, *, shares: tuple[str, ...] = ("name", "phone")
) -> Referral:
    """Return the first need of ``case``, sent to a service by its navigator."""
    referral = case.referrals.filter(state=State.TO_QUALIFY).order_by("pk")[0]
    do_qualify(actor=navigator, referral=referral, need=Need.FOOD, urgent=case.urgent, wants_news=case.wants_news)
    asked = Asked(brief="Apporter des repas le midi.", shares=shares)
    return do_send(actor=navigator, referral=referral, service=service or make_service(), asked=asked)
