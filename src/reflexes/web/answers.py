"""How a view answers a form: done, or refused with the sentence and what was typed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from reflexes.core.errors import Refusal
from reflexes.web.pages import CONFLICT, INVALID, page


def done(request: HttpRequest, sentence: object, to: Any, *args: Any) -> HttpResponse:
    """Say what was done and go to ``to``: an object, a URL name with its arguments, or an address."""
    messages.success(request, str(sentence))
    return HttpResponseRedirect(resolve_url(to, *args))


def refused(request: HttpRequest, template: str, context: dict[str, Any], refusal: Refusal) -> HttpResponse:
    """Show the same page again with the refusal's sentence: 422, or 409 when somebody was quicker.

    A form of the context named ``form`` and bound keeps what was typed and says the sentence itself.
    """
    status = CONFLICT if refusal.conflict else INVALID
    form = context.get("form")
    if form is not None and form.is_bound:
        form.add_error(None, str(refusal))
    else:
        messages.error(request, str(refusal))
    return page(request, template, context, status=status)


def invalid(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show a form again with its errors."""
    return page(request, template, context, status=INVALID)
