"""Published shares drawn: the two pictures that a page of results repeats for every statement.

By hand and not as templates, which would take most of such a page's time. Widths are attributes:
the content policy allows no inline style.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from questionnaires.reading.bars import Bar, Range

register = template.Library()

# Stretched to the width of its cell, so that every bar of a page begins and ends alike.
_PICTURE = (
    '<svg class="app-share" viewBox="0 0 100 6" preserveAspectRatio="none" role="img"'
    ' aria-label="{}">{}</svg>'
)
_STRETCH = '<rect class="app-share__{}" x="{}" width="{}" height="6" />'
# Over the unfavourable part: colour alone must not tell it apart.
_HATCH = '<rect x="{}" width="{}" height="6" fill="url(#result-hatch)" />'


@register.simple_tag
def share_picture(bar: Bar) -> SafeString:
    """A bar of shares. The page holds the hatching (``result_hatch.html``) once."""
    stretches = format_html_join(
        "", _STRETCH, ((each.kind, each.x, each.width) for each in bar.stretches)
    )
    hatching = format_html_join(
        "",
        _HATCH,
        ((each.x, each.width) for each in bar.stretches if each.kind == "unfavourable"),
    )
    return format_html(_PICTURE, bar.says, stretches + hatching)


@register.simple_tag
def gap_picture(gap: Range, says: str) -> SafeString:
    """A line from the least favourable group's share to the most favourable one's."""
    drawn = format_html(
        '<rect class="app-share__track" x="0" y="2.6" width="100" height="0.8" />'
        '<rect class="app-share__gap" x="{least}" y="2" width="{width}" height="2" />'
        '<rect class="app-share__unfavourable" x="{least}" width="1.4" height="6" />'
        '<rect class="app-share__favourable" x="{most}" width="1.4" height="6" />',
        least=gap.least,
        most=gap.most,
        width=gap.width,
    )
    return format_html(_PICTURE, says, drawn)
