"""How the sign-in library's views run here: what they write and what they announce is one transaction, and an answer
that is refused is a 422 like on every other page of the house.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

View = Callable[..., HttpResponse]
FORMS = ("form", "verify_form", "change_form", "webauthn_form")


def says_no(view: View) -> View:
    """Give 422 to a posted form that comes back with errors (architecture.md, "A page")."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 200 and isinstance(response, TemplateResponse):
            context = response.context_data or {}
            if any(getattr(context.get(name), "errors", None) for name in FORMS):
                response.status_code = 422
        return response

    return answered


def in_one_go(view: View) -> View:
    """Run a posted form in one transaction: the change and the message that announces it exist together or not at all.

    Sign-in itself stays outside: hashing a password would hold SQLite's only writer for nothing.
    """
    answered = says_no(view)

    @wraps(view)
    def committed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return answered(request, *args, **kwargs)
        with transaction.atomic():
            try:
                return answered(request, *args, **kwargs)
            except ImmediateHttpResponse as early:
                early_answer: HttpResponse = early.response  # it is an answer: what it wrote stays
                return early_answer

    return committed


def leaves_nothing(view: View) -> View:
    """Ask the browser to forget what pages kept in it, once somebody has signed out, from whatever page they did.

    ``storage`` is what pages wrote: a call half typed. Not ``cookies``, which would forget the language.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"storage"'
        return response

    return answered
