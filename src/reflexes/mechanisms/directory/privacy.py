"""What the directory knows of a person."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.directory.models import CertificateClaim, Person

WHY = _("To know who you are, in which capacity you act, how to reach you and what you say you can do.")
UNTIL = _("Until you leave, or ask for it to be erased.")


def export(person_key: UUID) -> dict[str, object]:
    """Return who the person is, how to reach them, in which capacities they act and the skills they said."""
    person = Person.objects.filter(key=person_key).select_related("commune").first()
    if person is None or person.erased_at is not None:
        return {}
    fields = ("first_name", "last_name", "email", "phone", "language", "birth_date")
    capacities = person.capacities.select_related("organisation", "unit").order_by("pk")
    return {
        **{name: getattr(person, name) for name in fields},
        "channel": str(person.get_channel_display()),
        "sex": str(person.get_sex_display()),
        "commune": str(person.commune or ""),
        "latitude": person.latitude,
        "longitude": person.longitude,
        "capacities": [
            {
                "role": str(capacity.role_label),
                "organisation": str(capacity.organisation),
                "unit": str(capacity.unit or ""),
                "trade": capacity.trade,
                "category": capacity.category,
                "status": capacity.get_status_display(),
                "starts_on": capacity.starts_on,
                "ends_on": capacity.ends_on,
            }
            for capacity in capacities
        ],
        "guided_visits": [{"role": one.role, "ended_at": one.ended_at} for one in person.guided_visits.order_by("pk")],
        "skills": [
            {
                "skill": str(one.skill),
                "primary": one.primary,
                "certificate_body": one.certificate_body,
                "certificate_number": one.certificate_number,
                "confirmed_at": one.confirmed_at,
                "expires_on": one.expires_on,
            }
            for one in person.skills.select_related("skill").order_by("pk")
        ],
        "certificates_sent": [
            {
                "skill": str(one.held.skill),
                "certificate_body": one.body,
                "certificate_number": one.number,
                "expires_on": one.expires_on,
                "at": one.sent_at,
                "reason": one.returned_because,
            }
            for one in CertificateClaim.objects.filter(held__person=person).select_related("held__skill").order_by("pk")
        ],
        "consents": [
            {
                "given_by": one.given_by,
                "kind": str(one.get_paper_display()),
                "starts_on": one.given_on,
                "revoked_at": one.revoked_at,
            }
            for one in person.consents.order_by("pk")
        ],
        "twin_trainings": [
            {"what": str(one.twinning), "starts_on": one.trained_on, "ends_on": one.until}
            for one in person.twin_trainings.select_related("twinning__home", "twinning__host").order_by("pk")
        ],
        "flying_terms": [
            {
                "organisation": str(one.organisation),
                "days_a_year": one.days_a_year,
                "job_sheet": one.job_sheet,
                "starts_on": one.starts_on,
                "ends_on": one.ends_on,
            }
            for one in person.flying_terms.select_related("organisation").order_by("pk")
        ],
    }


def erase(person_key: UUID) -> None:
    """Empty the person's row: missions and journal keep a pseudonym, and nothing says whose it was."""
    person = Person.objects.filter(key=person_key).first()
    if person is None:
        return
    person.skills.all().delete()
    person.consents.all().delete()
    person.capacities.all().delete()
    person.twin_trainings.all().delete()
    person.flying_terms.all().delete()
    person.guided_visits.all().delete()
    for name in ("first_name", "last_name", "email", "phone", "sex"):
        setattr(person, name, "")
    person.user = person.birth_date = person.commune = person.latitude = person.longitude = None
    person.channel = Person.Channel.PRINT
    person.erased_at = clock.now()
    person.save()
