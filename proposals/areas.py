"""The areas whose office closures count: the twenty-two counties and cities, and the whole country."""

EVERYWHERE = "全國"

COUNTIES: dict[str, str] = {
    "臺北市": "Taipei City",
    "新北市": "New Taipei City",
    "基隆市": "Keelung City",
    "桃園市": "Taoyuan City",
    "新竹市": "Hsinchu City",
    "新竹縣": "Hsinchu County",
    "苗栗縣": "Miaoli County",
    "臺中市": "Taichung City",
    "彰化縣": "Changhua County",
    "南投縣": "Nantou County",
    "雲林縣": "Yunlin County",
    "嘉義市": "Chiayi City",
    "嘉義縣": "Chiayi County",
    "臺南市": "Tainan City",
    "高雄市": "Kaohsiung City",
    "屏東縣": "Pingtung County",
    "宜蘭縣": "Yilan County",
    "花蓮縣": "Hualien County",
    "臺東縣": "Taitung County",
    "澎湖縣": "Penghu County",
    "金門縣": "Kinmen County",
    "連江縣": "Lienchiang County",
}
TOWNSHIP_ENDS = "鄉鎮市區"
_BY_ENGLISH = {name.lower(): area for area, name in COUNTIES.items()}


def canonical(text: str) -> str:
    """An area as closures write it: 臺 for 台, a county's Chinese name for its English one."""
    area = text.strip().replace("台", "臺")
    return _BY_ENGLISH.get(area.lower(), area)


def county_of(area: str) -> str:
    """The county or city in which an area lies, itself if it is one; empty if it names none."""
    return area[:3] if area[:3] in COUNTIES else ""


def closable(text: str) -> str | None:
    """The area of a closure: the whole country, a county, or a township of one; None for anything else."""
    area = canonical(text)
    is_township = bool(county_of(area)) and 4 < len(area) <= 8 and area[-1] in TOWNSHIP_ENDS
    return area if area == EVERYWHERE or area in COUNTIES or is_township else None
