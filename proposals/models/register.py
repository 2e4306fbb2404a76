from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import bigrams, clock
from members.models import Law
from members.permissions import AnyUser, is_known, reads_all
from members.said import local
from proposals.articles import article_keys
from workinggroups.permissions import triaged_groups

from .answers import Answer
from .case import HIDDEN_STATES


class LegalNature(models.TextChoices):
    """What a clarification is in law; source: 行政程序法 §159 to §161."""

    INDIVIDUAL = "individual", _("Reply to an individual case")
    INTERPRETATIVE = "interpretative", _("Interpretative letter")
    RULE = "rule", _("Administrative rule under Article 160")


MEANS: dict[str, str | Promise] = {
    LegalNature.INDIVIDUAL: _(
        "The body says how it applies the law to the facts described in this one case."
    ),
    LegalNature.INTERPRETATIVE: _(
        "The body says in a letter how it understands the law; it is expected to treat like cases alike."
    ),
    LegalNature.RULE: _(
        "A rule signed by the head of the body and published in the gazette (Administrative Procedure Act, "
        "Article 160). It binds the body, those under it and their officers (Article 161)."
    ),
}
MEANS_NOT: dict[str, str | Promise] = {
    LegalNature.INDIVIDUAL: _(
        "It is no permit, does not cover other facts, and binds neither courts nor other bodies."
    ),
    LegalNature.INTERPRETATIVE: _(
        "It is no permit and no statute: the body may change its view, and courts are not bound by it."
    ),
    LegalNature.RULE: _("It is no statute: courts examine it, and an amendment of the law goes before it."),
}


class ClarificationQuerySet(models.QuerySet):
    def published(self) -> Self:
        """What everybody reads; never of a case that is hidden."""
        return self.filter(is_published=True).exclude(answer__referral__proposal__state__in=HIDDEN_STATES)

    def visible_to(self, user: AnyUser) -> Self:
        """Published ones; those in preparation for the group's officers, the secretariat and the auditors."""
        if reads_all(user):
            return self
        if is_known(user) and (groups := triaged_groups(user)):
            own = self.filter(answer__referral__proposal__group__in=groups)
            return self.published() | own
        return self.published()

    def in_force(self) -> Self:
        """Neither superseded, nor of an answer that was corrected or withdrawn since."""
        return self.filter(superseded_by__isnull=True, answer__replaced_by__isnull=True)

    def for_article(self, law: Law | str | None, article: str) -> Self:
        """Those on an article of a law, however both are written; on the whole law where it names none."""
        if isinstance(law, str):
            names = [law.strip(), bigrams.normalised(law).strip()]
            law = Law.objects.filter(Q(name_zh__in=names) | Q(name_en__iexact=law.strip())).first()
        if law is None:
            return self.none()
        rows, keys = self.filter(law=law), article_keys(article)
        return rows.filter(Q(article_keys__overlap=keys) | Q(article_keys=[])) if keys else rows

    def matching(self, words: str) -> Self:
        """As for cases: two Chinese characters or more being exact."""
        query = bigrams.query(words)
        return (
            self.filter(search=SearchQuery(query, config="simple", search_type="raw"))
            if query
            else self.none()
        )


class Clarification(models.Model):
    """法規釐清彙編: an answer that clarifies or permits, entered in the register by law and article."""

    answer = models.OneToOneField(
        Answer, models.PROTECT, related_name="clarification", verbose_name=_("answer")
    )
    slug = models.SlugField(_("address"), max_length=120, unique=True, editable=False)
    law = models.ForeignKey(
        Law, models.PROTECT, null=True, blank=True, related_name="clarifications", verbose_name=_("law")
    )
    article = models.CharField(_("article"), max_length=60, blank=True)
    article_keys = ArrayField(models.CharField(max_length=20), default=list, editable=False)
    question = models.CharField(_("the question in a sentence"), max_length=300)
    question_en = models.CharField(_("the question in a sentence (English)"), max_length=400, blank=True)
    nature = models.CharField(
        _("legal nature"), max_length=16, choices=LegalNature.choices, default=LegalNature.INDIVIDUAL
    )
    facts = models.TextField(_("facts relied on"), blank=True)
    letter_number = models.CharField(_("letter number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date"))
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("superseded by"),
    )
    is_published = models.BooleanField(_("published"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    search = SearchVectorField(null=True, editable=False)

    objects = ClarificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("clarification")
        verbose_name_plural = _("register of clarifications")
        ordering = ["-dated_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="proposals_clarification_has_question"),
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
                name="proposals_clarification_outlives_itself",
            ),
            models.CheckConstraint(
                condition=Q(is_published=False) | ~Q(facts=""), name="proposals_clarification_states_facts"
            ),
        ]
        indexes = [
            models.Index(fields=["law", "-dated_on"], name="proposals_register_by_law"),
            GinIndex(fields=["search"], name="proposals_register_search"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_clarification_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__is_published=True),
            ),
            pgtrigger.Protect(
                name="clarification_keeps_its_address",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__slug__df=pgtrigger.F("new__slug"))
                | pgtrigger.Q(old__answer_id__df=pgtrigger.F("new__answer_id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.question}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:clarification", args=[self.slug])

    @property
    def local_question(self) -> str:
        return local(self.question, self.question_en)

    @property
    def means(self) -> str:
        return str(MEANS[self.nature])

    @property
    def means_not(self) -> str:
        return str(MEANS_NOT[self.nature])

    @property
    def is_superseded(self) -> bool:
        return self.superseded_by_id is not None

    @property
    def later_answer(self) -> Answer | None:
        """The version by which the body has corrected or withdrawn the answer since."""
        return getattr(self.answer, "replaced_by", None)

    @property
    def is_review_due(self) -> bool:
        return self.review_on is not None and self.review_on <= clock.today() and not self.is_superseded
