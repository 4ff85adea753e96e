"""The terms and the scope are agreed with name and date, on the words as they stand."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews import domain
from reviews.models import Membership, Review, SignOff, Stage, Terms, User
from reviews.reading import terms as reading
from reviews.reading.history import history_of
from reviews.refusals import ChangedMeanwhile
from tests.make import make_membership, move

SignIn = Callable[[User], Client]
NOON = dt.datetime(2012, 12, 3, 12, 0, tzinfo=dt.UTC)
TERMS, SCOPE = SignOff.Subject.TERMS, SignOff.Subject.SCOPE


def at(name: str, review: Review) -> str:
    return reverse(f"reviews:{name}", args=[review.pk])


def words(response: Any) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def member(review: Review, user: User) -> Membership:
    return review.memberships.select_related("review", "user").get(user=user)


def sign(
    review: Review, user: User, subject: SignOff.Subject = TERMS, **values: Any
) -> SignOff:
    given = {"seen": reading.wording(review, subject), "agreed": True, **values}
    return domain.sign(
        member=member(review, user), subject=subject, by=user, at=NOON, **given
    )


def reword(review: Review, by: User, version: int = 0, **texts: str) -> None:
    domain.change_terms(review=review, texts=texts, version=version, by=by, at=NOON)


def scoped(review: Review, by: User, scope: str = "Early help") -> Review:
    domain.change_details(
        review=review, version=review.version, by=by, at=NOON, scope=scope
    )
    return Review.objects.get(pk=review.pk)


def states(review: Review, subject: SignOff.Subject) -> dict[str, str]:
    return {s.party: s.state.value for s in reading.signatures(review, subject)}


# The terms


def test_the_frameworks_words_are_the_terms_until_somebody_words_them_anew(
    review: Review, manager: User
) -> None:
    titles = [each.title for each in reading.sections_of(review)]
    assert titles == ["Confidentiality", "How long things are kept", "Case data"]
    text = reading.sections_of(review)[0].text
    assert "Trafford Council does not ask who said what" in text
    assert not Terms.objects.exists()

    reword(review, manager, confidentiality="Nothing is told to anybody.")

    assert reading.sections_of(review)[0].text == "Nothing is told to anybody."
    assert reading.sections_of(review)[2].text.startswith("No child")


def test_both_sign_with_name_and_date(
    review: Review, manager: User, sponsor: User, sign_in: SignIn
) -> None:
    for user, values in ((manager, {}), (sponsor, {"decision": "yes"})):
        browser = sign_in(user)
        form = browser.get(at("terms", review)).context["form"]
        sent = {"seen": form["seen"].value(), **values}
        answer = browser.post(at("terms-sign", review), sent)
        assert answer["Location"] == at("terms", review)

    assert reading.is_agreed(review, TERMS)
    names = [each.name for each in reading.signatures(review, TERMS)]
    assert names == ["Morgan Vale", "Stella Ormerod"]
    page = words(sign_in(sponsor).get(at("terms", review)))
    assert "Signed by Morgan Vale," in page
    assert "Sign the terms" not in page


def test_the_sponsor_may_ask_for_a_change_and_says_which(
    review: Review, sponsor: User, manager: User, sign_in: SignIn
) -> None:
    browser = sign_in(sponsor)
    seen = reading.wording(review, TERMS)

    refused = words(
        browser.post(at("terms-sign", review), {"seen": seen, "decision": "no"})
    )
    assert "Say what should change" in refused
    browser.post(
        at("terms-sign", review),
        {"seen": seen, "decision": "no", "reason": "Keep the notes for a year"},
    )

    assert states(review, TERMS)["sponsor"] == "asks"
    assert reading.missing_words(review, TERMS) == (
        "The council’s sponsor asks for a change of the terms."
    )
    page = words(sign_in(manager).get(at("terms", review)))
    assert "Keep the notes for a year" in page


def test_no_answer_is_asked_for_in_the_words_of_the_question(
    review: Review, sponsor: User, sign_in: SignIn
) -> None:
    page = sign_in(sponsor).post(
        at("terms-sign", review), {"seen": reading.wording(review, TERMS)}
    )

    assert "Select yes if you agree to the terms" in words(page)
    assert not SignOff.objects.exists()


def test_other_words_need_another_signature_and_the_old_one_is_kept(
    review: Review, manager: User, sponsor: User
) -> None:
    sign(review, manager)
    sign(review, sponsor)
    before = Terms.objects.get(review=review).version

    reword(review, manager, before, confidentiality="Other words.")

    assert states(review, TERMS) == {"manager": "earlier", "sponsor": "earlier"}
    assert reading.missing_words(review, TERMS) == (
        "The words changed since the review manager and the council’s sponsor signed the terms."
    )
    assert review.sign_offs.count() == 2
    assert reading.waits_for(member(review, sponsor), TERMS)


def test_what_was_signed_stays_when_the_framework_is_tailored(
    review: Review, manager: User
) -> None:
    from reviews.packs.parts import BY_SLUG

    sign(review, manager)
    part = BY_SLUG["terms"]
    domain.tailor(
        review=review,
        part=part,
        value=[{"code": "new", "title": "New", "text": "Something new."}],
        seen=part.fingerprint(review.pack),
        by=manager,
        at=NOON,
    )

    assert states(Review.objects.get(pk=review.pk), TERMS)["manager"] == "agreed"


def test_nobody_signs_words_that_changed_while_they_read(
    review: Review, manager: User, sponsor: User, sign_in: SignIn
) -> None:
    seen = reading.wording(review, TERMS)
    reword(review, manager, confidentiality="Other words.")

    browser = sign_in(sponsor)
    page = browser.post(at("terms-sign", review), {"seen": seen, "decision": "yes"})

    assert "The words were changed while you were reading." in words(page)
    assert "Other words." in words(page)
    assert not SignOff.objects.exists()
    again = page.context["form"].data
    browser.post(at("terms-sign", review), again)
    assert states(review, TERMS)["sponsor"] == "agreed"


def test_terms_that_are_saved_as_they_were_stay_the_frameworks(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    sign(review, manager)
    Terms.objects.all().delete()
    browser = sign_in(manager)
    form = browser.get(at("terms-change", review)).context["form"]

    answer = browser.post(
        at("terms-change", review), {name: form[name].value() for name in form.fields}
    )

    assert answer["Location"] == at("terms", review)
    assert not Terms.objects.exists()
    assert states(review, TERMS)["manager"] == "agreed"
    assert history_of(review, "terms")[0].what != "The terms were reworded"


def test_two_who_word_the_terms_lose_nothing(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    form = browser.get(at("terms-change", review)).context["form"]
    mine = {name: form[name].value() for name in form.fields}
    mine["confidentiality"] = "My words."
    reword(review, manager, confidentiality="Their words.")

    page = browser.post(at("terms-change", review), mine)
    said = words(page)
    assert "What the other person saved" in said
    assert "Their words." in said
    assert "My words." in said
    assert reading.sections_of(review)[0].text == "Their words."

    browser.post(at("terms-change", review), page.context["form"].data)
    assert reading.sections_of(review)[0].text == "My words."


def test_a_version_that_is_gone_is_refused(review: Review, manager: User) -> None:
    reword(review, manager, confidentiality="One.")

    with pytest.raises(ChangedMeanwhile):
        reword(review, manager, 0, confidentiality="Two.")


def test_only_the_manager_and_the_sponsor_sign(
    review: Review, leader: User, organiser: User, sign_in: SignIn
) -> None:
    for user in (leader, organiser):
        assert "Confidentiality" in words(sign_in(user).get(at("terms", review)))
        assert sign_in(user).post(at("terms-sign", review)).status_code == 403
        with pytest.raises(domain.NotASigner):
            sign(review, user)


def test_after_the_visit_nobody_signs_any_more(
    review: Review, sponsor: User, sign_in: SignIn
) -> None:
    move(review, Stage.REPORTING)

    page = words(sign_in(sponsor).get(at("terms", review)))

    assert "Not yet" in page
    assert "You sign as" not in page


# The scope


def test_the_sponsor_approves_the_scope_with_the_key_questions(
    review: Review, manager: User, sponsor: User, sign_in: SignIn
) -> None:
    review = scoped(review, manager)
    domain.set_key_questions(review=review, questions=["Why?"], by=manager, at=NOON)
    browser = sign_in(sponsor)
    page = browser.get(at("scope", review))
    assert "Early help" in words(page)
    assert "Why?" in words(page)

    seen = page.context["form"]["seen"].value()
    browser.post(at("scope-approve", review), {"seen": seen, "decision": "yes"})

    assert reading.is_agreed(review, SCOPE)
    assert "Approved by Stella Ormerod" in words(browser.get(at("scope", review)))
    domain.set_key_questions(review=review, questions=["How?"], by=manager, at=NOON)
    assert states(review, SCOPE) == {"sponsor": "earlier"}


def test_there_is_nothing_to_approve_before_the_scope_is_written(
    review: Review, sponsor: User, sign_in: SignIn
) -> None:
    page = words(sign_in(sponsor).get(at("scope", review)))

    assert "It is not written yet." in page
    assert "Do you approve" not in page
    with pytest.raises(domain.NothingToSign):
        sign(review, sponsor, SCOPE, seen="")


def test_the_home_page_asks_whoever_has_not_signed(
    review: Review, manager: User, sponsor: User, sign_in: SignIn
) -> None:
    review = scoped(review, manager)
    home = reverse("home:home", args=[review.pk])

    assert "Approve the scope and the key questions" in words(
        sign_in(sponsor).get(home)
    )
    assert [each.title for each in reading.to_sign(member(review, manager))] == [
        "Sign the terms"
    ]
    sign(review, sponsor, SCOPE)
    sign(review, sponsor)
    page = words(sign_in(sponsor).get(home))
    assert "Approve the scope" not in page
    assert "Sign the terms" not in page


# The trail


def test_the_trail_tells_who_signed_and_what_was_reworded(
    review: Review, manager: User, sponsor: User
) -> None:
    reword(review, manager, confidentiality="Short.")
    sign(review, sponsor)

    told = history_of(review, "terms")

    assert [(each.who, each.what) for each in told] == [
        ("Stella Ormerod", "The terms were signed by the council’s sponsor"),
        ("Morgan Vale", "The terms were reworded"),
    ]
    assert told[1].details[0].startswith("Confidentiality: from “What people tell")
    assert told[1].details[0].endswith("to “Short.”")


def test_scope_history_tells_of_the_scope_alone(
    review: Review, manager: User, sponsor: User
) -> None:
    review = scoped(review, manager)
    domain.change_details(
        review=review,
        version=review.version,
        by=manager,
        at=NOON,
        contact_phone="01632 960 002",
    )
    sign(review, sponsor, SCOPE)

    told = [each.what for each in history_of(review, "scope")]

    assert told == [
        "The scope and the key questions were approved",
        "What the review is about was changed",
    ]


def test_a_signature_without_agreement_has_a_reason_whatever_code_runs(
    review: Review, sponsor: User
) -> None:
    with pytest.raises(domain.NoChangeNamed):
        sign(review, sponsor, agreed=False)
    make_membership(review, member(review, sponsor).access_role)  # type: ignore[arg-type]
    assert not SignOff.objects.exists()
