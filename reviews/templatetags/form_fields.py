"""What the templates of forms ask of a field, and the summary of what is wrong with one."""

from dataclasses import dataclass
from typing import Any

from django import forms, template

from reviews.pages.form import PageForm
from reviews.refusals import Refusal

register = template.Library()


@register.filter
def widget_kind(field: forms.BoundField) -> str:
    """Which markup a field's widget takes."""
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return "date"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.HiddenInput):
        return "hidden"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    return "box"


@register.filter
def counted(field: forms.BoundField) -> str:
    """How many characters a text area takes, "" where it does not count."""
    return str(field.field.widget.attrs.get("data-longest", ""))


@register.filter
def describedby(field: forms.BoundField) -> str:
    """The ids that a group of choices is described by."""
    ids = []
    if field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


@register.filter
def optional(field: forms.BoundField) -> bool:
    """Whether the label says that the question may be left out."""
    if isinstance(field.form, PageForm):
        return not field.form.is_needed(field.name)
    return not field.field.required


@register.filter
def top_fields(form: forms.BaseForm) -> list[forms.BoundField]:
    """The form's questions, without those that stand under an answer to another."""
    under = {
        name for each in getattr(form, "reveals", ()) for name in each.fields
    } & set(form.fields)
    return [field for field in form if field.name not in under]


@dataclass(frozen=True)
class Choice:
    """One answer to a question, with its hint and the questions that it reveals."""

    box: Any
    hint: str
    hint_id: str
    revealed: list[forms.BoundField]
    revealed_id: str
    chosen: bool


@register.filter
def choices(field: forms.BoundField) -> list[Choice]:
    form = field.form
    hints = getattr(form, "choice_hints", {}).get(field.name, {})
    under = {
        each.answer: each.fields
        for each in getattr(form, "reveals", ())
        if each.by == field.name
    }
    found = []
    for box in field:
        value = str(box.data["value"])
        identity = str(box.id_for_label)
        hint, names = hints.get(value, ""), under.get(value, ())
        if hint:
            box.data["attrs"]["aria-describedby"] = f"{identity}_hint"
        if names:
            box.data["attrs"]["data-reveals"] = f"{identity}_more"
        found.append(
            Choice(
                box=box,
                hint=hint,
                hint_id=f"{identity}_hint",
                revealed=[form[name] for name in names],
                revealed_id=f"{identity}_more",
                chosen=bool(box.data["selected"]),
            )
        )
    return found


@dataclass(frozen=True)
class SummaryLine:
    text: str
    target: str


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """Every error of the form, in the words that stand beside its field, linked to it."""
    lines: list[SummaryLine] = []
    if isinstance(form, forms.BaseForm) and form.is_bound:
        lines += [SummaryLine(str(each), "") for each in form.non_field_errors()]
        for field in form:
            first = widget_kind(field) in ("radios", "checkboxes", "date")
            target = f"{field.auto_id}_0" if first else str(field.auto_id)
            lines += [SummaryLine(str(each), target) for each in field.errors]
    return {"lines": lines}


@register.inclusion_tag("components/error_summary.html")
def refusal_summary(refusal: Refusal) -> dict[str, Any]:
    return {"lines": [SummaryLine(str(refusal), "")]}


@register.inclusion_tag("components/error_summary.html")
def rows_summary(rows: Any) -> dict[str, Any]:
    """Every error of a list in boxes, linked to its box, after what is about the whole."""
    lines = [SummaryLine(sentence, "") for sentence in rows.refusals]
    for row in rows.rows if rows.is_bound else ():
        lines += [SummaryLine(str(each), "") for each in row.non_field_errors()]
        for field in row:
            lines += [SummaryLine(str(e), str(field.auto_id)) for e in field.errors]
    return {"lines": lines}


@register.filter
def row_title(row: forms.BaseForm) -> str:
    """What a row of boxes is called: its title, or whatever comes nearest."""
    words = (row.get_initial_for_field(row.fields[n], n) for n in row.fields)
    named = {n: str(w or "") for n, w in zip(row.fields, words, strict=True)}
    for name in ("title", "name", "label", "text", "code"):
        if named.get(name):
            return named[name][:80]
    return ""


# Page parts
