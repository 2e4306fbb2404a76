"""Goods on their way, food, energy and commerce."""

from proposals.actions.drafting import AskText

from .script import Story, ago, reply

TRADE = (
    Story(
        firm="demo-yunhang",
        title="電子載貨證券之提示與報關單證無紙化",
        title_en="Electronic bills of lading: presentation, and customs papers without paper",
        summary="國際貿易已逐步採用電子載貨證券，惟我國報關與提貨仍以紙本為原則。建議承認可獨占控制"
        "之電子載貨證券，並允許以其辦理通關。",
        summary_en="World trade is taking up electronic bills of lading, while customs clearance "
        "and delivery here still start from paper. We ask to recognise electronic ones over which "
        "one holder has exclusive control, and to clear goods with them.",
        conflict="民法第629條以交付提單發生物權效力，關稅法第17條所列報關文件仍以提貨單為據，電子形"
        "式如何交付未明。",
        benefit_firms="單據流轉由數日縮短至數分鐘，降低滯港費用。",
        benefit_public="減少偽造單據與重複融資；中小企業應有低成本之使用管道。",
        asks=(
            AskText(
                "請允許以電子載貨證券辦理報關。",
                "關稅法",
                "第17條",
                "Let goods be cleared with electronic bills of lading.",
            ),
            AskText(
                "請釐清電子形式之交付是否發生與紙本相同之效力。",
                "民法",
                "第629條",
                "Say whether delivery in electronic form has the effect of paper.",
            ),
        ),
        domains=("trade", "supply-chain"),
        steps=(
            ago(83, "submit"),
            ago(73, "accept"),
            ago(47, "refer", lead="mof", supporting=("moea",)),
            ago(44, "receive", ministry="mof"),
            ago(44, "receive", ministry="moea"),
            ago(41, "take_on", ministry="mof"),
            ago(40, "take_on", ministry="moea"),
            ago(33, "interim", ministry="mof", text="【示範回應】本部已請關務署就通關系統之介接評估。"),
            ago(
                8,
                "ask",
                ministry="mof",
                text="請補充擬採用之電子載貨證券系統、其獨占控制之技術說明，以及已試辦之航線與件數。",
            ),
        ),
    ),
    Story(
        firm="demo-yunhang",
        group="application",
        title="再生能源憑證代幣化之移轉登錄與重複宣告防止",
        title_en="Renewable energy certificates as tokens: transfers, and no claim made twice",
        summary="中小企業購買少量綠電憑證成本過高。擬以代幣切分憑證並即時註銷，請釐清與國家憑證登錄之關係。",
        summary_en="Certificates for green power cost too much for firms that need few. We would "
        "split them into tokens that are retired at once, and ask how that fits the national register.",
        conflict="憑證之移轉以登錄平臺紀錄為準，切分後之使用宣告並無對應欄位。",
        benefit_firms="小額使用者得以負擔，並可於供應鏈稽核時即時出示。",
        benefit_public="避免同一度電重複宣告；平臺應定期受查核。",
        asks=(
            AskText(
                "請釐清憑證得否切分並以代幣表彰其部分權益。",
                "再生能源發展條例",
                "",
                "Say whether a certificate may be split and shown by tokens.",
            ),
            AskText(
                "請開放登錄平臺之註銷查詢介面。",
                "再生能源發展條例",
                "",
                "Open an interface of the register to look up retired certificates.",
            ),
        ),
        domains=("energy", "supply-chain"),
        steps=(
            ago(92, "submit"),
            ago(83, "accept"),
            ago(72, "agenda", meeting="application-1"),
            ago(58, "refer", lead="moea", meeting="application-1"),
            ago(55, "receive", ministry="moea"),
            ago(51, "take_on", ministry="moea"),
            ago(43, "interim", ministry="moea", text="【示範回應】本部將洽憑證登錄單位說明現行註銷作業。"),
            ago(
                12,
                "answer",
                ministry="moea",
                answers={
                    2: reply(
                        "rule_change",
                        "註銷紀錄將以開放資料提供查詢，介面規格另行公布。",
                        "再生能源發展條例授權訂定之辦法",
                        next_step="公布介面規格",
                        next_in=75,
                    )
                },
            ),
        ),
    ),
    Story(
        firm="demo-yunhang",
        group="application",
        title="食品追溯系統採用分散式帳本之申報方式",
        title_en="Food traceability on a distributed ledger: how to report",
        summary="食品業者依法應建立追溯或追蹤系統並申報。以分散式帳本記錄者，仍須另行人工登打。建議"
        "接受由帳本直接介接之申報。",
        summary_en="Food businesses must keep a traceability system and report from it. Those that "
        "keep it on a ledger still have to type everything again. We ask that reports straight from the "
        "ledger be accepted.",
        conflict="食品安全衛生管理法第9條所定申報以指定平臺人工登錄為主，欠缺系統介接規格。",
        benefit_firms="省去重複登打之人力，並減少錯誤。",
        benefit_public="食安事件發生時可於數分鐘內追查流向。",
        asks=(
            AskText(
                "請公布追溯系統之介接規格，並接受分散式帳本之資料。",
                "食品安全衛生管理法",
                "第9條",
                "Publish the interface, and accept data from a ledger.",
            ),
            AskText(
                "請釐清鏈上紀錄更正之方式。",
                "食品安全衛生管理法",
                "",
                "Say how an entry on chain is corrected.",
            ),
        ),
        domains=("food", "agriculture"),
        steps=(ago(26, "submit"),),
    ),
    Story(
        firm="demo-yunhang",
        title="數位收藏憑證交易之七日解除權適用",
        title_en="Digital collectibles: does the seven-day right to rescind apply?",
        summary="數位收藏憑證於線上售出即完成移轉，消費者得否於七日內解除契約，平臺作法不一。請釐清"
        "適用範圍。",
        summary_en="A digital collectible is transferred the moment it is sold online. Whether the "
        "buyer may rescind within seven days, each platform answers in its own way. We ask where "
        "the right applies.",
        conflict="消費者保護法第19條賦予通訊交易七日解除權，惟數位內容一經提供即為完成者得排除，數"
        "位憑證是否屬之未明。",
        benefit_firms="平臺得訂定一致之退款條款。",
        benefit_public="消費者於購買前即知悉能否反悔。",
        asks=(
            AskText(
                "請釐清數位收藏憑證是否屬得排除解除權之數位內容。",
                "消費者保護法",
                "第19條",
                "Say whether collectibles are digital content exempt from the right.",
            ),
        ),
        domains=("commerce",),
        steps=(ago(4, "submit"),),
    ),
    Story(
        firm="demo-qinglan",
        title="股東會以鏈上投票行使表決權",
        title_en="Voting at shareholders' meetings on chain",
        summary="未公開發行公司擬以鏈上投票取代委託書，請釐清是否屬以電子方式行使表決權。",
        summary_en="A company that is not public would vote on chain instead of by proxy. We asked "
        "whether that is voting by electronic means.",
        conflict="公司法第177條之1允許以電子方式行使表決權，惟對系統要件未有規定。",
        benefit_firms="降低召開成本。",
        benefit_public="表決結果可供查證。",
        asks=(
            AskText(
                "請釐清鏈上投票是否屬電子方式行使表決權。",
                "公司法",
                "第177條之1",
                "Say whether voting on chain is voting by electronic means.",
            ),
        ),
        domains=("commerce",),
        steps=(
            ago(87, "submit"),
            ago(78, "accept"),
            ago(61, "refer", lead="moea"),
            ago(58, "receive", ministry="moea"),
            ago(55, "take_on", ministry="moea"),
            ago(40, "withdraw", text="經主管機關說明後已無疑義，爰予撤案。"),
        ),
    ),
    Story(
        firm="demo-zhulu",
        title="代幣獎勵之銷售額與所得認列時點",
        title_en="Tokens given as a reward: when are they sales, when income?",
        summary="平臺以代幣獎勵商家與消費者，發給、交換與兌付各階段之課稅時點不明。建議釐清銷售額與所得之認列。",
        summary_en="Platforms reward shops and customers with tokens. It is unclear at which moment, "
        "when they are given, exchanged or redeemed, a tax falls due. We ask for clarity.",
        conflict="現行規定未就非現金之代幣訂定時價之認定方式與認列時點。",
        benefit_firms="商家得以正確開立憑證，會計處理一致。",
        benefit_public="課稅時點明確，減少爭議與漏報。",
        asks=(
            AskText(
                "請說明發給代幣獎勵時是否屬銷售額之減項。",
                "加值型及非加值型營業稅法",
                "第16條",
                "Say whether a reward in tokens lowers the amount of the sale.",
            ),
        ),
        domains=("commerce",),
        steps=(
            ago(158, "submit"),
            ago(149, "accept"),
            ago(124, "refer", lead="mof", letter="示範字第1150000005號"),
            ago(121, "receive", ministry="mof"),
            ago(117, "take_on", ministry="mof"),
        ),
    ),
    Story(
        firm="demo-haidao",
        title="電子發票資料上鏈留存之效力",
        title_en="Invoices kept on a distributed ledger: do they count as kept?",
        summary="企業擬以分散式帳本留存電子發票與憑證，希望確認是否符合憑證保存之規定。",
        summary_en="Firms would keep electronic invoices and vouchers on a distributed ledger, and ask "
        "whether that fulfils the duty to keep them.",
        conflict="憑證保存之媒體與調閱方式，現行規定以磁性或光學媒體為例示。",
        benefit_firms="免除重複留存，查核時可直接驗證未經竄改。",
        benefit_public="稽徵機關調閱憑證更迅速可靠。",
        asks=(
            AskText(
                "請釐清分散式帳本是否屬得保存憑證之媒體。",
                "商業會計法",
                "第40條",
                "Say whether a distributed ledger is a medium in which vouchers may be kept.",
            ),
        ),
        domains=("commerce", "supply-chain"),
        steps=(
            ago(109, "submit"),
            ago(100, "accept"),
            ago(84, "refer", lead="moea"),
            ago(81, "receive", ministry="moea"),
            ago(77, "take_on", ministry="moea"),
            ago(1, "prove", ministry="moea", number="示範商字第1150000099號"),
        ),
    ),
    Story(
        firm="demo-zhulu",
        group="application",
        title="請補助商家導入點數代幣行銷平臺",
        title_en="A subsidy for shops that take up a loyalty token",
        summary="建議政府補助商圈店家導入本公司之點數代幣平臺。",
        summary_en="The government should subsidise shops that take up our loyalty token.",
        conflict="現行並無專案補助。",
        benefit_firms="店家得以較低成本導入。",
        benefit_public="消費者可跨店使用點數。",
        asks=(AskText("請編列補助經費。", "", "", "Set aside money for a subsidy."),),
        domains=("commerce",),
        steps=(
            ago(63, "submit"),
            ago(
                53,
                "decline",
                reason="not_regulatory",
                text="本組受理法規之釐清與調適，經費補助請洽主管機關之補助計畫；如有法規限制點數跨店使"
                "用，歡迎另案提出。",
            ),
        ),
    ),
)
