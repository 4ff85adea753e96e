"""Sets the demonstration's reviews up: accounts, agencies, team, scope, key questions, plan."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peerreview.demo import content, moments
from peerreview.demo.people import everybody
from questionnaires.domain import building, inviting, listing
from reviews import background, domain, packs
from reviews.domain import accounts
from reviews.models import Membership, Milestone, PackVersion, Review, Stage, User
from reviews.packs import parts

PACK = "safeguarding-children-2012"
# The second council's own framework, which has moved on since its review began.
OWN_PACK = ("ashmere-2012", "Safeguarding children, with Ashmere’s own questions")
OWN_PROBE = "What do children who live in two households say of how we work together?"


# At the council, beside the organiser, and without an account.
SECOND_CONTACT = {
    "second_contact_name": "Jocelyn Hartnup",
    "second_contact_title": "Head of service, commissioning",
    "second_contact_email": "jocelyn.hartnup@trafford.example",
    "second_contact_phone": "01632 960 555",
}


@dataclass(frozen=True)
class Cast:
    """The demonstration's review and its people by the key of ``people.yaml``."""

    review: Review
    people: dict[str, User]

    def member(self, key: str) -> Membership:
        return self.review.memberships.get(user=self.people[key])


def _account(persona: content.Persona, *, may_create: bool) -> User:
    known = User.objects.filter(email=persona.email).first()
    if known:
        return known
    user = accounts.open_account(
        email=persona.email,
        full_name=persona.name,
        is_system_administrator=persona.administrator,
        may_create_reviews=may_create,
    )
    accounts.change_telephone(user=user, telephone=persona.telephone)
    return user


def accounts_of_all() -> dict[str, User]:
    """Everybody of the demonstration, with an account made for whoever has none yet."""
    return {
        key: _account(persona, may_create=persona.role == "RM")
        for key, persona in content.personas().items()
    }


def _review(
    facts: content.ReviewFacts,
    manager: User,
    agencies: set[str],
    at: dt.datetime,
    pack: packs.Pack | None = None,
) -> Review:
    review = domain.create_review(
        pack=pack or packs.load(PACK),
        council=facts.council,
        day_zero=facts.first_day,
        duty_contact=facts.duty_contact,
        contact_phone=facts.contact_phone,
        demonstration=True,
        by=manager,
        at=at,
    )
    there = {agency.code: agency for agency in review.agencies.all()}
    for code in there.keys() - agencies:
        domain.remove_agency(review=review, agency=there[code], by=manager, at=at)
    for template in review.pack.agencies:
        if template.code in agencies - there.keys():
            domain.add_agency(
                review=review,
                name=template.name,
                kind=template.kind,
                code=template.code,
                by=manager,
                at=at,
            )
    return review


def _add_members(
    review: Review, group: str, people: dict[str, User], at: dt.datetime
) -> None:
    personas = content.personas()
    (manager_key, _), *others = content.members(group)
    for key, role in others:
        persona = personas[key]
        agency = review.agencies.get(code=persona.agency) if persona.agency else None
        domain.add_member(
            review=review,
            user=people[key],
            role_code=role,
            by=people[manager_key],
            at=at,
            home_organisation=persona.home,
            agency=agency,
        )


def first_council() -> str:
    return content.facts("review").council


def second_council() -> str:
    return content.facts("second_review").council


def set_up() -> Cast:
    """Trafford, ready for the lead-in once its people have answered."""
    people = accounts_of_all()
    manager = people["manager"]
    agencies = {group.agency for group in content.groups()}
    facts = content.facts("review")
    review = _review(facts, manager, agencies, moments.CREATED)
    _add_members(review, "personas", people, moments.CREATED)
    words = content.report()
    organiser = people["organiser"]
    domain.change_details(
        review=review,
        version=review.version,
        by=manager,
        at=moments.CREATED,
        scope=words["scope"],
        council_contact_name=organiser.full_name,
        council_contact_title="Commissioning support officer",
        council_contact_email=organiser.email,
        council_contact_phone="01632 960 516",
        **SECOND_CONTACT,
    )
    domain.set_key_questions(
        review=review,
        questions=words["key_questions"],
        by=manager,
        at=moments.CREATED,
    )
    return Cast(review, people)


