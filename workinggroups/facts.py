"""The three working groups and the government programmes that the founding documents of 2019 name.

Facts for the idempotent seed; charters and summaries are the portal's own words. Sources: the
alliance's founding article and speech (July 2019), and for what became of a programme the page that
its note names. Codes of bodies are those of `members.facts.bodies`, slugs those of its taxonomy.
"""

from typing import NamedTuple


class Group(NamedTuple):
    slug: str
    name_zh: str
    name_en: str
    motto_zh: str
    motto_en: str
    charter_zh: str
    charter_en: str
    takes_proposals: bool = True


GROUPS: tuple[Group, ...] = (
    Group(
        "regulation",
        "法規調適",
        "Regulatory adjustment",
        "從管制到服務",
        "From control to service",
        "會員預見經營模式與現行法規可能牴觸時，可在本組提案。召集人完成篩選評估後召開工作會議，"
        "邀請主管機關及早參與；"
        "提案不論同意與否，都在固定期限內得到附理由的回應。聯盟不介入機關權責，只讓進度公開、期限明確。",
        "A member that sees its business meeting a rule that does not fit may bring the case here. The "
        "convener "
        "examines it and calls a meeting at which the competent bodies take part early. Yes or no, the "
        "case is "
        "answered with reasons within a fixed period. The alliance never decides in a ministry's place: "
        "it keeps "
        "the course of the case open to see and its dates clear.",
    ),
    Group(
        "application",
        "應用推廣",
        "Application and promotion",
        "從在地試驗到國際輸出",
        "From local trials to the world",
        "本組蒐整政府的區塊鏈計畫與可供試驗的應用場域，媒合有技術的會員與有需求的機關，"
        "並協助把在國內驗證過的成果推向國際。",
        "This group gathers the government's blockchain programmes and places for trials, brings "
        "together members "
        "who have the technology and bodies that need it, and helps what has proved itself at home to "
        "go abroad.",
    ),
    Group(
        "academia",
        "產學合作",
        "Industry and academia",
        "從人才培育到國際鏈結",
        "From training to international ties",
        "本組讓企業說明需要的人才與研究題目，由大專校院據以開設課程、提出成果，"
        "並協助會員參與國際會議與組織，"
        "縮短學用落差，也讓臺灣的研究被看見。",
        "Firms say here which people and which research they need; universities answer with courses and "
        "results. The group also helps members to take part in international meetings and organisations.",
    ),
)


class KnownProgramme(NamedTuple):
    slug: str
    title_zh: str
    title_en: str
    bodies: tuple[str, ...]
    domains: tuple[str, ...]
    summary_zh: str
    summary_en: str
    note_zh: str = ""
    note_en: str = ""


