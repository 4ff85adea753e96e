"""What whoever operates the installation is shown: how the nights go, and keys that should be gone.
Nothing of a review.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviews import background
from reviews.access import MemberRequest, member_view
from reviews.reading.nights import last_night
from reviews.reading.overdue_keys import overdue_keys


@member_view(lambda user: user.is_system_administrator)
@require_safe
def operator(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    told = {
        "night": last_night(background.NIGHTLY, at=now),
        "rows": overdue_keys(at=now),
    }
    return render(request, "reviews/operator.html", told)
