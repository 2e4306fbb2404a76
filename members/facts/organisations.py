"""Organisations that public sources name around the alliance's founding and in Taiwan's blockchain field.

Being listed says only that they exist: no one here is a member until admitted. Sources: the founding
article and speech (July 2019); news on the university alliance (May 2019); bnext.com.tw/article/72527.
"""

from typing import NamedTuple


class Known(NamedTuple):
    slug: str
    name_zh: str
    name_en: str
    sector: str
    kind: str


ORGANISATIONS: tuple[Known, ...] = (
    Known(
        "fintech-association", "臺灣金融科技協會", "FinTech Association of Taiwan", "industry", "association"
    ),
    Known("fintech-taiwan", "臺灣金融科技股份有限公司", "", "industry", "company"),
    Known("vasp-association", "中華民國虛擬通貨商業同業公會", "", "industry", "self_regulatory"),
    Known("chunghwa-telecom", "中華電信", "Chunghwa Telecom", "industry", "company"),
    Known("ctbc", "中國信託金融控股公司", "CTBC Financial Holding", "industry", "company"),
    Known("ibm-taiwan", "台灣IBM", "IBM Taiwan", "industry", "company"),
    Known("owlting", "奧丁丁", "OwlTing", "industry", "company"),
    Known("cathay", "國泰金融控股公司", "Cathay Financial Holdings", "industry", "company"),
    Known("bsos", "BSOS", "BSOS", "industry", "company"),
    Known(
        "university-alliance",
        "台灣區塊鏈大學聯盟",
        "Taiwan Blockchain Academia",
        "academia",
        "university_league",
    ),
    Known("pccu", "中國文化大學", "Chinese Culture University", "academia", "institute"),
    Known("ntu", "國立臺灣大學", "National Taiwan University", "academia", "institute"),
    Known("nccu", "國立政治大學", "National Chengchi University", "academia", "institute"),
    Known("nthu", "國立清華大學", "National Tsing Hua University", "academia", "institute"),
    Known("nycu", "國立陽明交通大學", "National Yang Ming Chiao Tung University", "academia", "institute"),
    Known(
        "itri-iek",
        "工業技術研究院產業科技國際策略發展所",
        "Industry, Science and Technology International Strategy Center, ITRI",
        "research",
        "institute",
    ),
    Known(
        "nchc",
        "國家高速網路與計算中心",
        "National Center for High-performance Computing",
        "research",
        "institute",
    ),
)
