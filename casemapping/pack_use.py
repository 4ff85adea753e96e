"""What the case maps hold of the review's framework."""

from casemapping.models import CaseMap, Learning
from reviews.apps_above.pack_use import Uses, use
from reviews.models import Review
from reviews.packs.parts import PARTS


def uses(review: Review) -> Uses:
    cases = CaseMap.objects.filter(review=review)
    learnt = Learning.objects.filter(case__in=cases).values_list("theme", flat=True)
    locked = {}
    if cases.exists():
        why = "Cases of this review are mapped with it."
        locked = {each.slug: why for each in PARTS if each.path[:1] == ("case_map",)}
    return Uses((use("themes", learnt, "case maps"),), locked)
