"""The central database's receipts ZIP: taken whole and proven, or refused with the file named."""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from submissions.domain.receipt_file import (
    ReceiptFile,
    ReceiptFileInvalid,
    ReceiptKind,
    ReceiptLimits,
    ReceiptRecord,
    Section,
    StudentReceipt,
    read_receipts,
    write_receipts,
)
from tests.submissions.zipcrypto import encrypted

OUTCOMES = Section(
    kind=ReceiptKind.COURSE_OUTCOMES,
    roster_name="學生課程學習成果名冊",
    file_name="113_0_學生課程學習成果名冊.json",
    students=[
        StudentReceipt(
            "A123456789",
            "0970131",
            [
                ReceiptRecord(
                    "學期課程學習成果", {"科目名稱": "國語文", "成果簡述": '程式 {"}\n第二行', "新欄位": "1"}
                ),
                ReceiptRecord("學期課程學習成果", {"科目名稱": "數學", "成果簡述": ""}),
                ReceiptRecord("重修課程學習成果", {"原修課科目名稱": "英語文"}),
            ],
            extra={"學號": "1130001"},
        ),
        StudentReceipt("A223456781", "0970201", []),
    ],
    info={"SHA": "ab12", "版本": "1"},
)
CADRE = Section(
    kind=ReceiptKind.CADRE,
    roster_name="校內幹部經歷名冊",
    file_name="113_1_校內幹部經歷名冊.json",
    students=[StudentReceipt("A123456789", "0970131", [ReceiptRecord("幹部經歷", {"單位名稱": "一年甲班"})])],
)


def receipts(*sections: Section) -> bytes:
    file = io.BytesIO()
    write_receipts(file, sections)
    return file.getvalue()


def packed(files: dict[str, bytes], checksums: str | bytes | None = None) -> bytes:
    """A ZIP of `files`; without `checksums`, with a SHA.txt that fits."""
    if checksums is None:
        checksums = "\n".join(
            f"{name},{hashlib.sha256(content).hexdigest()}" for name, content in files.items()
        )
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if checksums:
            archive.writestr("SHA.txt", checksums)
    return file.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(content: bytes, password: str | None = None, limits: ReceiptLimits | None = None) -> ReceiptFile:
    return read_receipts(io.BytesIO(content), password=password, limits=limits)


def refusal_of(content: bytes, password: str | None = None, limits: ReceiptLimits | None = None) -> str:
    with pytest.raises(ReceiptFileInvalid) as refusal:
        read(content, password, limits)
    return refusal.value.message


def document(**changes: object) -> bytes:
    whole = {
        "名冊資訊": [{"名稱": "學生自填多元表現名冊", "SHA": ""}],
        "多元表現": [{"身分證號": "A123456789", "出生日期": "0970131"}],
    } | changes
    return json.dumps({key: value for key, value in whole.items() if value is not ...}).encode("utf-8-sig")


def test_what_the_central_database_writes_is_read_back_whole():
    """Trap T10: a description containing {"} survives."""
    file = read(receipts(OUTCOMES, CADRE))
    digests = [
        hashlib.sha256(content).hexdigest() for content in unpacked(receipts(OUTCOMES, CADRE)).values()
    ]
    assert file.sections == [
        replace(OUTCOMES, sha256=digests[0]),
        replace(CADRE, sha256=digests[1], info={"SHA": ""}),
    ]
    assert file.sections[0].students[0].records[0].data["成果簡述"] == '程式 {"}\n第二行'
    assert file.ignored == []


def test_the_json_is_utf8_with_bom_and_sha_txt_lists_it():
    files = unpacked(receipts(OUTCOMES))
    content = files[OUTCOMES.file_name]
    assert content.startswith(b"\xef\xbb\xbf")
    assert files["SHA.txt"].decode() == f"{OUTCOMES.file_name},{hashlib.sha256(content).hexdigest()}\r\n"


