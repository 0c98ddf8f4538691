"""Two tabs that press at the same moment: one alert, one end, every choice counted once."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory.factories import make_organisation
from reflexes.pistes.contact.proactive_desks.factories import make_campaign, make_supervisor
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_call, make_script
from reflexes.pistes.contact.proactive_desks.models import AnswerCount, LateNote, Lease
from reflexes.pistes.contact.proactive_desks.services import scripts_calls
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said
from reflexes.pistes.contact.proactive_desks.tests.calling import at_ten

pytestmark = pytest.mark.django_db(transaction=True)


def together(act: Callable[[], Any], times: int = 4) -> list[BaseException]:
    """Run ``act`` in threads that leave at once, each at the hour of calls; return what they raised."""
    gate, raised = threading.Barrier(times), []

    def run() -> None:
        try:
            gate.wait()
            with clock.travelling(at_ten()):
                act()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _one in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def begun() -> tuple[Any, Callable[[], Lease]]:
    campaign = make_campaign(make_organisation())
    make_script(campaign)
    with clock.travelling(at_ten()):
        actor, said = make_call(campaign)
        scripts_calls.do_save(actor=actor, lease=said.lease, answers={"mood": "low"})
    leases = Lease.objects.select_related("callee", "campaign__dataset", "campaign__organisation")
    return actor, lambda: leases.get(said=said)


def test_four_presses_on_emergency_alert_once() -> None:
    actor, lease = begun()
    keeper = make_supervisor(lease().campaign, "Nour")
    raised = together(
        lambda: scripts_calls.do_alert(actor=actor, lease=lease(), client_key=uuid.uuid4(), words="Vite.")
    )
    assert raised == []
    assert (Case.objects.count(), LateNote.objects.count()) == (1, 0)
    assert Message.objects.filter(person_key=keeper.person_key).count() == 1


def test_four_times_the_same_end_is_one_end_and_one_count() -> None:
    actor, lease = begun()
    key = uuid.uuid4()
    raised = together(
        lambda: scripts_calls.do_finish(actor=actor, lease=lease(), client_key=key, ended=Said(outcome="fine"))
    )
    assert raised == []
    assert (lease().outcome, LateNote.objects.count()) == ("fine", 0)
    assert AnswerCount.objects.get().number == 1
