"""Triage at the desk in the admin: its addresses, and what a page of it shows."""

from typing import Any

from django.test import Client
from django.urls import reverse

from proposals.models import Proposal
from tests import cases
from tests.cases import signed_in

LIST = "/admin/proposals/proposal/"


def convener(case: Proposal) -> Client:
    return signed_in(cases.convener_of(case))


def page(case: Proposal) -> str:
    return f"{LIST}{case.pk}/change/"


def step(case: Proposal, name: str) -> str:
    return reverse("admin:proposals_proposal_step", args=[case.pk, name])


def fresh(case: Proposal) -> Proposal:
    return Proposal.objects.get(pk=case.pk)


def state(case: Proposal) -> str:
    return fresh(case).state


def shown(client: Client, query: str = "") -> list[str]:
    return [row.number for row in client.get(LIST + query).context["cl"].result_list]


def chosen(name: str, rows: list[Proposal]) -> dict[str, Any]:
    return {"action": name, "_selected_action": [row.pk for row in rows]}


def bulk(client: Client, name: str, rows: list[Proposal], **sent: object) -> Any:
    """The page between, or, with `sent`, what is confirmed on it."""
    return client.post(LIST, chosen(name, rows) | sent, follow=True)


def confirm(client: Client, name: str, rows: list[Proposal], **sent: object) -> Any:
    """Confirms what the page between has shown: of each row the version, and the bodies that rules name."""
    seen = {}
    for row in bulk(client, name, rows).context["able"]:
        seen[f"version_{row.case.pk}"] = row.case.version
        if row.proposed:
            seen[f"bodies_{row.case.pk}"] = row.proposed.as_sent
    return bulk(client, name, rows, confirmed="1", **seen | sent)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def panels(client: Client, case: Proposal) -> dict[str, dict[str, Any]]:
    """What may be decided on the page of a case, by the name of the step."""
    return {panel["step"].name: panel for panel in client.get(page(case)).context["panels"]}
