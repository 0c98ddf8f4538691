"""A booklet is read before it is published, then fixed: its words in both languages, its day, its SHA-256."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.services.slugs import free_slug
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue import perms, perms_schemes
from reflexes.pistes.contact.citizen_dialogue.booklet.of_edition import edition_content
from reflexes.pistes.contact.citizen_dialogue.booklet.of_scheme import scheme_content
from reflexes.pistes.contact.citizen_dialogue.models import Booklet, Edition, Scheme

Subject = Scheme | Edition


def draft(subject: Subject, learned: str) -> dict[str, Any]:
    """Return what the booklet would say today, in the language of the moment."""
    return edition_content(subject, learned) if isinstance(subject, Edition) else scheme_content(subject, learned)


def do_publish_booklet(*, actor: Actor, subject: Subject, learned: str) -> Booklet:
    """Fix the booklet of today in every language; a later one is another printing, and both stay."""
    _check_keeping(actor, subject)
    _check_ready(subject, learned)
    content = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            content[language] = draft(subject, learned.strip())
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    of = {"edition": subject} if isinstance(subject, Edition) else {"scheme": subject}
    try:
        with transaction.atomic():
            number = Booklet.objects.filter(**of).count() + 1
            booklet = Booklet.objects.create(
                **of,
                slug=free_slug(Booklet, subject.slug, "livret"),
                title=subject.title,
                number=number,
                learned=learned.strip(),
                content=written,
                digest=hashlib.sha256(written.encode()).hexdigest(),
                published_at=clock.now(),
                published_by_id=actor.person_id,
            )
            record(
                actor=actor,
                verb="citizen_dialogue.booklet_published",
                object_kind="booklet",
                object_key=booklet.pk,
                params={"number": number, "digest": booklet.digest},
            )
    except IntegrityError as error:
        raise Refusal(
            "published", _("Somebody published it at the same moment. Reload the page."), conflict=True
        ) from error
    return booklet


def _check_keeping(actor: Actor, subject: Subject) -> None:
    if isinstance(subject, Edition):
        perms.check_keeping_edition(actor, subject)
    else:
        perms_schemes.check_writing(actor, subject)


def _check_ready(subject: Subject, learned: str) -> None:
    if not learned.strip():
        raise Refusal("learned", _("Write what was learned: others begin where you stop."))
    if isinstance(subject, Edition):
        if subject.state == Edition.State.DRAFT:
            raise Refusal("draft", _("This edition is still being prepared: there is nothing to tell yet."))
    elif not subject.outcomes.exists():
        raise Refusal("undecided", _("Nothing is decided yet: write the decision first, then publish its booklet."))


def content_of(booklet: Booklet, language: str) -> dict[str, Any]:
    """Return what was published, in ``language`` or in the first one known."""
    content: dict[str, dict[str, Any]] = json.loads(booklet.content)
    return content.get(language) or next(iter(content.values()))


def visible_booklets(actor: Actor) -> QuerySet[Booklet]:
    """Return the booklets of the world one acts in, latest first: a booklet is public once it is published."""
    world = Q(scheme__isnull=False, scheme__exercise_id=actor.exercise_id)
    world |= Q(edition__isnull=False, edition__exercise_id=actor.exercise_id)
    return Booklet.objects.filter(world).select_related("scheme", "edition").order_by("-published_at", "-pk")


def published(*, scheme: Scheme | None = None, edition: Edition | None = None) -> QuerySet[Booklet]:
    """Return the printings of one thing, latest first."""
    of = Booklet.objects.filter(edition=edition) if edition else Booklet.objects.filter(scheme=scheme)
    return of.order_by("-published_at", "-pk")
