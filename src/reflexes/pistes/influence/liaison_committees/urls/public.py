"""What everybody reads, at the root of the site: residents share these addresses."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import SlugConverter

from reflexes.mechanisms.assembly.urls import draws, votes_public, words
from reflexes.pistes.influence.liaison_committees.circles import COMMITTEES
from reflexes.pistes.influence.liaison_committees.urls import answerer, keeper, resident
from reflexes.pistes.influence.liaison_committees.views import public_bodies

DESKS = [*keeper.urlpatterns, *resident.urlpatterns, *answerer.urlpatterns]


class BodySlug(SlugConverter):
    """The slug of a body, never the first word of a page of the desk or of the votes: those stand under the same
    segment.
    """

    taken = frozenset({"votes", *(str(one.pattern).partition("/")[0] for one in DESKS)})

    def to_python(self, value: str) -> str:
        """Return the slug; a word that is taken lets the next address answer."""
        if value in self.taken:
            raise ValueError(value)
        return value


register_converter(BodySlug, "body")

urlpatterns: list[URLPattern] = [
    path("comites/", public_bodies.bodies_list, name="bodies"),
    *votes_public.public("liaison_committees", under="comites/votes/"),
    path("comites/<body:slug>/", public_bodies.body_page, name="body_page"),
    path("comites/<body:slug>/seances/<int:number>/", public_bodies.minutes_page, name="minutes_page"),
    *words.public(COMMITTEES, under="comites/<body:slug>/", links="comites/lien/"),
    *draws.public("liaison_committees"),
]
