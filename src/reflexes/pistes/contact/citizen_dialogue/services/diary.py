"""What changes from one edition to the next, why, and what was learned of it (P11 (4))."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Variable
from reflexes.pistes.contact.citizen_dialogue.services.editions import check_not_ended


def do_write_variable(
    *, actor: Actor, edition: Edition, name: str, was: str, becomes: str, why: str, variable: Variable | None = None
) -> Variable:
    """Write one thing that changes and why; what was already learned of it stays."""
    perms.check_keeping_edition(actor, edition)
    check_not_ended(edition)
    for word in (name, becomes, why):
        if not word.strip():
            raise Refusal("variable_incomplete", _("Say what changes, what it becomes, and why: the three are needed."))
    one = variable or Variable(edition=edition)
    one.name, one.was, one.becomes, one.why = name.strip(), was.strip(), becomes.strip(), why.strip()
    try:
        with transaction.atomic():
            one.save()
            _record(actor, "citizen_dialogue.variable_written", edition, one)
    except IntegrityError as error:
        raise Refusal("variable_twice", _("This is in the diary already: change it there.")) from error
    return one


def do_remove_variable(*, actor: Actor, variable: Variable) -> None:
    """Take a line out of the diary of a draft; once the edition is open its diary only grows."""
    edition = variable.edition
    perms.check_keeping_edition(actor, edition)
    if edition.state != Edition.State.DRAFT:
        raise Refusal("edition_open", _("The edition is open: its diary is only added to."), conflict=True)
    with transaction.atomic():
        _record(actor, "citizen_dialogue.variable_removed", edition, variable)
        variable.delete()


def do_say_learned(*, actor: Actor, variable: Variable, words: str) -> Variable:
    """Write what was learned of one change, as soon as it is known."""
    edition = variable.edition
    perms.check_keeping_edition(actor, edition)
    check_not_ended(edition)
    if edition.state == Edition.State.DRAFT:
        raise Refusal("not_open", _("Nothing was learned before the edition opened."))
    if not words.strip():
        raise Refusal("learned_missing", _("Write what was learned: the next edition begins with it."))
    with transaction.atomic():
        variable.learned, variable.learned_at = words.strip()[:600], clock.now()
        variable.save()
        _record(actor, "citizen_dialogue.variable_learned", edition, variable)
    return variable


def _record(actor: Actor, verb: str, edition: Edition, variable: Variable) -> None:
    record(actor=actor, verb=verb, object_kind="edition", object_key=edition.pk, params={"name": variable.name})
