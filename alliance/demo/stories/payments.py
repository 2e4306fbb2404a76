"""Stablecoins, deposits and money across borders."""

from proposals.actions.drafting import AskText

from .script import Story, ago, reply

PAYMENTS = (
    Story(
        firm="demo-zhulu",
        title="新臺幣穩定幣準備資產之揭露頻率與查核方式",
        title_en="Reserves of a New Taiwan dollar stablecoin: how often to disclose, how to verify",
        summary="穩定幣之信任來自準備資產。建議明定準備資產之種類、每日揭露格式及會計師查核頻率，並"
        "釐清與電子支付儲值款項之界線。",
        summary_en="A stablecoin lives on trust in its reserves. We ask for rules on what may be "
        "held, a daily form of disclosure, how often an auditor verifies it, and where the line to "
        "stored value of electronic payment runs.",
        conflict="發行與新臺幣等值兌換之代幣，可能同時落入收受存款、電子支付儲值及虛擬資產三種規範，"
        "適用順序不明。",
        benefit_firms="發行人得依單一標準規劃準備金與資訊系統。",
        benefit_public="持有人可隨時檢視準備是否足額；揭露資料宜採開放格式以利外界查核。",
        asks=(
            AskText(
                "請明定準備資產之種類、存放機構及每日揭露之欄位。",
                "虛擬資產服務法（草案）",
                "",
                "Define the kinds of reserves, where they are kept, and what is disclosed daily.",
            ),
            AskText(
                "請釐清穩定幣與電子支付儲值款項之區別。",
                "電子支付機構管理條例",
                "第4條",
                "Draw the line between a stablecoin and stored value of electronic payment.",
            ),
            AskText(
                "請說明未經許可發行是否構成收受存款。",
                "銀行法",
                "第29條",
                "Say whether issuing without a licence is taking deposits.",
            ),
        ),
        domains=("finance",),
        restricted="擬合作之保管銀行與準備金配置試算表如附件，屬營業秘密。",
        steps=(
            ago(98, "submit"),
            ago(88, "accept"),
            ago(70, "agenda", meeting="regulation-1"),
            ago(
                60,
                "refer",
                lead="fsc",
                supporting=("cbc",),
                letter="示範字第1150000002號",
                meeting="regulation-1",
            ),
            ago(56, "receive", ministry="fsc"),
            ago(56, "receive", ministry="cbc"),
            ago(52, "take_on", ministry="fsc"),
            ago(51, "take_on", ministry="cbc"),
            ago(
                45,
                "interim",
                ministry="fsc",
                text="【示範回應】本會已函詢準備資產保管之實務作法，正式回應將於期限內發布。",
            ),
            ago(
                15,
                "answer",
                ministry="cbc",
                answers={
                    1: reply(
                        "clarified",
                        "準備資產如存放於本行專戶，涉及帳戶管理，宜由主管機關先行訂定發行人資格，再與本行會商。",
                        "中央銀行法",
                    ),
                    2: reply("no_comment", ""),
                    3: reply("no_comment", ""),
                },
            ),
            ago(
                6,
                "prepare",
                ministry="fsc",
                answers={
                    1: reply(
                        "rule_change",
                        "擬於子法明定準備資產以現金、存款及短期公債為限。",
                        "虛擬資產服務法（草案）",
                    )
                },
            ),
            ago(3, "sign_off", ministry="fsc"),
        ),
    ),
    Story(
        firm="demo-zhulu",
        title="銀行發行存款代幣供企業間清算之法律定性",
        title_en="Deposit tokens of banks for clearing between firms: what are they in law?",
        summary="銀行擬將活期存款以代幣形式記載，供企業於聯盟鏈上即時清算。請釐清代幣化存款是否仍屬"
        "存款、是否受存款保險保障。",
        summary_en="Banks would record demand deposits as tokens, so that firms can clear at once "
        "on a consortium chain. We ask whether such a token is still a deposit, and insured as one.",
        conflict="銀行法第5條之1所稱收受存款，是否涵蓋以代幣記載並可移轉之債權，未見明文。",
        benefit_firms="企業間款項可隨貨物或單據同步交割，縮短收款時間。",
        benefit_public="仍由受監理之銀行承擔兌付責任，風險低於民間發行之代幣。",
        asks=(
            AskText(
                "請釐清存款代幣是否屬收受存款及其適用規範。",
                "銀行法",
                "第5條之1",
                "Say whether deposit tokens are deposits, and under which rules.",
            ),
            AskText(
                "請說明跨行清算時與央行同業資金系統之銜接方式。",
                "中央銀行法",
                "",
                "Say how clearing between banks links to the central bank's system.",
            ),
        ),
        domains=("finance",),
        steps=(
            ago(112, "submit"),
            ago(103, "accept"),
            ago(76, "refer", lead="fsc", supporting=("cbc",)),
            ago(73, "receive", ministry="fsc"),
            ago(73, "receive", ministry="cbc"),
            ago(68, "take_on", ministry="fsc"),
            ago(67, "take_on", ministry="cbc"),
            ago(
                50,
                "interim",
                ministry="fsc",
                text="【示範回應】本案尚待與相關機關確認存款保險之適用，預計會商後回應。",
                in_days=30,
            ),
            ago(
                33,
                "answer",
                ministry="cbc",
                answers={
                    1: reply("no_comment", ""),
                    2: reply("trial", "跨行清算之銜接將先於試驗環境驗證，驗證結果另行公布。", "中央銀行法"),
                },
            ),
            ago(
                14,
                "close_offices",
                ministry="fsc",
                note="【示範】颱風停止上班",
                source="https://example.org/closure",
            ),
            ago(
                1,
                "explain",
                ministry="fsc",
                text="【示範回應】存款保險之適用尚待會商，會商結論作成後即行回應。",
                in_days=21,
            ),
        ),
    ),
    Story(
        firm="demo-zhulu",
        title="以穩定幣支付境外貨款之外匯申報方式",
        title_en="Paying suppliers abroad in stablecoins: how to declare foreign exchange",
        summary="中小企業以外幣穩定幣支付境外貨款日增，惟現行申報以銀行結匯為前提，業者無從誠實申報。",
        summary_en="Small firms increasingly pay suppliers abroad in foreign stablecoins. The "
        "rules on declaring foreign exchange assume a bank, so that firms cannot declare even if "
        "they want to.",
        conflict="管理外匯條例第6條之1以等值新臺幣五十萬元以上之外匯收支或交易為申報對象，穩定幣是"
        "否屬外匯並未明定。",
        benefit_firms="交易得以合法申報，降低帳務與稅務不確定性。",
        benefit_public="主管機關得掌握資金流動；應防止規避申報。",
        asks=(
            AskText(
                "請釐清外幣穩定幣是否屬管理外匯條例所稱外匯。",
                "管理外匯條例",
                "第6條之1",
                "Say whether a foreign stablecoin is foreign exchange under the act.",
            ),
            AskText(
                "請開放由登記之虛擬資產業者代客戶辦理申報。",
                "管理外匯條例",
                "",
                "Let registered providers declare for their customers.",
            ),
        ),
        domains=("finance", "trade"),
        steps=(
            ago(116, "submit"),
            ago(107, "accept"),
            ago(82, "refer", lead="cbc"),
            ago(80, "receive", ministry="cbc"),
            ago(75, "take_on", ministry="cbc"),
            ago(
                22,
                "answer",
                ministry="cbc",
                answers={
                    1: reply(
                        "clarified",
                        "穩定幣現非本條例所稱外匯；惟以新臺幣兌換外幣後購買者，結匯環節仍應依規定申報。",
                        "管理外匯條例第6條之1",
                    ),
                    2: reply(
                        "not_adopted",
                        "申報涉及真實性查核，須由指定銀行辦理，現階段不宜由虛擬資產業者代為申報。",
                        "管理外匯條例",
                    ),
                },
            ),
            ago(
                12,
                "reconsider",
                numbers=(2,),
                reason="所提代辦申報仍由指定銀行查核真實性，僅由業者彙送；回應未就此一分工說明。",
            ),
            ago(9, "receive", ministry="cbc"),
        ),
    ),
)