_texts = st.text(st.characters(codec="utf-8"))
_records = st.builds(ReceiptRecord, st.just("幹部經歷"), st.dictionaries(_texts, _texts, max_size=3))


@settings(deadline=None)
@given(st.lists(st.lists(_records, max_size=3), max_size=3))
def test_any_text_in_a_record_survives(students):
    section = replace(
        CADRE,
        students=[StudentReceipt(f"A{n}", "0970131", records) for n, records in enumerate(students)],
        info={"SHA": ""},
    )
    assert replace(read(receipts(section)).sections[0], sha256="") == section


def test_one_flipped_byte_anywhere_never_changes_what_is_read():
    """Trap T1: a damaged file is refused as a whole; what is accepted is what was sent."""
    content = receipts(CADRE)
    whole = read(content)
    refused = 0
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0x20
        try:
            assert read(bytes(damaged)) == whole
        except ReceiptFileInvalid as refusal:
            assert refusal.message
            refused += 1
    assert refused > len(content) // 2


def test_a_changed_json_is_refused_and_named_even_if_the_zip_is_sound():
    """Trap T1: one flipped byte refuses the whole import, the untouched section included."""
    files = unpacked(receipts(OUTCOMES, CADRE))
    checksums = files.pop("SHA.txt")
    altered = bytearray(files[CADRE.file_name])
    altered[altered.index("一年甲班".encode()) + 2] ^= 0x01
    files[CADRE.file_name] = bytes(altered)
    message = refusal_of(packed(files, checksums))
    assert CADRE.file_name in message
    assert "雜湊值不符" in message


@pytest.mark.parametrize(
    "line",
    [
        "{name},{sha}",
        "{sha},{name}",
        "{name} , {SHA}\r\n\r\n",
        '"{SHA}","{name}"',
        "\ufeff{name},{sha}",
        "receipts/{name},{sha}",
        "receipts\\{name},{sha}",
    ],
)
def test_sha_txt_takes_either_order_and_any_case(line):
    name, content = "多元表現.JSON", document()
    digest = hashlib.sha256(content).hexdigest()
    checksums = line.format(name=name.lower(), sha=digest, SHA=digest.upper())
    assert read(packed({name: content}, checksums)).sections[0].sha256 == digest


def test_a_name_with_commas_is_understood():
    assert read(packed({"多元表現,一,二.json": document()})).sections[0].file_name == "多元表現,一,二.json"


def test_old_windows_names_in_big5_are_understood():
    content = document()
    big5 = "多元表現.json".encode("cp950")
    name = "placeholder__.json"
    assert len(name) - len(big5) == 5
    name = name[5:]
    digest = hashlib.sha256(content).hexdigest()
    checksums = b"%b,%b" % (big5, digest.encode())
    zipped = packed({name: content}, checksums).replace(name.encode(), big5)
    assert read(zipped).sections[0].file_name == "多元表現.json"


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        ("113_多元表現.json", ReceiptKind.DIVERSE_PERFORMANCE, "多元表現"),
        ("113_修課紀錄.json", ReceiptKind.COURSE_RECORDS, "修課紀錄"),
        ("113_校內幹部經歷.json", ReceiptKind.CADRE, "校內幹部經歷"),
        ("進修部學生課程學習成果.json", ReceiptKind.COURSE_OUTCOMES, "課程學習成果"),
        ("課程學習成果與多元表現.json", ReceiptKind.DIVERSE_PERFORMANCE, "多元表現"),
        ("校內幹部經歷與修課紀錄.json", ReceiptKind.COURSE_RECORDS, "修課紀錄"),
    ],
)
def test_the_kind_is_recognised_by_the_files_name(name, kind, key):
    content = document(**{"多元表現": ..., key: [{"身分證號": "A123456789", "出生日期": ""}]})
    assert read(packed({f"sub/{name}": content})).sections[0].kind is kind


