"""The services one may ask: found by need and place, with how long they usually take and what they refused lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone, usable_email
from reflexes.core.text import normalised
from reflexes.mechanisms.casework import limits, perms
from reflexes.mechanisms.casework.models import Need, Referral, Service, ServiceTheme, ServiceZone, State, Structure
from reflexes.mechanisms.casework.models.services import BY_HAND
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import span_words

EVERYWHERE = ("france", "99100")
OVERSEAS = ("97", "98")
# The code of a group of communes is a SIREN: nine figures.
GROUP_LENGTH = 9
# How far back answers tell something of today's.
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that may help: how it answers, how often it refused lately, and whether its area is sure."""

    service: Service
    answers: str
    refusals: int
    sure_place: bool

    @property
    def refuses(self) -> bool:
        """Tell whether it refused so often lately that it must show."""
        return self.refusals >= limits.REFUSALS_SHOWN


def department_of(code: str) -> str:
    """Return the département of the code of a commune.

    >>> department_of("67482"), department_of("97411"), department_of("2A004")
    ('67', '974', '2A')
    """
    return code[:3] if code.startswith(OVERSEAS) else code[:2]


def find_services(*, need: str = "", commune: Commune | None = None, words: str = "") -> QuerySet[Service]:
    """Return the services in use for a need and a place, those nearest first.

    A service that says no area counts where it stands. One of a group of communes is shown to be checked when nobody
    wrote to which group the commune belongs.
    """
    found = perms.visible_services(Actor())
    for word in normalised(words).split():
        found = found.filter(search__contains=word)
    if need:
        found = found.filter(Exists(ServiceTheme.objects.filter(service=OuterRef("pk"), theme__startswith=need)))
    if commune is None:
        return found.order_by("search", "pk")
    zones = ServiceZone.objects.filter(service=OuterRef("pk"))
    codes = [commune.code, commune.group_code or commune.code, department_of(commune.code), *EVERYWHERE]
    groups = zones.none() if commune.group_code else zones.annotate(length=Length("code")).filter(length=GROUP_LENGTH)
    found = found.annotate(
        here=Exists(zones.filter(code=commune.code)),
        in_zone=Exists(zones.filter(code__in=codes)),
        in_group=Exists(groups),
        zoned=Exists(zones),
    )
    near = Q(zoned=False) & (Q(commune_code="") | Q(commune_code__startswith=department_of(commune.code)))
    return found.filter(Q(in_zone=True) | Q(in_group=True) | near).order_by("-here", "-in_zone", "search", "pk")


def offers(services: Iterable[Service]) -> list[Offer]:
    """Say of each service how it answers: two questions to the database, whatever their number."""
    rows = list(services)
    keys = [one.pk for one in rows]
    took: dict[int, list[timedelta]] = {}
    asked = Referral.objects.filter(
        service__in=keys, answered_at__isnull=False, sent_at__gte=clock.now() - LOOKED_BACK, case__exercise=None
    )
    for service, sent, answered in asked.order_by("pk").values_list("service_id", "sent_at", "answered_at"):
        took.setdefault(service, []).append(answered - sent)
    refused = refusals(keys)
    return [
        Offer(
            service=one,
            answers=answers_words(took.get(one.pk, [])),
            refusals=refused.get(one.pk, 0),
            sure_place=getattr(one, "in_zone", True) or not getattr(one, "in_group", False),
        )
        for one in rows
    ]


def answers_words(took: list[timedelta]) -> str:
    """Return how long a service usually takes to answer, in words: the median, which one holiday does not move."""
    if not took:
        return _("no answer known yet")
    usual = median(took)
    if usual < timedelta(hours=1):
        return _("usually answers within the hour")
    return _("usually answers in %(span)s") % {"span": span_words(usual)}


def _refused() -> QuerySet[Referral]:
    since = clock.now() - limits.REFUSALS_WITHIN
    refused = Referral.objects.filter(steps__state=State.REFUSED, sent_at__gte=since, case__exercise=None)
    return refused.filter(service__isnull=False)


def refusals(services: Iterable[int]) -> dict[int, int]:
    """Return how many times each service refused lately."""
    counted = _refused().filter(service__in=services).order_by().values("service").annotate(times=Count("pk"))
    return {one["service"]: one["times"] for one in counted}


def refusing() -> QuerySet[Service]:
    """Return the services that refused so often lately that somebody should call them."""
    often = _refused().order_by().values("service").annotate(times=Count("pk")).filter(times__gte=limits.REFUSALS_SHOWN)
    return perms.visible_services(Actor()).filter(pk__in=often.values("service")).order_by("search", "pk")


def names_of_readers(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of the services that read something by a link, by the pseudonym that journals know."""
    found = Service.objects.filter(contact_key__in=list(keys)).select_related("structure").order_by("pk")
    return {one.contact_key: one.in_words for one in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A service written by hand."""

    name: str
    structure: str
    needs: Iterable[str]
    phone: str = ""
    email: str = ""
    address: str = ""
    commune: Commune | None = None
    conditions: str = ""


def do_write_service(*, actor: Actor, said: Written, service: Service | None = None) -> Service:
    """Write a service that no file lists, or correct one written so; a listed one is corrected in its own file."""
    perms.check_listing(actor)
    if service is not None and service.source != BY_HAND:
        raise Refusal(
            "listed_elsewhere", gettext_lazy("This service comes from a file: ask for the file to be corrected.")
        )
    if not said.name.strip() or not said.structure.strip():
        raise Refusal("name_missing", gettext_lazy("Write the name of the service and of whoever offers it."))
    needs = [one for one in said.needs if one in Need.values]
    if not needs:
        raise Refusal("need_missing", gettext_lazy("Say what it helps with: it is found from there."))
    phone, email = normalised_phone(said.phone), usable_email(said.email)
    if (said.phone.strip() and not phone) or (said.email.strip() and not email):
        raise Refusal("contact_wrong", gettext_lazy("This telephone number or this address is not one. Correct it."))
    if not phone and not email:
        raise Refusal("contact_missing", gettext_lazy("Write a telephone number or an address: it must be reached."))
    with transaction.atomic():
        structure, _made = Structure.objects.get_or_create(
            source=BY_HAND,
            external_id=normalised(said.structure)[:200],
            defaults={"name": said.structure.strip()[:160]},
        )
        row = service or Service(source=BY_HAND, external_id=str(uuid4()))
        row.structure, row.name, row.phone, row.email = structure, said.name.strip()[:160], phone, email
        row.address, row.conditions = said.address.strip()[:200], said.conditions.strip()
        row.city, row.commune_code = (said.commune.name, said.commune.code) if said.commune else ("", "")
        row.updated_on = clock.today()
        row.save()
        row.themes.all().delete()
        ServiceTheme.objects.bulk_create(ServiceTheme(service=row, theme=one) for one in dict.fromkeys(needs))
        record(actor=actor, verb="casework.service_written", object_kind="service", object_key=row.pk)
    return row


def do_put_aside(*, actor: Actor, service: Service, aside: bool = True) -> None:
    """Take a service out of use, or back into it; what it was asked stays."""
    perms.check_listing(actor)
    with transaction.atomic():
        Service.objects.filter(pk=service.pk).update(put_aside_at=clock.now() if aside else None)
        record(actor=actor, verb="casework.service_written", object_kind="service", object_key=service.pk)
    service.refresh_from_db()
