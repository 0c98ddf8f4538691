"""What the worker does when the dialogue moves: the words leave exactly once, with the end of the job."""

from reflexes.mechanisms.assembly.messages.sending import WORDS, handle
from reflexes.mechanisms.assembly.messages.voting import VOTES
from reflexes.pistes.contact.citizen_dialogue import jobs_schemes
from reflexes.pistes.contact.citizen_dialogue.links_editions import link_for
from reflexes.pistes.contact.citizen_dialogue.messages_editions import EDITIONS

__all__ = ["jobs_schemes"]

handle("citizen_dialogue", {**WORDS, **VOTES, **EDITIONS}, link_for)
