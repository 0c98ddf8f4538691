"""What waits for the participation officer, whatever the piste: where their day begins.

A piste mounts ``keeper`` among its own addresses, with the kinds of silence that are its own and their words. The page
is the same from every piste that mounts it: its entry of the menu has ``shared="waiting"`` and ``home=True``.
"""

from django.urls import URLPattern, path

from reflexes.mechanisms.assembly.views import waiting


def keeper(piste: str, kinds: waiting.Kinds, sayings: waiting.Sayings, *, name: str) -> list[URLPattern]:
    """Return the addresses of what waits, for a desk whose first page is called ``keeper_<name>``."""
    waiting.MOUNTED[piste] = (kinds, sayings)
    of = {"piste": piste, "start": f"{piste}:keeper_{name}"}
    return [
        path("bureau/", waiting.home, of, name=f"keeper_{name}"),
        path("bureau/attente/<slug:code>/", waiting.silence_list, of, name="keeper_silence"),
    ]
