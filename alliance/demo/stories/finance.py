"""Securities, custody, funds and insurance."""

from proposals.actions.drafting import AskText

from .script import Story, ago, reply

FINANCE = (
    Story(
        firm="demo-qinglan",
        title="證券型代幣小額募資之申報豁免額度與投資限額",
        title_en="Small offerings of security tokens: exemption and limits per investor",
        summary="現行三千萬元以下之證券型代幣募資得豁免申報，但以專業投資人為限，且單一投資人有認購"
        "上限，早期新創難以利用。建議檢討豁免額度，並開放一般投資人小額參與。",
        summary_en="Offerings of security tokens below NT$30 million need no registration, but "
        "only professional investors may take part and each up to a limit. Early start-ups can "
        "hardly use it. We ask to review the exemption and to let ordinary investors take part "
        "with small sums.",
        conflict="證券型代幣經核定為證券交易法第6條之有價證券，其募集原則上應依第22條申報生效；豁免"
        "僅及於小額且限專業投資人之發行。",
        benefit_firms="新創得以較低成本取得早期資金，合規之發行平臺亦有足夠案量維持營運。",
        benefit_public="一般投資人得在限額內參與並享有資訊揭露；風險為流動性不足與資訊落差，以個人"
        "投資上限及平臺審查義務控制。",
        asks=(
            AskText(
                "請檢討小額募資豁免申報之額度，並說明檢討時程。",
                "證券交易法",
                "第22條",
                "Review the ceiling of the exemption for small offerings, and say by when.",
            ),
            AskText(
                "請開放非專業投資人於每年合計一定金額內認購。",
                "證券交易法",
                "第6條",
                "Let non-professional investors subscribe up to a yearly amount.",
            ),
        ),
        domains=("finance", "startups"),
        steps=(
            ago(150, "submit"),
            ago(142, "accept"),
            ago(125, "refer", lead="fsc", supporting=("moda",), letter="示範字第1150000001號"),
            ago(122, "receive", ministry="fsc"),
            ago(122, "receive", ministry="moda"),
            ago(118, "take_on", ministry="fsc"),
            ago(117, "take_on", ministry="moda"),
            ago(
                110,
                "interim",
                ministry="fsc",
                text="【示範回應】本案已交由業務單位蒐集各國小額豁免制度，將於期限內正式回應。",
            ),
            ago(
                90,
                "answer",
                ministry="moda",
                answers={1: reply("no_comment", ""), 2: reply("no_comment", "")},
            ),
            ago(
                70,
                "answer",
                ministry="fsc",
                answers={
                    1: reply(
                        "partly",
                        "豁免額度將併同虛擬資產專法之授權子法檢討，現階段先行放寬同一發行人年度發行次數"
                        "之限制。",
                        "證券交易法第22條第1項",
                        next_step="提出檢討方向並徵詢外界意見",
                        next_in=190,
                    ),
                    2: reply(
                        "not_adopted",
                        "證券型代幣之次級市場流動性不足，資訊揭露機制尚待累積經驗，現階段不宜開放非專業"
                        "投資人。",
                        "證券交易法第6條、第22條",
                    ),
                },
            ),
            ago(
                61,
                "rate",
                usefulness=3,
                answered="partly",
                text="豁免額度有檢討方向，惟開放非專業投資人之理由可再具體。",
            ),
            ago(60, "close"),
            ago(
                20,
                "progress",
                ministry="fsc",
                ask=1,
                text="【示範回應】已彙整各界意見，檢討方向將於預定日期前公布。",
            ),
        ),
    ),
    Story(
        firm="demo-qinglan",
        title="信託業兼營虛擬資產保管之業務範圍與冷熱錢包比例",
        title_en="Trust enterprises as custodians of virtual assets: scope and cold storage",
        summary="金融機構如欲辦理虛擬資產保管，現行法規未就業務範圍、與自有資產之分離，及冷錢包之最"
        "低比例訂定明確標準。建議釐清適用依據並訂定保管準則。",
        summary_en="The rules do not yet say clearly under which heads a trust enterprise may keep "
        "virtual assets for others, how they are kept apart from its own, and how much must lie in "
        "cold storage. We ask for clarity and for custody standards.",
        conflict="信託業法就業務項目採列舉方式，虛擬資產是否屬得受託之財產，以及保管與信託之界線，"
        "實務上見解不一。",
        benefit_firms="受監理之保管機構得以加入，機構投資人始有合規之保管選擇。",
        benefit_public="客戶資產與業者自有資產分離，於業者破產時仍可取回；風險在私鑰管理，宜以第三"
        "方查核確保。",
        asks=(
            AskText(
                "請釐清虛擬資產是否屬信託業得受託之財產。",
                "信託業法",
                "第16條",
                "Say whether virtual assets are property that a trust enterprise may hold.",
            ),
            AskText(
                "請訂定保管機構冷錢包最低比例、私鑰分持及保險之標準。",
                "虛擬資產服務法（草案）",
                "",
                "Set standards for cold storage, split keys and insurance of custodians.",
            ),
        ),
        domains=("finance",),
        restricted="本公司規劃採三地分持之多方運算架構，合作之資安查核機構名單與報價如附，請勿公開。",
        steps=(
            ago(112, "submit"),
            ago(104, "accept"),
            ago(78, "refer", lead="fsc"),
            ago(75, "receive", ministry="fsc"),
            ago(70, "take_on", ministry="fsc"),
            ago(
                64,
                "interim",
                ministry="fsc",
                text="【示範回應】保管準則之草案已進入內部討論，將與專法之授權子法一併處理。",
            ),
            ago(
                18,
                "answer",
                ministry="fsc",
                answers={
                    1: reply(
                        "clarified",
                        "虛擬資產具財產價值且得為移轉者，得為信託財產；惟信託業辦理該項業務前，仍應依規"
                        "定就營業項目申請核准。",
                        "信託業法第16條",
                    ),
                    2: reply(
                        "rule_change",
                        "將於授權子法明定客戶資產分離、冷錢包最低比例及定期由獨立第三人查核之義務。",
                        "虛擬資產服務法（草案）",
                        next_step="子法草案預告六十日",
                        next_in=120,
                    ),
                },
            ),
            ago(
                15,
                "enter",
                ask=1,
                question="虛擬資產是否屬信託業得受託之財產？",
                question_en="May a trust enterprise hold virtual assets as trust property?",
            ),
            ago(
                4,
                "progress",
                ministry="fsc",
                ask=2,
                milestone="notice",
                text="【示範回應】子法草案已預告六十日，徵詢外界意見。",
            ),
        ),
    ),
    Story(
        firm="demo-qinglan",
        title="基金受益憑證代幣化登記之法律效力",
        title_en="Fund units as tokens: what the register on chain is worth in law",
        summary="擬將受益憑證以代幣形式於分散式帳本登記移轉，惟現行登記與過戶作業以集中保管帳簿為準，"
        "鏈上登記之效力未明。",
        summary_en="Fund units could be registered and transferred as tokens on a distributed "
        "ledger, but by today's rules the book entries of the central depository decide. What an "
        "entry on chain is worth is not clear.",
        conflict="受益憑證之無實體登載應洽集中保管事業為之，鏈上登記僅能作為輔助紀錄，形成雙重帳務。",
        benefit_firms="申購、買回之交割時間由數日縮短為當日，並降低對帳成本。",
        benefit_public="投資人可即時查得持有紀錄；應有權利更正與錯誤交易回復之機制。",
        asks=(
            AskText(
                "請同意以創新實驗方式試行代幣化受益憑證之登記。",
                "金融科技發展與創新實驗條例",
                "",
                "Allow a trial of tokenised fund units under the sandbox act.",
            ),
            AskText(
                "請釐清鏈上登記與集中保管帳簿不一致時，何者為準。",
                "證券投資信託及顧問法",
                "",
                "Say which register prevails where the two differ.",
            ),
        ),
        domains=("finance",),
        steps=(
            ago(130, "submit"),
            ago(122, "accept"),
            ago(100, "refer", lead="fsc"),
            ago(98, "receive", ministry="fsc"),
            ago(95, "take_on", ministry="fsc"),
            ago(
                80,
                "ask",
                ministry="fsc",
                text="請補充鏈上登記發生錯誤時之更正程序，以及節點營運者之責任分配。",
            ),
            ago(
                70,
                "reply",
                text="更正由登記代理人依投資人申請以反向交易為之，並留存理由；節點由三家金融機構營運，"
                "責任依契約比例分擔，全文如補充說明。",
            ),
            ago(
                36,
                "answer",
                ministry="fsc",
                answers={
                    1: reply(
                        "trial",
                        "得依創新實驗程序提出申請；實驗期間以專業投資人及一定規模為限，並應維持集中保管"
                        "帳簿之同步。",
                        "金融科技發展與創新實驗條例",
                        next_step="受理實驗申請前之輔導",
                        next_in=80,
                    ),
                    2: reply(
                        "clarified",
                        "現行以集中保管帳簿之登載為準，鏈上紀錄為輔助證明；實驗期間之例外以核准函所載為準。",
                        "證券投資信託及顧問法",
                    ),
                },
            ),
            ago(28, "close"),
        ),
    ),
    Story(
        firm="demo-zhulu",
        title="參數型保險以智慧合約自動理賠之交齊證明文件認定",
        title_en="Parametric insurance paid by smart contract: when are the papers complete?",
        summary="班機延誤、降雨量等參數型保險可由公開資料觸發自動給付。請釐清由資料介接取代要保人提"
        "出證明文件時，給付期限之起算方式。",
        summary_en="Insurance on flight delays or rainfall can be paid automatically from public "
        "data. We ask from when the period for payment runs if data replace the papers that the "
        "insured would hand in.",
        conflict="保險法第34條以要保人或被保險人交齊證明文件為給付期限之起算點，自動理賠並無交付文件之行為。",
        benefit_firms="小額大量之理賠得以自動化，營運成本下降。",
        benefit_public="被保險人無須自行申請即可獲賠；資料錯誤時應有人工救濟管道。",
        asks=(
            AskText(
                "請釐清以約定之公開資料達成觸發條件之時，得視為已交齊證明文件。",
                "保險法",
                "第34條",
                "Say that reaching the agreed data point counts as handing in the papers.",
            ),
            AskText(
                "請說明保險商品審查時，對預言機資料來源之要求。",
                "保險法",
                "",
                "Say what is required of the data source when the product is examined.",
            ),
        ),
        domains=("finance",),
        steps=(
            ago(96, "submit"),
            ago(88, "accept"),
            ago(70, "refer", lead="fsc"),
            ago(68, "receive", ministry="fsc"),
            ago(64, "take_on", ministry="fsc"),
            ago(
                55,
                "interim",
                ministry="fsc",
                text="【示範回應】本案涉及契約條款之約定方式，將邀集公會研商後回應。",
            ),
            ago(
                9,
                "answer",
                ministry="fsc",
                answers={
                    1: reply(
                        "may_proceed",
                        "保險契約得約定以特定公開資料作為保險事故之證明，條件成就時即屬交齊，現行法規並"
                        "未禁止。",
                        "保險法第34條",
                    ),
                    2: reply(
                        "clarified",
                        "資料來源應具公信力且可由雙方查證，契約應載明資料中斷或錯誤時之處理方式及人工申"
                        "訴管道。",
                        "保險商品銷售前程序之相關規定",
                    ),
                },
            ),
        ),
    ),
    Story(
        firm="demo-xinyin",
        title="旅行規則於業者間資料傳輸之豁免門檻與責任",
        title_en="The travel rule: thresholds and responsibility for data between providers",
        summary="虛擬資產移轉時應傳送付款人與收款人資料，惟對方業者尚未導入相容系統時如何處理，現行"
        "規定未臻明確。",
        summary_en="A transfer of virtual assets must carry data on payer and payee. What to do "
        "while the other provider has no system that can receive them is not clear.",
        conflict="業者依防制洗錢規定負有傳輸義務，但同業與境外業者導入進度不一，暫停移轉將影響客戶權益。",
        benefit_firms="合規成本可預期，避免因對方系統落差而違規。",
        benefit_public="可疑移轉得以追查；個人資料跨境傳輸應有保護。",
        asks=(
            AskText(
                "請釐清對方業者無法接收資料時之處理方式。",
                "洗錢防制法",
                "",
                "Say what to do when the other side cannot receive the data.",
            ),
            AskText(
                "請訂定小額移轉之簡化資料項目。",
                "洗錢防制法",
                "",
                "Define fewer data items for small transfers.",
            ),
        ),
        domains=("finance", "identity"),
        steps=(
            ago(205, "submit"),
            ago(196, "accept"),
            ago(172, "refer", lead="fsc", supporting=("mjib",)),
            ago(170, "receive", ministry="fsc"),
            ago(170, "receive", ministry="mjib"),
            ago(165, "take_on", ministry="fsc"),
            ago(164, "take_on", ministry="mjib"),
            ago(
                140,
                "answer",
                ministry="mjib",
                answers={
                    1: reply(
                        "clarified",
                        "可疑交易申報義務不因傳輸失敗而免除，移轉未能附具資料者，應列為風險因子評估。",
                        "洗錢防制法",
                    ),
                    2: reply("no_comment", ""),
                },
            ),
            ago(
                97,
                "answer",
                ministry="fsc",
                answers={
                    1: reply(
                        "clarified",
                        "對方無法接收時，應依風險評估決定限制或暫停移轉，並留存紀錄供查核。",
                        "洗錢防制法授權訂定之辦法",
                    ),
                    2: reply(
                        "not_adopted",
                        "國際評鑑標準對資料項目之要求趨嚴，現階段不宜簡化。",
                        "洗錢防制法授權訂定之辦法",
                    ),
                },
            ),
            ago(82, "close"),
        ),
    ),
)
