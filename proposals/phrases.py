"""What is often written in triage, in words that offices use: texts for a portal that has none yet.

Each ends where the officer goes on with the case at hand; brackets stand for what is to be filled in.
"""

from typing import NamedTuple


class Phrase(NamedTuple):
    kind: str
    title: str
    text_zh: str
    text_en: str


PHRASES = (
    Phrase(
        "decline",
        "訴求未具體 · Not specific enough",
        "經本分組篩選評估，本提案尚未具體敘明所涉法規條次及擬請機關辦理之事項，爰不予成案。貴單位得補充"
        "營運模式、牴觸之規定及具體訴求後重新提案，本分組樂於協助。",
        "The group has examined the proposal. It does not yet say which provisions are concerned, nor what "
        "exactly the authority is asked to do, and so it is not taken up. You are welcome to propose again "
        "with the business model, the provision in the way and a specific request; the group will gladly "
        "help.",
    ),
    Phrase(
        "decline",
        "已有釐清 · Already clarified",
        "本提案所詢事項，主管機關業於〔日期、文號〕釐清，相關內容載於本聯盟法規釐清彙編，請逕予參考，爰不另成案。"
        "倘貴單位之事實與該釐清所依據者不同，請敘明差異後再行提案。",
        "What the proposal asks was clarified by the competent authority on [date, number]; the answer "
        "stands in the alliance's register of clarifications, and no new case is opened. Should your facts "
        "differ from those of that clarification, please say how and propose again.",
    ),
    Phrase(
        "decline",
        "非法規事項 · No matter of regulation",
        "本提案屬個別商業爭議或機關採購、補助事項，非屬法規調適範圍，爰不予成案，建議逕洽〔機關或單位〕辦理。",
        "The proposal concerns a commercial dispute, a procurement or a subsidy rather than regulation, and "
        "so it is not taken up. We suggest that you turn to [body] directly.",
    ),
    Phrase(
        "ask",
        "補充營運模式與法規牴觸處 · Business model and conflict",
        "為利評估，請補充下列事項：\n一、營運模式及各參與者間之權利義務與金流、資料流。\n"
        "二、認有牴觸之法規名稱、條次及理由。\n三、擬請主管機關辦理之具體事項。",
        "So that the group can weigh the case, please add:\n1. how the business works, with the rights and "
        "duties of all who take part, and the flows of money and data;\n2. which provisions are in its way, "
        "by law and article, and why;\n3. what exactly the competent authority is asked to do.",
    ),
    Phrase(
        "ask",
        "補充效益與風險 · Benefit and risk",
        "請補充說明本提案對產業及公眾之預期效益（儘可能量化），以及對消費者保護、資訊安全、洗錢防制之風險與因應措施。",
        "Please add what the proposal would bring to industry and the public, in figures where you can, and "
        "what it risks for consumers, information security and the prevention of money laundering, with the "
        "measures that you plan.",
    ),
    Phrase(
        "refer",
        "移請其他分組 · For another group",
        "本案主要涉及〔事項〕，屬貴分組業務範圍，爰移請續行評估；本分組已審閱部分請參考案件紀錄。",
        "The case is mainly about [matter], which is the field of your group, and is handed over for further "
        "examination. What this group has looked at already stands in the record of the case.",
    ),
    Phrase(
        "refer",
        "邀請機關表示意見 · Ministries invited to comment",
        "為利分組討論，請就本案所涉主管法規之現行規定、實務見解及調適可行性惠示意見。本程序不計入回應期限，"
        "亦不構成機關之正式回應。",
        "For the discussion in the group we would be grateful for your view of the present rules in your "
        "charge, of their practice, and of whether they could be adjusted. No period runs, and the comment "
        "is not a formal answer.",
    ),
    Phrase(
        "note",
        "評估要點 · Points to weigh",
        "一、法規衝突是否明確：\n二、公共利益：\n三、可行性（解釋、修法、試驗）：\n四、建議主辦及協辦機關：",
        "1. Is the conflict with the rules clear:\n2. Public interest:\n3. Feasibility (interpretation, "
        "amendment, trial):\n4. Which body should lead, which support:",
    ),
    Phrase(
        "answer",
        "現行法規未禁止 · Not prohibited",
        "查〔法規名稱、條次〕並未限制所詢事項，於符合〔條件〕之前提下得辦理；個案事實如有不同，仍應依實際情形認定。",
        "[Law, article] does not restrict what is asked; it may proceed provided that [conditions]. Where "
        "the facts of a case differ, they decide.",
    ),
)
