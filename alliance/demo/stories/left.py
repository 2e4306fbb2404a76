"""Cases of a firm that has left the alliance: one that its co-sponsor has taken over, one without a lead."""

from proposals.actions.drafting import AskText

from .script import Story, ago

LEFT = (
    Story(
        firm="demo-tingzhou",
        title="永續資訊以分散式帳本留存之查證",
        title_en="Sustainability data kept on a distributed ledger: how is it verified?",
        summary="企業擬將碳排放與供應鏈之原始數據留存於分散式帳本，供查證機構與投資人核對，希望確認查證時得"
        "否直接引用。",
        summary_en="Firms would keep raw data on emissions and suppliers on a distributed ledger, for those "
        "who verify them and for investors, and ask whether a verification may rest on them.",
        conflict="現行查證以紙本或電子檔案之抽樣為主，未及分散式帳本之紀錄。",
        benefit_firms="減少重複提供佐證資料，查證時程較可預期。",
        benefit_public="揭露之數據可由各界核對，降低漂綠疑慮。",
        asks=(
            AskText(
                "請釐清分散式帳本之紀錄得否作為查證之佐證資料。",
                "電子簽章法",
                "第5條",
                "Say whether records on a distributed ledger may be evidence for a verification.",
            ),
        ),
        domains=("identity",),
        restricted="示範之營業秘密：參與試作之供應商名單與各站點感測器之校正參數。",
        steps=(
            ago(67, "submit", signed_by="demo-xinyin"),
            ago(60, "accept"),
            ago(46, "refer", lead="moda"),
            ago(43, "receive", ministry="moda"),
            ago(39, "take_on", ministry="moda"),
            ago(32, "ask", ministry="moda", text="請說明各站點之資料由何人上傳。"),
            ago(27, "reply", text="由各站點之設備直接上傳，並由供應商每月簽認。"),
            ago(16, "leave"),
            ago(9, "take_over", firm="demo-xinyin"),
            ago(7, "ask", ministry="moda", text="承接後是否仍由原供應商簽認？"),
            ago(4, "reply", text="是，原簽認程序不變，改由本公司彙整。"),
        ),
    ),
    Story(
        firm="demo-tingzhou",
        title="會員點數跨店通用之定型化契約應記載事項",
        title_en="Loyalty points used across shops: what must the standard contract say?",
        summary="商家擬共同發行可跨店使用之點數代幣，希望確認現行定型化契約應記載事項是否適用。",
        summary_en="Shops would issue loyalty tokens together, to be used in each of them, and ask whether "
        "the mandatory terms of standard contracts apply.",
        conflict="應記載及不得記載事項以單一發行人為前提，未及多家共同發行。",
        benefit_firms="中小商家得共同經營會員，降低系統成本。",
        benefit_public="點數不因單一商家停業而失效。",
        asks=(
            AskText(
                "請釐清共同發行之點數代幣適用何項定型化契約應記載事項。",
                "消費者保護法",
                "第17條",
                "Say which mandatory terms apply to points that several shops issue together.",
            ),
        ),
        domains=("commerce",),
        steps=(
            ago(30, "submit"),
            ago(22, "accept"),
            ago(16, "leave"),
        ),
    ),
)
