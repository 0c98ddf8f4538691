"""Components of every screen, as template tags: docs/components.md shows each with an example.

Block tags receive their content already escaped by the template, so it is safe to wrap.
"""

import re
from datetime import date, datetime
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from reflexes.core.notifications.recipients import readable_phone
from reflexes.web import drawing, parts, words

register = template.Library()

# State is never told by colour alone: a tone always comes with its icon and a word.
TONES = {
    "waits": "hourglass",
    "done": "circle-check",
    "going": "play",
    "stopped": "circle-x",
    "note": "info",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one icon of the sprite, hidden from screen readers: the word beside it speaks."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/icons/icons.svg"),
        name,
    )


@register.filter
def age(since: date | datetime | None) -> SafeString:
    """Say how long something has waited, with the whole date on hover: "since 3 days"."""
    if since is None:
        return mark_safe("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        since.isoformat(),
        words.full_date(since),
        words.age_words(since),
    )


@register.filter
def delay(until: date | datetime | None) -> SafeString:
    """Say how long is left, with the whole date on hover: "in 2 days"."""
    if until is None:
        return mark_safe("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        until.isoformat(),
        words.full_date(until),
        words.delay_words(until),
    )


@register.filter
def half_day(day: date, half: str) -> SafeString:
    """Say "Tuesday morning", with the whole date on hover: ``{{ slot.day|half_day:slot.half }}``."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        day.isoformat(),
        words.half_day_full(day, half),
        words.half_day_words(day, half),
    )


@register.filter
def half_day_full(day: date, half: str) -> str:
    """Say "Tuesday 24 November 2026, morning"."""
    return words.half_day_full(day, half)


@register.filter
def full_date(value: date | datetime) -> str:
    """Say the whole date, and the time when there is one."""
    return words.full_date(value)


@register.filter
def phone(number: str) -> str:
    """Say a telephone number as people read it out: "06 39 98 12 34"."""
    return readable_phone(number)


@register.filter
def km(kilometres: float) -> str:
    """Say a distance: "1.2 km", "800 m"."""
    return words.km_words(kilometres)


@register.filter
def euros(cents: int) -> str:
    """Say an amount kept in cents: "12,000 €"."""
    return words.euros_words(cents)


@register.filter
def number(value: float) -> str:
    """Write a number as the language does, with thousands apart."""
    digits = 0 if float(value).is_integer() else 1
    return formats.number_format(value, digits, use_l10n=True, force_grouping=True)


@register.simple_tag
def badge(tone: str, label: str, icon_name: str = "") -> SafeString:
    """Show a state: a word, its icon and its tone (waits, done, going, stopped, note)."""
    return format_html(
        '<span class="badge badge-{}">{}{}</span>',
        tone,
        icon(icon_name or TONES[tone]),
        label,
    )


@register.simple_tag(takes_context=True)
def post_button(
    context: template.Context,
    url: str,
    label: str,
    icon_name: str = "",
    tone: str = "",
    *,
    name: str = "",
    value: str = "",
    about: object = "",
) -> str:
    """Draw a form of one button: the way to change something without a page of its own.

    ``about`` says of whom or what it is to those who hear the page, where the same words stand on each line.
    """
    facts = {
        "url": url,
        "label": label,
        "icon": icon_name,
        "tone": tone,
        "name": name,
        "value": value,
        "about": about,
    }
    return _part(context, "post_button", **facts)


@register.simple_block_tag
def table(content: str, caption: str, quiet: bool = False) -> SafeString:
    """Wrap ``<thead>`` and ``<tbody>`` in a table that becomes cards on a phone.

    Each cell receives its column's words for the card, and roles: a table drawn as blocks would lose them.
    ``quiet`` hides the caption from sight, where a heading already says it.
    """
    labels = [strip_tags(found).strip() for found in re.findall(r"<th\b[^>]*>(.*?)</th>", _head(content), re.DOTALL)]
    head, body = content[: len(_head(content))], content[len(_head(content)) :]
    body = re.sub(r"<tr\b.*?</tr>", lambda row: _card(row.group(), labels), body, flags=re.DOTALL)
    head = head.replace("<tr", '<tr role="row"').replace("<th ", '<th role="columnheader" ')
    head = re.sub(r"<th>", '<th role="columnheader" scope="col">', head)
    groups = re.sub(r"<(thead|tbody|tfoot)", r'<\1 role="rowgroup"', head + body)
    return format_html(
        '<table class="table" role="table"><caption class="{}">{}</caption>{}</table>',
        "unseen" if quiet else "seen",
        caption,
        SafeString(groups),
    )


def _head(content: str) -> str:
    """Return the beginning of a table's content, up to the end of its head."""
    return content[: content.find("</thead>") + len("</thead>")] if "</thead>" in content else ""


