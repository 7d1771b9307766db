"""Invented people: their names and numbers are made here, deterministically, and are nobody's."""

from accounts.domain.national_id import has_valid_check_digit

_SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高"
_GIVEN = """
語彤 宥安 品睿 子晴 冠廷 詠晴 承恩 芯語 柏翰 思妤 宇辰 雅筑 彥廷 心怡 家豪 佳穎 俊賢 淑芬 志偉 怡君
文傑 惠雯 建宏 靜宜 明哲 玉玲 國華 美惠 信宏 曉雯 育誠 婉婷 睿恩 采潔 博宇 若涵 哲瑋 映彤 紹安 以諾
""".split()  # noqa: SIM905  (forty words read better like this)


def invented_name(number: int) -> str:
    """A name for the `number`-th person; 1,200 people have different ones."""
    surname = _SURNAMES[number % len(_SURNAMES)]
    return surname + _GIVEN[(number // len(_SURNAMES) + number * 7) % len(_GIVEN)]


def invented_national_id(number: int) -> str:
    """A national ID with a valid check digit for the `number`-th person, different up to ten million."""
    first = "AB"[number % 2] + "12"[number // 2 % 2]
    middle = f"{9_000_000 - number:07}"
    candidates = (f"{first}{middle}{check}" for check in range(10))
    return next(candidate for candidate in candidates if has_valid_check_digit(candidate))
