"""What a case can never be, whoever writes it: the constraints and triggers of its table.

Without imports from the model itself; `states.py` holds the same steps with who may take them.
"""

from functools import reduce
from operator import or_

import pgtrigger
from django.db import models
from django.db.models import F, Q

from .lasting import Lasting

TEXT_FIELDS = (
    "language",
    "title",
    "title_other",
    "summary",
    "summary_other",
    "business_model",
    "conflict",
    "benefit_firms",
    "benefit_public",
)
"""The public words of a case, its asks aside: what a version holds, and what stands from submission on."""

CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        condition=Q(state="draft", number__isnull=True, submitted_at__isnull=True)
        | (~Q(state="draft") & Q(number__isnull=False, submitted_at__isnull=False)),
        name="proposals_proposal_numbered_from_submission",
    ),
    models.CheckConstraint(
        condition=Q(
            state__in=[
                "draft",
                "screening",
                "needs_information",
                "merged",
                "declined",
                "withdrawn",
            ]
        )
        | Q(accepted_at__isnull=False),
        name="proposals_proposal_accepted_before_referral",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=["answered", "follow_up", "closed"]) | Q(answered_at__isnull=False),
        name="proposals_proposal_answered_has_moment",
    ),
    models.CheckConstraint(
        condition=~Q(state__in=["declined", "withdrawn"]) | Q(answered_at__isnull=True),
        name="proposals_proposal_answered_stays_public",
    ),
    models.CheckConstraint(
        condition=Q(state="merged", merged_into__isnull=False, answered_at__isnull=True)
        | ~Q(state="merged") & Q(merged_into__isnull=True),
        name="proposals_proposal_merged_into_a_case",
    ),
    models.CheckConstraint(condition=~Q(merged_into=F("id")), name="proposals_proposal_merged_into_another"),
    models.CheckConstraint(
        condition=Q(origin="imported") | Q(organisation__isnull=False, created_by__isnull=False),
        name="proposals_proposal_has_proposer",
    ),
    models.CheckConstraint(
        condition=Q(state="draft") | Q(origin="imported") | Q(group__isnull=False),
        name="proposals_proposal_submitted_to_group",
    ),
    models.CheckConstraint(
        condition=~Q(origin="imported") | Q(source_id__isnull=False),
        name="proposals_proposal_import_has_source",
    ),
]

TRIGGERS: list[pgtrigger.Trigger] = [
    pgtrigger.Protect(
        name="submitted_is_never_deleted",
        operation=pgtrigger.Delete,
        condition=pgtrigger.Q(old__number__isnull=False),
    ),
    pgtrigger.Protect(
        name="submission_is_never_changed",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__number__isnull=False)
        & (
            pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
            | pgtrigger.Q(old__submitted_at__df=pgtrigger.F("new__submitted_at"))
            | pgtrigger.Q(old__organisation_id__df=pgtrigger.F("new__organisation_id"))
        ),
    ),
    Lasting(
        name="submitted_text_is_never_changed",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__number__isnull=False, old__origin="portal")
        & ~pgtrigger.Q(old__state="needs_information")
        & reduce(
            or_,
            (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in TEXT_FIELDS),
        ),
    ),
    pgtrigger.Protect(
        name="no_case_begins_taken_over",
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__taken_over_by_id__isnull=False),
    ),
    pgtrigger.Trigger(
        name="led_as_the_newest_takeover_says",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__taken_over_by_id__df=pgtrigger.F("new__taken_over_by_id")),
        func=(
            "IF NEW.taken_over_by_id IS DISTINCT FROM (SELECT t.organisation_id "
            "FROM proposals_takeover t WHERE t.proposal_id = NEW.id ORDER BY t.id DESC LIMIT 1) THEN "
            "RAISE EXCEPTION 'a case has another lead by a takeover only'; END IF; RETURN NEW;"
        ),
    ),
    pgtrigger.Trigger(
        name="every_sponsor_has_signed",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__number__isnull=True, new__number__isnull=False),
        func=(
            "IF EXISTS (SELECT 1 FROM proposals_sponsor s WHERE s.proposal_id = NEW.id "
            "AND s.signed_at IS NULL) THEN "
            "RAISE EXCEPTION 'a co-sponsor has not signed'; END IF; RETURN NEW;"
        ),
    ),
    pgtrigger.Trigger(
        name="declined_only_as_unowned",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__state="referred", new__state="declined"),
        func=(
            "IF EXISTS (SELECT 1 FROM proposals_referral r WHERE r.proposal_id = NEW.id "
            "AND r.round = NEW.round AND r.part = 'lead' "
            "AND r.state NOT IN ('returned', 'cancelled')) "
            "OR (SELECT c.decided_on IS NULL OR c.decided_body_id IS NOT NULL "
            "FROM proposals_coordination c WHERE c.proposal_id = NEW.id "
            "ORDER BY c.id DESC LIMIT 1) IS NOT FALSE THEN "
            "RAISE EXCEPTION 'no letter has decided that no body is competent'; "
            "END IF; RETURN NEW;"
        ),
    ),
    pgtrigger.Protect(
        name="no_case_begins_merged",
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__merged_into_id__isnull=False),
    ),
    pgtrigger.Trigger(
        name="merged_before_the_referral_only",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Q(old__merged_into_id__df=pgtrigger.F("new__merged_into_id"))
        | pgtrigger.Q(old__state="merged", new__state="merged")
        & pgtrigger.Q(old__return_state__df=pgtrigger.F("new__return_state")),
        func=(
            "IF NEW.merged_into_id IS NOT NULL THEN "
            "IF OLD.merged_into_id IS NOT NULL OR NEW.return_state IS DISTINCT FROM OLD.state "
            "OR EXISTS (SELECT 1 FROM proposals_proposal p WHERE p.merged_into_id = NEW.id) "
            "OR NOT EXISTS (SELECT 1 FROM proposals_proposal t WHERE t.id = NEW.merged_into_id "
            "AND t.state IN ('screening', 'needs_information', 'discussion') "
            "AND (NEW.accepted_at IS NULL OR t.accepted_at IS NOT NULL)) THEN "
            "RAISE EXCEPTION 'a case is merged once, into one that is open and not referred'; "
            "END IF; "
            "ELSIF NEW.state <> OLD.return_state OR EXISTS (SELECT 1 FROM proposals_proposal t "
            "WHERE t.id = OLD.merged_into_id "
            "AND t.state IN ('referred', 'answered', 'follow_up', 'closed')) THEN "
            "RAISE EXCEPTION 'a merger is undone before the referral, back to where it came from'; "
            "END IF; RETURN NEW;"
        ),
    ),
    pgtrigger.FSM(
        name="no_step_is_skipped",
        field="state",
        transitions=[
            ("draft", "screening"),
            ("screening", "discussion"),
            ("screening", "needs_information"),
            ("screening", "declined"),
            ("screening", "referred"),
            ("screening", "withdrawn"),
            ("discussion", "needs_information"),
            ("discussion", "declined"),
            ("discussion", "referred"),
            ("discussion", "withdrawn"),
            ("needs_information", "screening"),
            ("needs_information", "discussion"),
            ("needs_information", "withdrawn"),
            ("referred", "answered"),
            ("referred", "withdrawn"),
            ("referred", "declined"),
            ("answered", "closed"),
            ("answered", "follow_up"),
            ("answered", "referred"),
            ("follow_up", "closed"),
            ("closed", "discussion"),
            ("discussion", "closed"),
            ("declined", "screening"),
            ("screening", "merged"),
            ("discussion", "merged"),
            ("merged", "screening"),
            ("merged", "discussion"),
        ],
    ),
]
