"""Scripts and calls under way for tests."""

from collections.abc import Sequence

from reflexes.core.acting import Actor
from reflexes.pistes.contact.proactive_desks.demo_script import default_steps
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_caller, make_supervisor
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, SaidAnswers, Script
from reflexes.pistes.contact.proactive_desks.script.steps import Step
from reflexes.pistes.contact.proactive_desks.services.scripts import do_begin_version, do_publish
from reflexes.pistes.contact.proactive_desks.services.scripts_calls import do_take_next


def make_script(campaign: Campaign, steps: Sequence[Step] | None = None, *, publish: bool = True) -> Script:
    """Return a version of the script of ``campaign``: the default steps unless said."""
    actor = make_supervisor(campaign)
    script = do_begin_version(actor=actor, campaign=campaign, steps=steps or default_steps())
    return do_publish(actor=actor, script=script) if publish else script


def make_call(
    campaign: Campaign, caller: Actor | None = None, callee: Callee | None = None
) -> tuple[Actor, SaidAnswers]:
    """Return a caller and the call they have just begun with the one person to call."""
    caller = caller or make_caller(campaign)
    if callee is None:
        make_callee(campaign, "Martin")
    said = do_take_next(actor=caller, campaign=campaign)
    if not isinstance(said, SaidAnswers):
        raise TypeError(str(said))
    return caller, said
