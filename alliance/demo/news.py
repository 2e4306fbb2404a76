"""News of the demo: invented announcements, and notes on the rules that the demo's cases turn on."""

from datetime import timedelta
from typing import NamedTuple

from events.actions.news import index_news
from events.models import NewsItem
from members import clock
from proposals.models import Proposal


class Item(NamedTuple):
    slug: str
    kind: str
    days_ago: int
    title_zh: str
    title_en: str
    lead_zh: str
    lead_en: str
    body_zh: str
    body_en: str
    about: str = ""


ITEMS: tuple[Item, ...] = (
    Item(
        "demo-portal-opens",
        "announcement",
        30,
        "提案入口網示範站上線",
        "The demo of the proposal portal is open",
        "會員提案從送件到回應，每一步由誰處理、何時到期，都看得到。",
        "From submission to answer: who acts next, and until when, is there for all to see.",
        "本站為示範環境，會員、案件與機關回應均屬虛構。\n\n歡迎以示範帳號登入，分別以會員代表、召"
        "集人與機關聯絡窗口的角色走一遍。",
        "This is a demo: its members, cases and answers of ministries are invented.\n\nSign in "
        "with the demo accounts and try the parts of a member, a convener and a ministry's liaison.",
    ),
    Item(
        "demo-periods-explained",
        "news",
        21,
        "處理期限怎麼算：比照行政程序法第48條",
        "How due dates are counted: after Article 48 of the Administrative Procedure Act",
        "始日不計，末日逢休息日順延；每個期限都附計算過程。",
        "The first day does not count, a last day on a holiday moves on, and every date shows its "
        "computation.",
        "## 三個原則\n\n1. 事件當日不計入。\n2. 以月計者，以起算日相當日之前一日為末日。\n3. 末日為"
        "休息日者，順延至次一上班日。\n\n補行上班之星期六視為上班日。",
        "## Three rules\n\n1. The day of the event does not count.\n2. Months end the day before "
        "the counterpart of the day on which counting starts.\n3. A last day on which offices are "
        "closed moves to the next on which they work.\n\nA make-up Saturday is a working day.",
    ),
    Item(
        "demo-signature-answered",
        "news",
        13,
        "電子簽章案獲回應：簽署技術不設限（示範）",
        "Signatures on a ledger: the law does not choose a technology (demo)",
        "示範案例中，主辦機關已就兩項訴求全部回應。",
        "In the demo's case the lead body has answered both asks.",
        "本則為示範內容。主辦機關回應指出，法律並未限定簽章技術，得辨識及確認簽署人者即得為電子簽章。"
        "\n\n完整訴求、理由與法律依據請見案件頁。",
        "This is demo content. The lead body answers that the law names no technology: whatever "
        "identifies and confirms the signer can be an electronic signature.\n\nThe asks, reasons "
        "and legal bases are on the case's page.",
        about="以分散式帳本簽署契約之電子簽章效力",
    ),
    Item(
        "demo-custody-brief",
        "trend",
        9,
        "趨勢短評：虛擬資產保管的三道分離",
        "Trend brief: three walls around assets in custody",
        "帳務、金鑰、法律上的分離，缺一不可。",
        "Apart in the books, apart in the keys, apart in law.",
        "保管的核心是**分離**：\n\n- 帳務分離，每日對帳；\n- 金鑰分持，單一人員無法動用；\n- 法律分"
        "離，業者破產時客戶得取回。",
        "Custody is keeping things **apart**:\n\n- in the books, reconciled daily;\n- in the keys, "
        "so that nobody can act alone;\n- in law, so that customers get theirs back if the firm "
        "fails.",
    ),
    Item(
        "demo-travel-rule-brief",
        "trend",
        5,
        "趨勢短評：旅行規則的相容性難題",
        "Trend brief: the travel rule and its many dialects",
        "義務相同，訊息格式卻各說各話。",
        "One duty, many formats.",
        "業者普遍同意應傳送雙方資料，困難在系統是否相容。\n\n由同業先行約定共通欄位，是成本較低的起點。",
        "Providers agree that data on both sides must travel; the trouble is whether systems "
        "understand each other.\n\nA common set of fields, agreed among providers, is the cheapest "
        "beginning.",
    ),
    Item(
        "demo-next-meetings",
        "announcement",
        1,
        "近期會議預告",
        "Meetings to come",
        "法規調適、應用推廣兩組工作會議及聯盟會員大會。",
        "Working meetings of two groups, and the general assembly.",
        "議程於會前七日公告。會員代表最遲於會前三日提出討論事項；受邀機關得以線上方式列席。",
        "Agendas are published seven days before. Members may propose items up to three days "
        "before, and invited bodies may attend online.",
    ),
)


def publish() -> int:
    """Adds the items that are missing; each keeps the day on which it was first published."""
    added = sum(_publish(item) for item in ITEMS)
    for row in NewsItem.objects.filter(is_demo=True, search__isnull=True):
        index_news(row)
    return added


def _publish(item: Item) -> bool:
    published_at = clock.now() - timedelta(days=item.days_ago)
    texts = {
        name: value for name, value in item._asdict().items() if name not in ("slug", "days_ago", "about")
    }
    about = Proposal.objects.filter(title=item.about, is_demo=True).first() if item.about else None
    defaults = {**texts, "proposal": about, "published_at": published_at, "updated_at": published_at}
    return NewsItem.objects.get_or_create(slug=item.slug, defaults={**defaults, "is_demo": True})[1]
