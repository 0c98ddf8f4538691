"""What is tried for a while and the booklets, as everybody reads them."""

from django.urls import URLPattern, path

from reflexes.pistes.contact.citizen_dialogue.views import public_booklets, public_schemes

urlpatterns: list[URLPattern] = [
    path("amenagements/", public_schemes.scheme_list, name="schemes"),
    path("amenagements/<slug:slug>/", public_schemes.scheme_page, name="scheme_page"),
    path("amenagements/<slug:slug>/releves.csv", public_schemes.scheme_csv, name="scheme_csv"),
    path("livrets/", public_booklets.booklet_list, name="booklets"),
    path("livrets/<slug:slug>/", public_booklets.booklet_page, name="booklet"),
    path("livrets/<slug:slug>/livret.pdf", public_booklets.booklet_pdf, name="booklet_pdf"),
]
