"""Receipts find their students by national ID alone."""

import hashlib

import pytest

from submissions.domain.receipt_file import ReceiptFileInvalid, ReceiptKind, Section, StudentReceipt
from submissions.domain.receipt_matching import match_students


def section(*national_ids: str, kind: ReceiptKind = ReceiptKind.CADRE) -> Section:
    students = [StudentReceipt(national_id, "0970131", []) for national_id in national_ids]
    return Section(kind, "名冊", f"{kind.official_name}.json", students)


def hidden(national_id: str) -> str:
    return f"{national_id[0]}…"


def test_students_are_matched_whatever_the_case_and_the_others_are_told():
    received = section("a123456789", " B123456780 ", "C123456781")
    known = {"A123456789": 1, "B123456780": 2, "D123456782": 4}
    report = match_students([received], known, mask=hidden)
    assert report.matched == [(1, received.students[0]), (2, received.students[1])]
    assert report.unmatched == ["C…"]
    assert report.missing == [4]


def test_a_keyed_hash_may_stand_for_the_national_id():
    def key(national_id: str) -> str:
        return hashlib.sha256(national_id.encode()).hexdigest()

    received = section("a123456789")
    report = match_students([received], {key("A123456789"): "王"}, mask=hidden, key=key)
    assert report.matched == [("王", received.students[0])]
    assert report.missing == []


def test_over_several_sections_nobody_is_unmatched_twice_or_missing_by_one_kind():
    cadre = section("A123456789", "C123456781")
    outcomes = section("B123456780", "c123456781", kind=ReceiptKind.COURSE_OUTCOMES)
    report = match_students([cadre, outcomes], {"A123456789": 1, "B123456780": 2}, mask=hidden)
    assert [ref for ref, _student in report.matched] == [1, 2]
    assert report.unmatched == ["C…"]
    assert report.missing == []


def test_a_student_twice_in_one_section_refuses_it():
    with pytest.raises(ReceiptFileInvalid, match="「校內幹部經歷.json」第 1 位與第 2 位"):
        match_students([section("A123456789", "a123456789")], {}, mask=hidden)