def test_other_verified_files_are_ignored_and_told():
    file = read(packed({"多元表現.json": document(), "學生資料.json": b"[]", "多元表現說明.pdf": b"%PDF"}))
    assert len(file.sections) == 1
    assert file.ignored == ["學生資料.json", "多元表現說明.pdf"]


def test_numbers_and_other_values_become_text_as_they_were_written():
    content = (
        '{"名冊資訊": [{"名稱": "甲", "年": 113}], "多元表現": [{"身分證號": "A123456789", "出生日期": null,'
        ' "座號": 7, "服務學習紀錄": [{"時數": 1.50, "及格": true, "空": null, "內": {"a": "}"}}],'
        ' "作品成果紀錄": null}]}'
    ).encode()
    section = read(packed({"多元表現.json": content})).sections[0]
    assert section.info == {"年": "113"}
    assert section.students == [
        StudentReceipt(
            "A123456789",
            "",
            [ReceiptRecord("服務學習紀錄", {"時數": "1.50", "及格": "true", "空": "", "內": '{"a": "}"}'})],
            extra={"座號": "7", "作品成果紀錄": ""},
        )
    ]


def test_a_password_opens_an_encrypted_file():
    locked = encrypted(receipts(OUTCOMES, CADRE), "密碼 secret")
    assert read(locked, "密碼 secret") == read(receipts(OUTCOMES, CADRE))


def test_a_password_not_needed_does_no_harm():
    assert read(receipts(CADRE), "secret") == read(receipts(CADRE))


@pytest.mark.parametrize("password", [None, ""])
def test_a_missing_password_is_asked_for(password):
    assert "請輸入密碼" in refusal_of(encrypted(receipts(CADRE), "secret"), password=password)


def test_no_wrong_password_gets_in():
    """One in 256 passes the quick check of the format; it must fail all the same."""
    locked = encrypted(receipts(CADRE), "secret")
    messages = {refusal_of(locked, password=f"wrong{n}") for n in range(600)}
    assert messages == {
        "密碼不正確，打不開「SHA.txt」。",
        "「SHA.txt」讀取失敗，檔案可能損毀，或密碼不正確，整份收訖明細未匯入。",
    }


def test_aes_is_refused_with_a_way_out():
    locked = encrypted(receipts(CADRE), "secret")
    aes = locked.replace(b"\x14\x00\x01\x08\x00\x00", b"\x14\x00\x01\x08\x63\x00")
    message = refusal_of(aes, password="secret")
    assert "AES" in message
    assert "請先解壓縮" in message