def set_up_second(people: dict[str, User]) -> Review:
    """A second council at set-up, so that "my work" and its limits can be seen."""
    code, title = OWN_PACK
    made = domain.copy_pack(
        source=packs.load(PACK),
        code=code,
        title=title,
        by=people["outsider"],
        at=moments.OWN_PACK,
    )
    pack = made.content()
    review = _review(
        content.facts("second_review"),
        people["outsider"],
        {agency.code for agency in pack.agencies if agency.usual},
        moments.SECOND_BEGUN,
        pack,
    )
    _add_members(review, "second_personas", people, moments.SECOND_BEGUN)
    _answer_second(review, people)
    _begin_asking(review, people["outsider"])
    _ask_one_more(made, people["outsider"])
    stand_still_at(review, moments.SECOND_BEGUN.date())
    return review


def _answer_second(review: Review, people: dict[str, User]) -> None:
    """The sponsor has accepted; the analyst, who is at work elsewhere, has not answered yet."""
    review.memberships.filter(answer=Membership.Answer.WAITING).update(
        invited_at=moments.SECOND_BEGUN
    )
    domain.accept_invitation(
        member=review.memberships.get(user=people["second_sponsor"]),
        by=people["second_sponsor"],
        at=moments.SECOND_BEGUN,
    )


def _ask_one_more(made: PackVersion, by: User) -> None:
    """A newer version of the council's framework, which its review may move to."""
    part, before = parts.BY_SLUG["themes"], made.content()
    themes = part.of(before)
    themes[0]["lines"][0]["probes"].append(OWN_PROBE)
    domain.save_part(
        own=made.pack,
        part=part,
        value=themes,
        seen=part.fingerprint(before),
        reason="A question about two households",
        by=by,
        at=moments.SECOND_BEGUN,
    )


def _begin_asking(review: Review, manager: User) -> None:
    """A questionnaire that is still being prepared, with a list that waits to be confirmed."""
    at = moments.SECOND_BEGUN
    questionnaire = building.make_from_pack(review=review, by=manager, at=at)
    _, invitees = everybody()
    rows = [
        inviting.Invitee(each.agency, each.job_group, f"ashmere.{each.email}", "")
        for each in invitees[::12]
    ]
    inviting.invite(questionnaire=questionnaire, rows=rows[5:], by=manager, at=at)
    names = {agency.code: agency.name for agency in review.agencies.all()}
    jobs = {group.code: group.title for group in review.pack.job_groups}
    waiting = listing.receive_list(
        questionnaire=questionnaire,
        content=_a_list(rows[:5], names, jobs),
        by=manager,
        on=at.date(),
    )
    assert waiting.job is not None  # noqa: S101 - made with it
    # Whoever loads the demonstration may have no worker.
    background.run(waiting.job.pk)


def _a_list(
    rows: Sequence[inviting.Invitee], names: Mapping[str, str], jobs: Mapping[str, str]
) -> bytes:
    """A .csv as an agency sends it: some rows in order, two that are not, one to look at."""
    lines = ["Full name;Email address;Agency;Job group"]
    lines += [f";{r.email};{names[r.agency]};{jobs[r.job_group]}" for r in rows]
    lines += [
        ";;Police;Police officer",
        ";j.marsh@police.example;Polise;Police officer",
        ";a.lowe @schools.example;Schools;Head teacher",
        ";office@schools.example;Schools;Head teacher",
    ]
    return "\n".join(lines).encode()


def tick_plan(cast: Cast, *, until: dt.date) -> None:
    """Milestones due before ``until`` are done, each on its day."""
    evidence = {each.code: each.evidence for each in cast.review.pack.milestones}
    due = cast.review.milestones.filter(due_on__lt=until, status=Milestone.Status.OPEN)
    for milestone in due:
        noon = moments.evening(milestone.due_on)
        domain.change_milestone(
            milestone=milestone,
            version=milestone.version,
            due_on=milestone.due_on,
            owner_role=milestone.owner_role,
            status=Milestone.Status.DONE,
            evidence=evidence[milestone.code],
            today=milestone.due_on,
            by=cast.people["manager"],
            at=noon,
        )


def move_to(cast: Cast, stage: Stage, at: dt.datetime) -> None:
    """One stage on, by the manager."""
    domain.move_stage(
        review=cast.review, to=stage, blockers=(), by=cast.people["manager"], at=at
    )


def stand_still_at(review: Review, day: dt.date) -> None:
    """The day that it always is in the demonstration."""
    review.demonstration_day = day
    review.save(update_fields=["demonstration_day"])
