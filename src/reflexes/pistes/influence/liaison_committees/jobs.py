"""What the worker does when a committee moves."""

from reflexes.mechanisms.assembly.messages.sending import handle
from reflexes.pistes.influence.liaison_committees.links import link_for
from reflexes.pistes.influence.liaison_committees.messages import TOLD

handle("liaison_committees", TOLD, link_for)
