"""The official letter of a referral: what it says, to whom, who may prepare it, and its number."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import translation

from members import clock
from members.odt import Line
from members.refusals import NotAllowed
from proposals.actions.letterpacks import official_letter
from proposals.actions.secretariat import record_outgoing_letter
from proposals.actions.supporting import add_supporting
from proposals.happenings import words_of
from proposals.letterpack import Speed, blocks, explanations
from proposals.models import Proposal, Referral
from tests import cases
from tests.cases import signed_in
from tests.proposals.disputes import LETTER, decided, disputed

pytestmark = pytest.mark.django_db
START = cases.at(2026, 11, 2)
NUMBER = "鏈盟字第1150000012號"


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with clock.at(START):
        yield


@pytest.fixture
def case() -> Proposal:
    return cases.referred(supporting=[cases.ministry("cbc")], restricted="營業秘密")


def office():
    return cases.person("office@example.org", secretariat=True)


def part(case: Proposal, slug: str) -> Referral:
    return case.referrals.select_related("proposal__organisation", "ministry").get(ministry__slug=slug)


def address(referral: Referral, ending: str = "/") -> str:
    return f"/en/admin/proposals/referral/{referral.pk}/letter{ending}"


def words(file: bytes) -> str:
    with ZipFile(BytesIO(file)) as package:
        return "".join(ElementTree.fromstring(package.read("content.xml")).itertext())


def test_letter_is_one_for_all_with_each_as_its_own_receiver(case):
    lead, support = part(case, "fsc"), part(case, "cbc")
    letters = [official_letter(user=office(), referral=row) for row in (lead, support)]
    assert [letter.receiver for letter in letters] == ["fsc 部", "cbc 部"]
    for letter in letters:
        assert (letter.originals, letter.copies) == (["fsc 部"], ["cbc 部", "acme 公司"])
        assert [(due.body, due.part, due.on) for due in letter.dues] == [
            ("fsc 部", "主辦", lead.due_on),
            ("cbc 部", "協辦", support.due_on),
        ]
    assert "cbc 部" in explanations(letters[0])[-1]


def test_letter_says_the_asks_with_their_laws_in_chinese_whatever_the_page(case):
    with translation.override("en"):
        letter = official_letter(user=office(), referral=part(case, "fsc"), speed=Speed.URGENT)
    assert [(ask.number, ask.law, ask.article) for ask in letter.asks] == [
        (1, "證券交易法", "第1條"),
        (2, "證券交易法", "第2條"),
    ]
    assert letter.dues[0].period.startswith("60")
    assert "days" not in letter.dues[0].period
    assert letter.speed == "速件"
    labels = [block.label for block in blocks(letter) if isinstance(block, Line)]
    assert labels[:5] == ["受文者", "發文日期", "發文字號", "速別", "密等及解密條件或保密期限"]
    assert labels[5:] == ["附件", "主旨", "說明", "正本", "副本"]


def test_letter_holds_nothing_restricted(case):
    answer = signed_in(office()).get(address(part(case, "fsc"), ".odt"))
    said = words(answer.content)
    assert case.number in said
    assert "營業秘密" not in said


def test_body_asked_later_has_a_letter_of_its_own_with_the_lead_in_copy(case):
    with clock.at(START + timedelta(days=3)):
        bodies = [cases.ministry("moda")]
        (added,) = add_supporting(user=cases.convener_of(case), proposal=case, bodies=bodies)
        letter = official_letter(user=office(), referral=part(case, "moda"))
    assert letter.originals == ["moda 部"]
    assert letter.copies == ["fsc 部", "acme 公司"]
    assert [due.on for due in letter.dues] == [added.due_on]


def test_number_entered_after_printing_is_that_of_the_whole_letter_and_public(case):
    row = record_outgoing_letter(
        user=office(), referral=part(case, "fsc"), letter_number=NUMBER, letter_on=date(2026, 11, 2)
    )
    assert part(case, "cbc").letter_number == NUMBER
    entry = case.timeline.get(kind="letter_sent")
    assert (entry.data["number"], entry.visibility) == (NUMBER, "public")
    page = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert f"letter no. {NUMBER}" in page
    record_outgoing_letter(user=office(), referral=row, letter_number=NUMBER, letter_on=date(2026, 11, 2))
    assert case.timeline.filter(kind="letter_sent").count() == 1
    letter = official_letter(user=office(), referral=part(case, "cbc"))
    assert (letter.number, letter.letter_on) == (NUMBER, date(2026, 11, 2))


def test_referral_with_a_number_is_told_as_by_official_letter():
    with translation.override("en"):
        said = [str(words_of("referred", {"letter": number})) for number in ("", NUMBER)]
    assert "official letter" not in said[0]
    assert "official letter" in said[1]


def test_officers_and_secretariat_prepare_the_letter_and_nobody_else(case):
    lead = part(case, "fsc")
    official_letter(user=cases.convener_of(case), referral=lead)
    others = (
        cases.person(audits=True),
        cases.person(convenes=cases.group("academia")),
        cases.liaison_of(lead.ministry),
        cases.proposer_of(case),
    )
    for user in others:
        with pytest.raises(NotAllowed):
            official_letter(user=user, referral=lead)


def test_page_offers_the_letter_in_its_speeds(case):
    convener = signed_in(cases.convener_of(case))
    lead = part(case, "fsc")
    page = convener.get(f"{address(lead)}?speed=最速件").content.decode()
    assert '<option value="最速件" selected>' in page
    assert "受文者：" in page
    assert convener.get(f"{address(lead)}?speed=never").status_code == 200
    shown = convener.get(f"/en/admin/proposals/proposal/{case.pk}/change/").content.decode()
    assert address(lead) in shown
    office_page = signed_in(office()).get(f"/en/admin/proposals/referral/{lead.pk}/change/")
    assert address(lead) in office_page.content.decode()


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_file_opens_in_an_office_program(case, tmp_path: Path):
    file = tmp_path / "letter.odt"
    file.write_bytes(signed_in(office()).get(address(part(case, "fsc"), ".odt")).content)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")


def test_letter_to_a_body_named_by_decision_says_which_and_offers_no_return(case) -> None:
    letter = official_letter(user=office(), referral=part(case, "fsc"))
    assert "非屬貴管者" in "".join(explanations(letter))
    row = disputed(cases.referred())
    with clock.at(START + timedelta(days=2)):
        decided(row, cases.ministry("moda"))
    letter = official_letter(user=office(), referral=cases.lead_of(row))
    said = "".join(explanations(letter))
    assert "退還" not in said
    assert LETTER in said
    assert cases.ministry("moda").name_zh in said