def test_what_is_no_zip_or_a_cut_one_is_told_apart():
    assert "不是 ZIP 檔" in refusal_of(b"")
    assert "不是 ZIP 檔" in refusal_of("姓名,成績".encode())
    content = receipts(OUTCOMES)
    assert "不完整" in refusal_of(content[: len(content) // 2])
    assert "不完整" in refusal_of(content[:-1])


@pytest.mark.parametrize(
    ("files", "checksums", "parts"),
    [
        ({"多元表現.json": document()}, "", ["沒有 SHA.txt"]),
        ({"多元表現.json": document()}, "\n", ["「多元表現.json」未列於 SHA.txt"]),
        ({"多元表現.json": document()}, f"修課紀錄.json,{'0' * 64}", ["「修課紀錄.json」", "ZIP 檔內沒有"]),
        ({"多元表現.json": document()}, "多元表現.json,abc", ["SHA.txt 第 1 行"]),
        ({"多元表現.json": document()}, "\n" + "0" * 64, ["SHA.txt 第 2 行"]),
        (
            {"多元表現.json": document()},
            f"多元表現.json,{'0' * 64}\n多元表現.json,{'1' * 64}",
            ["兩個不同的雜湊值", "多元表現.json"],
        ),
        ({"說明.txt": b"x"}, None, ["沒有收訖明細", "多元表現、修課紀錄、校內幹部經歷、課程學習成果"]),
        ({"a/多元表現.json": document(), "b/多元表現.json": document()}, None, ["兩個「多元表現.json」"]),
        ({"../多元表現.json": document()}, None, ["不安全", "../多元表現.json"]),
        ({"/多元表現.json": document()}, None, ["不安全"]),
        ({"C:\\多元表現.json": document()}, None, ["不安全"]),
    ],
)
def test_what_does_not_fit_sha_txt_refuses_everything(files, checksums, parts):
    message = refusal_of(packed(files, checksums))
    assert all(part in message for part in parts)


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b'{"a": 1,\n "b": }', ["第 2 行第 7 字", "JSON"]),
        (b'{"a": "\xff"}', ["第 8 位元組", "UTF-8"]),
        (b"[]", ["最外層"]),
        (b"[" * 100_000, ["層次過深"]),
        (b"", ["第 1 行第 1 字"]),
        (document(名冊資訊=...), ["缺少「名冊資訊」"]),
        (document(名冊資訊=[]), ["「名冊資訊」", "「名稱」"]),
        (document(名冊資訊=[{"SHA": "x"}]), ["「名冊資訊」", "「名稱」"]),
        (document(多元表現=...), ["缺少「多元表現」"]),
        (document(多元表現={}), ["缺少「多元表現」"]),
        (document(多元表現=["x"]), ["「多元表現」第 1 筆"]),
        (document(多元表現=[{"出生日期": "0970131"}]), ["第 1 位學生缺少「身分證號」"]),
        (document(多元表現=[{"身分證號": " ", "出生日期": ""}]), ["第 1 位學生缺少「身分證號」"]),
        (document(多元表現=[{"身分證號": "A123456789"}]), ["第 1 位學生缺少「出生日期」"]),
        (
            document(多元表現=[{"身分證號": "A123456789", "出生日期": "", "作品成果紀錄": [{}, 1]}]),
            ["第 1 位學生", "「作品成果紀錄」第 2 筆"],
        ),
        (
            document(
                多元表現=[
                    {"身分證號": "A123456789", "出生日期": ""},
                    {"身分證號": "A223456781", "出生日期": ""},
                    {"身分證號": "a123456789", "出生日期": ""},
                ]
            ),
            ["第 1 位與第 3 位學生身分證號相同"],
        ),
    ],
)
def test_a_faulty_json_is_refused_by_file_and_position(content, parts):
    message = refusal_of(packed({"113_多元表現.json": content}))
    assert "113_多元表現.json" in message
    assert all(part in message for part in parts)
    assert "A123456789" not in message


def test_a_faulty_section_refuses_the_sound_ones_too():
    files = unpacked(receipts(OUTCOMES))
    del files["SHA.txt"]
    assert "多元表現.json" in refusal_of(packed(files | {"多元表現.json": b"{"}))


def test_a_zip_with_too_many_members_is_refused():
    files = {f"{n}.txt": b"" for n in range(4)} | {"多元表現.json": document()}
    assert "上限 5 個" in refusal_of(packed(files), limits=ReceiptLimits(members=5))
    assert read(packed(files), limits=ReceiptLimits(members=6)).sections


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = packed({"多元表現.json": b" " * 3_000_000 + document()})
    assert len(bomb) < 10_000
    assert "超過 1 MB" in refusal_of(bomb, limits=ReceiptLimits(bytes=1024 * 1024))


def lying_about_size(content: bytes, change: Callable[[int], int]) -> bytes:
    """The ZIP with the sizes of its central directory changed."""
    at = content.index(b"PK\x01\x02")
    size = int.from_bytes(content[at + 24 : at + 28], "little")
    return content[: at + 24] + change(size).to_bytes(4, "little") + content[at + 28 :]


def test_a_zip_that_understates_a_size_is_refused():
    bomb = packed({"多元表現.json": b" " * 3_000_000 + document()})
    message = refusal_of(lying_about_size(bomb, lambda size: 10), limits=ReceiptLimits(bytes=1024 * 1024))
    assert "多元表現.json" in message
