"""Code lists of the diverse-performance fields: initial data, which a school edits in its database."""

CODE_LISTS: dict[str, tuple[tuple[str, str], ...]] = {
    "幹部等級": (
        ("1", "校級幹部"),
        ("2", "班級幹部"),
        ("3", "社團幹部"),
        ("4", "實習幹部"),
        ("5", "校外自治組織團體"),
        ("9", "其他幹部"),
    ),
    "競賽等級": (("1", "校級"), ("2", "縣市級"), ("3", "全國"), ("4", "國際")),
    # Public sources disagree (0/1 or 1/2); the school corrects it here when the format book says otherwise.
    "團體參與": (("1", "個人"), ("2", "團體")),
    "彈性學習時間類別": (
        ("1", "自主學習"),
        ("2", "選手培訓"),
        ("3", "充實（增廣）課程"),
        ("4", "補強性課程"),
        ("5", "學校特色活動"),
    ),
    "團體活動時間類別": (
        ("1", "班級活動"),
        ("2", "社團活動"),
        ("3", "學生自治會活動"),
        ("4", "週會"),
        ("5", "講座"),
        ("6", "其他"),
    ),
    # The official list is not public. These entries are ours, to be replaced from the format book before
    # submitting.
    "職場學習類別": (
        ("1", "職場參訪"),
        ("2", "職場見習"),
        ("3", "校外實習"),
        ("4", "建教合作"),
        ("5", "工讀"),
        ("9", "其他"),
    ),
}