def _card(row: str, labels: list[str]) -> str:
    """Give each cell of one row its role and the words of its column."""
    column = iter(labels)

    def dressed(cell: re.Match[str]) -> str:
        role = "rowheader" if cell.group(1) == "th" else "cell"
        return format_html(
            '<{} role="{}" data-label="{}"',
            cell.group(1),
            role,
            next(column, ""),
        )

    row = re.sub(r"<(th|td)\b", dressed, row.replace("<tr", '<tr role="row"', 1))
    # One box for all that a cell holds, beside its words on a card.
    return re.sub(r"(<td\b[^>]*>)(.*?)</td>", r"\1<div>\2</div></td>", row, flags=re.DOTALL)


@register.simple_block_tag(takes_context=True)
def waiting(
    context: template.Context,
    content: str,
    *,
    since: date | datetime | None = None,
    who: str = "",
    href: str = "",
    action: str = "",
    phone: str = "",
    tone: str = "waits",
) -> str:
    """Draw one line of a table of silences: a sentence, its age, who can unblock it, one action."""
    facts = {
        "since": since,
        "who": who,
        "href": href,
        "action": action,
        "phone": phone,
        "tone": tone,
    }
    return _part(context, "waiting", content=content, **facts)


@register.simple_block_tag(takes_context=True)
def empty(context: template.Context, content: str, title: str, icon_name: str = "sun") -> str:
    """Fill an empty screen: what it means, and what to do first."""
    return _part(context, "empty", content=content, title=title, icon=icon_name)


@register.simple_block_tag
def why(content: str) -> SafeString:
    """Say in one short sentence why a page is there, not how to use it: under the title of every page of a piste."""
    return format_html('<p class="why">{}<span>{}</span></p>', icon("lightbulb"), SafeString(content))


@register.simple_block_tag(takes_context=True)
def callout(context: template.Context, content: str, title: str = "", tone: str = "note") -> str:
    """Set a remark apart; ``tone`` as for badges."""
    return _part(context, "callout", content=content, title=title, tone=tone, icon=TONES[tone])


@register.simple_block_tag(takes_context=True)
def more(
    context: template.Context,
    content: str,
    label: str,
    icon_name: str = "",
    opened: bool = False,
) -> str:
    """Fold details away under a label; needs no script."""
    return _part(context, "more", content=content, label=label, icon=icon_name, opened=opened)


@register.simple_block_tag(takes_context=True)
def dialog(
    context: template.Context,
    content: str,
    *,
    key: str,
    label: str,
    title: str,
    icon_name: str = "",
) -> str:
    """Open a small window over the page by the browser's own popover: no script.

    Where popovers are unknown the content stands in the page, under its button. What cannot be undone asks on a page
    of its own instead.
    """
    return _part(
        context,
        "dialog",
        content=content,
        key=key,
        label=label,
        title=title,
        icon=icon_name,
    )


@register.simple_block_tag(takes_context=True)
def quotation(
    context: template.Context,
    content: str,
    who: str = "",
    on: date | datetime | None = None,
) -> str:
    """Give somebody's own words, with their name and date."""
    return _part(context, "quotation", content=content, who=who, on=on)


@register.simple_tag(takes_context=True)
def stepper(context: template.Context, steps: list[str], current: int) -> str:
    """Show how far one is: ``current`` counts from 1."""
    rows = [(number, label, number < current, number == current) for number, label in enumerate(steps, start=1)]
    return _part(
        context,
        "stepper",
        steps=rows,
        current=current,
        total=len(rows),
        label=steps[current - 1],
    )


@register.simple_tag(takes_context=True)
def timeline(context: template.Context, events: list[parts.Event]) -> str:
    """Tell what happened, in order."""
    return _part(context, "timeline", events=events)


