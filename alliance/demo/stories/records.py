"""Signatures, certificates, evidence, consent and public records."""

from proposals.actions.drafting import AskText

from .script import Story, ago, reply

RECORDS = (
    Story(
        firm="demo-xinyin",
        title="以分散式帳本簽署契約之電子簽章效力",
        title_en="Contracts signed on a distributed ledger: are they electronic signatures?",
        summary="電子簽章法於民國113年修正後，電子簽章與實體簽章功能等同。請釐清以私鑰於分散式帳本"
        "簽署者，是否即屬電子簽章，以及推定效力之範圍。",
        summary_en="Since the Electronic Signatures Act was amended in 2024, an electronic "
        "signature does the work of one on paper. We ask whether signing with a private key on a "
        "distributed ledger is such a signature, and how far the presumption reaches.",
        conflict="鏈上簽署並無憑證機構簽發之憑證，交易相對人與公證實務對其效力存有疑慮，仍要求另附紙本。",
        benefit_firms="跨境契約得以線上完成，無須重複用印。",
        benefit_public="契約是否遭竄改可由任何人查證；不熟悉私鑰管理者應有替代方式。",
        asks=(
            AskText(
                "請釐清以私鑰於分散式帳本所為之簽署是否屬電子簽章。",
                "電子簽章法",
                "第2條",
                "Say whether signing with a private key on a ledger is an electronic signature.",
            ),
            AskText(
                "請說明未經憑證機構簽發憑證者，得否由當事人約定其效力。",
                "電子簽章法",
                "",
                "Say whether parties may agree on its effect without a certificate.",
            ),
        ),
        domains=("identity", "commerce"),
        steps=(
            ago(107, "submit"),
            ago(99, "accept"),
            ago(73, "refer", lead="moda", supporting=("moea",), letter="示範字第1150000003號"),
            ago(70, "receive", ministry="moda"),
            ago(70, "receive", ministry="moea"),
            ago(67, "take_on", ministry="moda"),
            ago(66, "take_on", ministry="moea"),
            ago(58, "interim", ministry="moda", text="【示範回應】本部已就簽署技術之要件進行研析。"),
            ago(
                41,
                "answer",
                ministry="moea",
                answers={1: reply("no_comment", ""), 2: reply("no_comment", "")},
            ),
            ago(
                14,
                "answer",
                ministry="moda",
                answers={
                    1: reply(
                        "may_proceed",
                        "凡依附於電子文件並與其相關連，足以辨識及確認簽署人者，即得為電子簽章，法律並未"
                        "限定技術。",
                        "電子簽章法第2條",
                    ),
                    2: reply(
                        "clarified",
                        "非屬數位簽章者仍得為電子簽章，當事人得約定其使用方式；惟推定本人簽署之效力以法"
                        "定要件為限。",
                        "電子簽章法第4條",
                    ),
                },
            ),
        ),
    ),
    Story(
        firm="demo-haidao",
        group="academia",
        title="數位學位證書之鏈上查驗與境外採認",
        title_en="Digital degree certificates: verified on chain, recognised abroad",
        summary="多所大專校院已試辦數位證書，惟證書格式、撤銷紀錄與境外查驗方式各校不一。建議訂定共"
        "通格式並明定與紙本之同等效力。",
        summary_en="A good many universities issue digital certificates on trial, each in its own "
        "format, with its own way to revoke and to verify them abroad. We ask for a common format, "
        "and that they count as much as paper.",
        conflict="學位證書之頒給由學校為之，現行規定未及數位格式，企業與境外學校仍要求紙本驗證。",
        benefit_firms="徵才時得即時查驗學歷，節省人工照會。",
        benefit_public="防止偽造文憑，畢業生可自行出示；個人資料不應直接上鏈。",
        asks=(
            AskText(
                "請訂定數位學位證書之共通格式與撤銷查詢方式。",
                "學位授予法",
                "",
                "Set a common format, and a way to look up revocations.",
            ),
            AskText(
                "請明定數位證書與紙本證書具同等效力。",
                "學位授予法",
                "",
                "Lay down that digital and paper certificates are equal.",
            ),
        ),
        domains=("education", "identity"),
        steps=(
            ago(126, "submit"),
            ago(117, "accept"),
            ago(91, "refer", lead="moe"),
            ago(88, "receive", ministry="moe"),
            ago(84, "take_on", ministry="moe"),
            ago(75, "interim", ministry="moe", text="【示範回應】本部將邀集試辦學校檢視格式差異。"),
            ago(
                34,
                "extend",
                ministry="moe",
                days=60,
                reason="【示範回應】尚須彙整六十餘所試辦學校之格式與撤銷紀錄，並確認境外查驗介面。",
                progress="已完成問卷回收，進入格式比對。",
            ),
        ),
    ),
    Story(
        firm="demo-xinyin",
        title="鏈上存證於刑事程序之證據能力與勘驗方式",
        title_en="Evidence anchored on chain: admissibility and inspection in criminal procedure",
        summary="企業於遭詐騙或營業秘密外洩時，常以雜湊值上鏈存證。請釐清其於偵查與審理中之提出方式、"
        "勘驗程序，以及與原始檔案之關係。",
        summary_en="Firms that are defrauded or lose trade secrets anchor hashes of files on a "
        "chain. We ask how to hand them in, how they are inspected, and how they relate to the "
        "original file.",
        conflict="刑事訴訟法第165條之1就電磁紀錄定有調查方法，惟鏈上紀錄僅為指紋，原始檔案另存他處。",
        benefit_firms="蒐證之作業標準明確，減少重複鑑定費用。",
        benefit_public="證據是否遭更動可受檢驗；應避免將個人資料寫入不可刪除之紀錄。",
        asks=(
            AskText(
                "請說明以雜湊值比對證明檔案未遭更動之勘驗方式。",
                "刑事訴訟法",
                "第165條之1",
                "Say how a comparison of hashes is inspected as proof.",
            ),
            AskText(
                "請釐清民事程序中提出鏈上紀錄書面之證明方法。",
                "民事訴訟法",
                "第363條",
                "Say how a printout of records on chain is proved in civil procedure.",
            ),
        ),
        domains=("evidence",),
        steps=(
            ago(77, "submit"),
            ago(68, "accept"),
            ago(51, "refer", lead="mjib"),
            ago(49, "open", ministry="mjib"),
            ago(
                45,
                "give_back",
                ministry="mjib",
                named="moj",
                reason="【示範回應】證據調查方法屬訴訟法制事項，宜由法務部統一說明；本局得提供存證實務經驗。",
            ),
            ago(37, "refer", lead="moj"),
            ago(35, "receive", ministry="moj"),
            ago(31, "take_on", ministry="moj"),
            ago(23, "interim", ministry="moj", text="【示範回應】本部將洽詢實務機關之作業方式後回應。"),
            ago(
                3,
                "stop",
                ministry="moj",
                reason="【示範】機房水損，公文系統停止運作，修復前無法調閱案卷。",
                evidence="https://example.org/notice",
            ),
        ),
    ),
    Story(
        firm="demo-xinyin",
        title="民眾查詢機關調閱個人資料紀錄之跨機關存取軌跡",
        title_en="Letting people see which bodies read their data: records of access over T-Road",
        summary="機關間透過 T-Road 交換個人資料日增，民眾無從得知何機關於何時調閱。建議提供可驗證之"
        "存取紀錄供本人查詢。",
        summary_en="Bodies exchange more and more personal data over T-Road, and people cannot "
        "know who read theirs and when. We ask for verifiable records of access that everybody can "
        "look up for themselves.",
        conflict="個人資料保護法賦予當事人查詢之權利，惟存取紀錄分散於各機關，並無共通之查詢方式。",
        benefit_firms="身分與同意管理業者得以開放標準介接。",
        benefit_public="提升對政府資料使用之信任；紀錄本身亦屬個人資料，應限本人查詢。",
        asks=(
            AskText(
                "請規劃跨機關存取紀錄之共通格式與本人查詢介面。",
                "個人資料保護法",
                "第3條",
                "Plan a common format for access records and a way to look up one's own.",
            ),
            AskText(
                "請評估以雜湊留存紀錄以防事後更動。",
                "",
                "",
                "Consider keeping hashes, so that records cannot be altered later.",
            ),
        ),
        domains=("government", "identity"),
        steps=(
            ago(36, "submit"),
            ago(27, "accept"),
            ago(15, "agenda", meeting="regulation-2"),
            ago(
                4,
                "refer",
                lead="moda",
                supporting=("demo-data-office",),
                letter="示範字第1150000004號",
                meeting="regulation-2",
            ),
            ago(
                3,
                "reorganise",
                ministry="demo-data-office",
                into="demo-data-commission",
                document="示範院字第1150000009號",
            ),
        ),
    ),
    Story(
        firm="demo-haidao",
        group="academia",
        title="手術同意書以數位憑證簽署與撤回之紀錄方式",
        title_en="Consent to surgery as a digital credential: signing, and taking it back",
        summary="醫院擬以數位憑證記錄病人之說明與同意過程，病人得隨時撤回並留存可驗證之軌跡。請釐清"
        "與紙本同意書之關係。",
        summary_en="Hospitals would record explanation and consent as digital credentials that a "
        "patient can withdraw at any time, with a trace that can be verified. We ask how this "
        "relates to the paper form.",
        conflict="醫療法第63條要求簽具手術同意書，電子化後之簽署者身分確認與撤回方式未有一致作法。",
        benefit_firms="醫療資訊業者得依共通標準開發，避免各院重複建置。",
        benefit_public="病人清楚掌握自己的同意範圍；健康資料不得上鏈，僅留存雜湊值。",
        asks=(
            AskText(
                "請釐清以數位憑證簽署之同意書符合簽具之要件。",
                "醫療法",
                "第63條",
                "Say that consent signed as a digital credential meets the requirement.",
            ),
        ),
        domains=("health", "identity"),
        steps=(
            ago(26, "submit"),
            ago(13, "accept"),
            ago(13, "agenda", meeting="academia-1"),
            ago(9, "adjourn"),
            ago(8, "note", text="下次工作會議邀請衛福部與試辦醫院列席，先釐清急診情形。"),
        ),
    ),
    Story(
        firm="demo-xinyin",
        group="academia",
        title="病人以數位憑證簽署手術同意書之身分確認",
        title_en="Consent to surgery signed as a digital credential: who has signed?",
        summary="資訊業者為醫院建置同意書系統，擬以數位憑證確認簽署者為病人本人或其家屬，請釐清所需之"
        "身分確認程度。",
        summary_en="A firm that builds consent systems for hospitals would use digital credentials to "
        "confirm that the patient, or a relative, has signed. We ask which degree of certainty is needed.",
        conflict="醫療法第63條要求簽具手術同意書，未規定電子簽署者身分確認之程度。",
        benefit_firms="各院得採用同一套身分確認方式。",
        benefit_public="病人得確知同意書非由他人代簽。",
        asks=(
            AskText(
                "請說明以數位憑證簽署手術同意書時所需之身分確認程度。",
                "醫療法",
                "第63條",
                "Say which degree of identification consent signed as a digital credential needs.",
            ),
        ),
        domains=("health", "identity"),
        steps=(
            ago(20, "submit"),
            ago(11, "accept"),
            ago(
                8,
                "merge",
                into="手術同意書以數位憑證簽署與撤回之紀錄方式",
                reason="兩案均就醫療法第63條手術同意書之數位簽署請求釐清，併同一案辦理，一次轉請並回應。",
            ),
        ),
    ),
    Story(
        firm="demo-haidao",
        title="去中心化自治組織於我國法之主體地位",
        title_en="Decentralised organisations: what are they under the law of Taiwan?",
        summary="開源社群以智慧合約管理共同資金，惟於我國並無對應之法人類型，對外簽約與納稅皆由個人承擔。",
        summary_en="Open-source communities keep common funds by smart contracts. Our law has no "
        "kind of legal person for them, so that individuals sign contracts and pay tax for all.",
        conflict="可能被認屬民法第667條之合夥，成員對合夥債務負連帶責任，與社群預期不符。",
        benefit_firms="社群得以合法聘用與簽約。",
        benefit_public="債權人知悉求償對象；應避免以匿名規避責任。",
        asks=(
            AskText(
                "請釐清此類組織得採行之法人類型與責任歸屬。",
                "民法",
                "第667條",
                "Say which legal forms are open to them and who is liable.",
            ),
        ),
        domains=("startups",),
        steps=(
            ago(16, "submit"),
            ago(7, "request", text="請補充二件實際案例之組織章程與資金規模，並說明希望適用之法人類型。"),
            ago(2, "prolong", reason="其中一件案例之章程尚待合作團隊同意公開。"),
        ),
    ),
    Story(
        firm="demo-xinyin",
        title="數位遺產中私鑰之繼承程序",
        title_en="Private keys in an estate: how are they inherited?",
        summary="被繼承人之虛擬資產以私鑰控制，繼承人常無從取得。擬建議金融機構與業者訂定共通之查詢"
        "與移交程序。",
        summary_en="Virtual assets of the deceased depend on private keys that heirs often cannot "
        "get. We would ask for a common procedure to look for them and to hand them over.",
        conflict="民法第1148條規定繼承人承受財產上一切權利義務，惟業者欠缺確認繼承人身分與移交之程序。",
        benefit_firms="",
        benefit_public="",
        asks=(AskText("請訂定虛擬資產業者受理繼承申請之程序。", "民法", "第1148條"),),
        domains=("finance",),
        steps=(ago(5, "draft"),),
    ),
)
