"""The words of a certificate, for the page that prints them."""

from collections.abc import Mapping
from typing import Any

from django import template

from reviews.rules import certificates

register = template.Library()


@register.simple_tag
def certificate_page(
    statement: Mapping[str, Any], fingerprint: str
) -> certificates.Page:
    """``{% certificate_page statement fingerprint as page %}``. Raises NotAStatement."""
    return certificates.page(statement, fingerprint=fingerprint)