@register.simple_tag(takes_context=True)
def tabs(context: template.Context, items: list[parts.Tab], label: str) -> str:
    """Link the views of one thing; each has its own address, so this is a navigation, not ARIA tabs."""
    return _part(context, "tabs", items=items, label=label)


@register.simple_tag(takes_context=True)
def stat(
    context: template.Context,
    value: float | str,
    label: str,
    source: str = "",
    on: date | datetime | None = None,
    *,
    href: str = "",
) -> str:
    """Show one number with its source and date, or without when numbers side by side share one below.

    ``href`` leads to what it counts.
    """
    shown = value if isinstance(value, str) else number(value)
    return _part(context, "stat", value=shown, label=label, source=source, on=on, href=href)


@register.simple_tag(takes_context=True)
def progress(
    context: template.Context,
    value: int,
    total: int,
    label: str,
    *,
    url: str = "",
    cancel_url: str = "",
    detail: str = "",
) -> str:
    """Show a long work going on; ``url`` answers this same fragment and is asked every two seconds until the end."""
    facts = {
        "value": value,
        "total": total,
        "label": label,
        "url": url,
        "cancel_url": cancel_url,
        "detail": detail,
    }
    return _part(context, "progress", over=value >= total, **facts)


@register.simple_tag(takes_context=True)
def filters(context: template.Context, form: Any, total: int | None = None, label: str = "") -> str:
    """Draw a search form kept in the address, with its reset and the number of rows found.

    Its first field always shows; on a phone the others are folded, with how many of them are in use.
    """
    first, *others = form.visible_fields()
    asked = {key for key, value in context["request"].GET.items() if value}
    narrowed = sum(field.name in asked for field in others)
    facts = {
        "form": form,
        "total": total,
        "label": label,
        "first": first,
        "others": others,
        "narrowed": narrowed,
        "asked": first.name in asked or narrowed > 0,
        "wrong": any(field.errors for field in others),
    }
    return _part(context, "filters", **facts)


@register.simple_tag
def choices(options: list[dict[str, Any]]) -> SafeString:
    """Draw the options of a list to choose from, as Django's own template does (``overrides/django/forms/widgets``).

    A filter on services holds six hundred of them: two templates rendered for each took half the time of the page.
    """
    return SafeString("".join(_choice(one) for one in options))


def _choice(option: dict[str, Any]) -> str:
    value, label = conditional_escape(str(option["value"])), conditional_escape(option["label"])
    return f'\n  <option value="{value}"{flatatt(option["attrs"]) if option["attrs"] else ""}>{label}</option>'


@register.simple_tag(takes_context=True)
def pagination(context: template.Context, page_of_rows: Any) -> str:
    """Link the pages of a long list, keeping the filters of the address."""
    around = page_of_rows.paginator.get_elided_page_range(page_of_rows.number, on_each_side=1, on_ends=1)
    return _part(context, "pagination", page=page_of_rows, numbers=list(around))


@register.simple_tag(takes_context=True)
def bars(context: template.Context, chart: parts.BarChart) -> str:
    """Draw bars inside the table of their figures."""
    return _part(context, "bars", chart=chart, drawn=drawing.bars_of(chart))


@register.simple_tag(takes_context=True)
def stacked_bars(context: template.Context, chart: parts.StackedChart) -> str:
    """Draw bars cut in parts told apart by hatch, figure and colour, with their table."""
    return _part(context, "stacked_bars", chart=chart, drawn=drawing.stacks_of(chart))


@register.simple_tag(takes_context=True)
def place_map(context: template.Context, points: list[parts.Point], title: str) -> str:
    """Draw places on a plane with a scale, beside the list that names them."""
    return _part(
        context,
        "place_map",
        drawn=drawing.map_of(points) if points else None,
        title=title,
    )


@register.simple_tag(takes_context=True)
def compare(context: template.Context, comparison: parts.Comparison) -> str:
    """Set two things side by side and say which does better, line by line."""
    return _part(context, "compare", comparison=comparison)


def _part(context: template.Context, part: str, /, **facts: Any) -> SafeString:
    """Render one component; it sees its own facts and the request, nothing else of the page."""
    request = context.get("request")
    facts = {"csrf_token": context.get("csrf_token", ""), "request": request, **facts}
    return render_to_string(f"web/components/{part}.html", facts)