PROGRAMMES: tuple[KnownProgramme, ...] = (
    KnownProgramme(
        "campus-food",
        "校園團膳食材履歷",
        "Campus group-meal ingredient traceability",
        ("MOE", "K12EA", "COA", "MOA"),
        ("food", "education"),
        "記錄學校午餐食材的來源與流向，讓家長與學校查得到每一餐用了什麼。",
        "Records where the ingredients of school meals come from, so that parents and schools can look "
        "up each meal.",
        "現為教育部校園食材登錄平臺。",
        "Today the Ministry of Education's campus food registration platform.",
    ),
    KnownProgramme(
        "agri-trace",
        "農產品生產履歷",
        "Agricultural produce traceability",
        ("COA", "MOA"),
        ("agriculture", "food"),
        "保存農產品從田間到市場的生產紀錄，使產地與用藥資訊可供驗證。",
        "Keeps the record of produce from field to market, so that origin and treatment can be verified.",
        "現由農業部推動產銷履歷。",
        "Carried on by the Ministry of Agriculture as its traceability scheme.",
    ),
    KnownProgramme(
        "oriental-beauty",
        "東方美人茶認證系統",
        "Oriental Beauty tea certification",
        ("HAC",),
        ("agriculture", "food"),
        "為客庄東方美人茶建立可驗證的產地與評鑑紀錄。",
        "Gives the Oriental Beauty tea of Hakka villages a verifiable record of origin and grading.",
        "茶葉強制溯源自2023年起施行。",
        "Traceability of tea has been compulsory since 2023.",
    ),
    KnownProgramme(
        "degree-cert",
        "學歷證明認證",
        "Degree certificate verification",
        ("MOE",),
        ("education", "identity"),
        "讓學校發出的數位學位證書可由第三人直接查驗真偽。",
        "Lets anyone check whether a digital degree certificate was really issued by the school.",
        "109學年度起試辦大專校院數位證書。",
        "Digital certificates of universities on trial since the academic year 2020.",
    ),
    KnownProgramme(
        "customs",
        "跨境貨物通關業務",
        "Cross-border cargo clearance",
        ("MOF", "CA"),
        ("trade", "supply-chain"),
        "與貿易夥伴共享貨物文件的可信紀錄，減少重複申報。",
        "Shares a trusted record of cargo documents with trading partners, so that less is declared twice.",
        "關務署曾與新加坡、紐西蘭業者試辦。",
        "The Customs Administration ran trials with firms in Singapore and New Zealand.",
    ),
    KnownProgramme(
        "civil-servant-docs",
        "公務數位證明文件與應用",
        "Digital certificates for civil servants",
        ("DGPA",),
        ("government", "identity"),
        "以可驗證的電子文件取代紙本獎勵令等人事證明。",
        "Replaces paper commendations and other personnel papers by electronic ones that can be verified.",
        "電子獎勵令自2019年7月1日起發給。",
        "Electronic commendations have been issued since 1 July 2019.",
    ),
    KnownProgramme(
        "digital-evidence",
        "數位證據保全",
        "Preservation of digital evidence",
        ("MJIB", "MOJ"),
        ("evidence",),
        "把數位證據的指紋留存於不可竄改的紀錄，供日後比對是否遭更動。",
        "Keeps the fingerprints of digital evidence in a record that cannot be altered, to show later "
        "that nothing was.",
        "2022年7月發展為司法聯盟鏈。",
        "Grew into the judicial consortium chain of July 2022.",
    ),
    KnownProgramme(
        "commercial-districts",
        "商圈環境建立",
        "Commercial district environment",
        ("MOEA", "AOC"),
        ("commerce",),
        "以共通的點數與交易紀錄協助商圈店家共同經營。",
        "Helps the shops of a district to do business together with common points and records.",
        "現由商業發展署主管。",
        "Now with the Administration of Commerce.",
    ),
    KnownProgramme(
        "gsn-troad",
        "GSN 骨幹網路 T-Road 建置",
        "T-Road on the government backbone network",
        ("NDC", "MODA"),
        ("government",),
        "在政府骨幹網路上建立機關間安全傳輸資料的通道，並留存傳輸紀錄。",
        "A safe road for data between bodies on the government's backbone network, which keeps a record "
        "of transfers.",
        "現由數位發展部主管。",
        "Now with the Ministry of Digital Affairs.",
    ),
    KnownProgramme(
        "angel",
        "國發基金創業天使投資",
        "National Development Fund angel investment",
        ("NDC",),
        ("startups",),
        "與民間天使投資人共同投資新創事業，其中不少運用區塊鏈技術。",
        "Invests in start-ups together with private angels; a good many of them use blockchain.",
    ),
    KnownProgramme(
        "bc-plus",
        "區塊鏈 plus",
        "Blockchain plus",
        ("NDC",),
        ("agriculture", "health", "finance", "energy", "supply-chain"),
        "把區塊鏈帶進農業、醫療、金融、能源與供應鏈等領域的發展構想。",
        "The idea of bringing blockchain into agriculture, health care, finance, energy and supply chains.",
    ),
)
