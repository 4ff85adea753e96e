"""What the cases taught, as evidence: no agency, no month and no person goes with it."""

from casemapping.models import CaseMap, Learning
from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Review

SOURCE_CLASS = "Case mapping"

# Before the workshop is over nobody has agreed what was learnt.
TOLD = (CaseMap.Status.MAPPED, CaseMap.Status.DISCUSSED)


def evidence_for(review: Review) -> list[EvidenceItem]:
    """The learning points of the cases that were mapped, in order of their random ids.

    What a case did to its child stays on the map: it is the child's own story.
    """
    rows = Learning.objects.filter(
        case__in=review.case_maps.standing().filter(status__in=TOLD),
        kind=Learning.Kind.LEARNING,
        set_aside_by__isnull=True,
    ).select_related("case")
    return [
        EvidenceItem(
            key=str(row.pk),
            kind=Kind.CASE,
            themes=(row.theme,),
            polarity=Polarity(row.direction),
            text=row.text,
            source_class=SOURCE_CLASS,
        )
        for row in rows.order_by("pk")
    ]
