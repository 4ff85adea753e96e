"""Whatever managers and invited people do in whatever order, the rules of a team hold."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from reviews import domain
from reviews.models import (
    HOST,
    TEAM,
    AccessRole,
    Agency,
    Membership,
    Review,
    User,
)
from reviews.reading.team import peers_of, team_of
from reviews.rules.organisations import same_organisation
from tests.make import make_user

PEOPLE = 7
PEOPLE_KEYS = st.integers(0, PEOPLE - 1)
ROLES = st.sampled_from(["RM", "TL", "MP", "OP", "AP", "SPO", "ORG", "AGL"])
HOMES = st.sampled_from(["", "Ashmere Council", "Trafford Council Early Help"])


class Teams(RuleBasedStateMachine):
    """What people do to the team of one review, beside a plain account of what should come of it."""

    review: Review
    manager: User
    people: list[User]

    @initialize()
    def begin(self) -> None:
        self.undone = transaction.atomic()
        self.undone.__enter__()
        # Who has which role, and whether they have accepted it.
        self.expected = {self.manager.pk: ("RM", True)}
        self.gone: dict[int, bool] = {}  # whether they declined

    def teardown(self) -> None:
        if hasattr(self, "undone"):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    # What may be done

    def _member(self, user: User) -> Membership | None:
        return self.review.memberships.filter(user=user).first()

    def _agency(self, role: str) -> Agency | None:
        return self.review.agencies.first() if role == "AGL" else None

    def _most(self, role: str) -> int:
        most = self.review.pack.role(role).most
        return PEOPLE * 2 if most is None else most

    def _room(self, role: str, user: User) -> bool:
        held = sum(r == role for pk, (r, _) in self.expected.items() if pk != user.pk)
        return held < self._most(role)

    def _managers(self) -> set[int]:
        return {pk for pk, held in self.expected.items() if held == ("RM", True)}

    def _fits(self, role: str, home: str) -> bool:
        access_role = self.review.pack.role(role).access_role
        if access_role in HOST:
            return True
        if same_organisation(home, self.review.council):
            return False
        return bool(home) or access_role == AccessRole.RM

    def _do(self, allowed: bool, verb: Any, **values: Any) -> bool:
        """The verb works where it is allowed, and else refuses and changes nothing."""
        try:
            with transaction.atomic():
                verb(at=timezone.now(), **values)
        except domain.RoleTaken:
            assert not allowed
        except (
            domain.AlreadyOnReview,
            domain.FromTheCouncil,
            domain.NeedsHome,
            domain.LastManager,
            domain.OtherSide,
            domain.AnsweredAlready,
        ):
            assert not allowed
        else:
            assert allowed
        return allowed

    @rule(who=PEOPLE_KEYS, role=ROLES, home=HOMES)
    def add(self, who: int, role: str, home: str) -> None:
        user = self.people[who]
        allowed = (
            user.pk not in self.expected
            and self._room(role, user)
            and self._fits(role, home)
        )
        if self._do(
            allowed,
            domain.invite_member,
            review=self.review,
            email=user.email,
            full_name=user.full_name,
            role_code=role,
            home_organisation=home,
            agency=self._agency(role),
            by=self.manager,
        ):
            self.expected[user.pk] = (role, False)
            self.gone.pop(user.pk, None)

    @rule(who=PEOPLE_KEYS)
    def accept(self, who: int) -> None:
        user = self.people[who]
        member = self._member(user)
        if member is None:
            return
        role, accepted = self.expected[user.pk]
        if self._do(not accepted, domain.accept_invitation, member=member, by=user):
            self.expected[user.pk] = (role, True)

    @rule(who=PEOPLE_KEYS)
    def decline(self, who: int) -> None:
        user = self.people[who]
        member = self._member(user)
        if member is None:
            return
        _, accepted = self.expected[user.pk]
        if self._do(
            not accepted,
            domain.decline_invitation,
            member=member,
            reason="Not that week",
            by=user,
        ):
            del self.expected[user.pk]
            self.gone[user.pk] = True

    @rule(who=PEOPLE_KEYS)
    def remove(self, who: int) -> None:
        user = self.people[who]
        member = self._member(user)
        if member is None:
            return
        allowed = self._managers() != {user.pk}
        if self._do(
            allowed,
            domain.remove_member,
            review=self.review,
            member=member,
            by=self.manager,
        ):
            del self.expected[user.pk]
            self.gone[user.pk] = False

    @rule(who=PEOPLE_KEYS, role=ROLES, home=HOMES)
    def change(self, who: int, role: str, home: str) -> None:
        user = self.people[who]
        member = self._member(user)
        if member is None:
            return
        before, accepted = self.expected[user.pk]
        pack = self.review.pack
        one_side = (pack.role(before).access_role in TEAM) == (
            pack.role(role).access_role in TEAM
        )
        allowed = (
            one_side
            and (role == "RM" or self._managers() != {user.pk})
            and self._room(role, user)
            and self._fits(role, home)
        )
        if self._do(
            allowed,
            domain.change_member,
            member=member,
            version=member.version,
            role_code=role,
            home_organisation=home,
            agency=self._agency(role),
            on_site=True,
            by=self.manager,
        ):
            self.expected[user.pk] = (role, accepted)

    # What always holds

    @invariant()
    def everybody_has_the_role_and_the_answer_that_they_should(self) -> None:
        found = {
            member.user_id: (member.role, member.has_accepted)
            for member in self.review.memberships.all()
        }
        assert found == self.expected

    @invariant()
    def no_role_has_more_people_than_it_may(self) -> None:
        held = list(self.review.memberships.values_list("role", flat=True))
        assert all(held.count(role) <= self._most(role) for role in set(held))

    @invariant()
    def access_follows_the_role(self) -> None:
        for member in self.review.memberships.all():
            role = self.review.pack.role(member.role)
            assert member.access_role == role.access_role
            assert (member.agency is not None) == (role.code == "AGL")

    @invariant()
    def nobody_of_the_council_is_on_the_team(self) -> None:
        for row in peers_of(self.review):
            home = row.member.home_organisation
            assert not same_organisation(home, self.review.council)

    @invariant()
    def somebody_manages_the_review(self) -> None:
        assert self.review.memberships.filter(
            access_role=AccessRole.RM, answer=Membership.Answer.ACCEPTED
        ).exists()

    @invariant()
    def the_slots_count_right(self) -> None:
        team = team_of(self.review)
        slots = {slot.role_code: slot for slot in [*team.peers, *team.hosts]}
        for role in self.review.pack.roles:
            if not role.has_account:
                continue
            held = sum(r == role.code for r, _ in self.expected.values())
            slot = slots.get(role.code)
            assert (len(slot.members) if slot else 0) == held
            assert (slot.missing if slot else 0) == max(role.least - held, 0)

    @invariant()
    def whoever_went_is_remembered_until_they_come_back(self) -> None:
        rows = self.review.departures.values_list("user_id", "declined")
        assert dict(rows) == self.gone


@pytest.mark.slow
def test_the_rules_of_a_team_hold_in_any_order(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [make_user() for _ in range(PEOPLE - 1)]
    # They have been here before: an account that nobody used goes with its invitation.
    User.objects.update(last_login=timezone.now())
    for user in (manager, *others):
        user.refresh_from_db()

    class Here(Teams):
        pass

    Here.review, Here.manager, Here.people = review, manager, [manager, *others]

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
