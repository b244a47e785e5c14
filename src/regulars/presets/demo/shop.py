"""The demo shop's people, goods and preset. Invented; the same every time."""

SHOP_NAME = {"zh-Hans": "云间茶舍", "en": "Cloud Tea"}
STORES = (
    ("west-lake", {"zh-Hans": "西湖店", "en": "West Lake"}),
    ("old-street", {"zh-Hans": "老街店", "en": "Old Street"}),
)
TIME_ZONE = "Asia/Shanghai"
SURNAMES = (
    "林",
    "陈",
    "黄",
    "吴",
    "周",
    "徐",
    "孙",
    "何",
    "郭",
    "高",
    "罗",
    "郑",
    "梁",
    "谢",
    "宋",
)
GIVEN_NAMES = (
    "美", "子涵", "雨桐", "浩然", "思远", "晓雯", "佳怡", "志强", "文静", "一诺", "梦洁", "建国",
    "若曦", "天宇", "欣妍", "俊杰", "秋月", "明轩", "丽华", "安琪",
)  # fmt: skip

# sku, category, price in fen
GOODS = (
    ("longjing-cup", "tea", 2_200),
    ("oolong-cup", "tea", 1_800),
    ("milk-tea", "milk-tea", 1_600),
    ("brown-sugar-milk-tea", "milk-tea", 1_900),
    ("mooncake", "snack", 1_200),
    ("osmanthus-cake", "snack", 900),
    ("longjing-tin", "gift", 16_800),
    ("tea-set", "gift", 29_900),
)

PRESET = "tea-shop"
