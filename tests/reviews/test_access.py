"""What somebody may do in a review: nothing, unless they belong to it and have said yes."""

from reviews.access import Action, Permissions, can


def test_whoever_belongs_to_no_review_may_do_nothing() -> None:
    """As a page outside any review asks it, in its own code and in its template."""
    assert not any(can(None, action) for action in Action)
    assert not any(Permissions(None)[action.name] for action in Action)
