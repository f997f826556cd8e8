"""Reading pasted chat and shop messages into drafts."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.models import JobType
from app.jobs.rules.messages import Word, parse_message

MONDAY = date(2026, 11, 23)
VOCABULARY = [
    Word("北极风", "brand", "BJF"),
    Word("BJF-35", "model", "BJF-35", "BJF", "split-ac"),
    Word("空调", "category", "split-ac"),
    Word("挂机空调", "category", "wall-ac"),
    Word("马桶", "category", "toilet"),
    Word("toilet", "category", "toilet"),
    Word("wardrobe", "category", "wardrobe"),
    Word("Nordhem", "brand", "NORD"),
]
CHAT = (
    "王小明，13800138000，广东省广州市天河区体育西路123号2栋501，"
    "北极风空调2台，明天下午安装，没电梯5楼"
)
FORM = (
    "收货人：李雷\n电话：17012345678转1234\n地址：广州市海珠区江南大道中28号江南花园3栋1202\n"
    "订单号：TB20261103-001\n型号：BJF-35\n周六上午9-12点上门安装，拆旧机"
)
ENGLISH = (
    "Hi, this is John Smith, +86 138 0013 8002. My Nordhem wardrobe needs assembling at "
    "12 Tiyu West Road, Tianhe. Can you come tomorrow 2-4 pm? order no. NH-20391"
)


def read(text):
    return parse_message(text, VOCABULARY, today=MONDAY)


def values(text):
    return {name: guess.value for name, guess in read(text).fields.items()}


def test_a_chat_message_becomes_a_draft_with_everything_an_order_needs():
    assert values(CHAT) == {
        "customer_name": "王小明",
        "phone": "+8613800138000",
        "address": "广东省广州市天河区体育西路123号2栋501",
        "brand": "BJF",
        "category": "split-ac",
        "quantity": 2,
        "job_type": JobType.INSTALL,
        "date": date(2026, 11, 24),
        "window_start": time(13),
        "window_end": time(18),
        "floor": 5,
        "lift": False,
    }
    assert read(CHAT).missing == []


def test_a_shops_form_is_read_by_its_labels_and_more_surely():
    found = read(FORM).fields

    assert values(FORM)["phone"] == "+8617012345678,1234"
    assert values(FORM)["order_no"] == "TB20261103-001"
    assert (found["model"].value, found["brand"].value) == ("BJF-35", "BJF")
    assert (found["window_start"].value, found["window_end"].value) == (time(9), time(12))
    assert found["customer_name"].confidence > read(CHAT).fields["customer_name"].confidence


def test_taking_the_old_away_before_installing_is_noticed():
    found = values(FORM)

    assert (found["job_type"], found["also"]) == (JobType.INSTALL, JobType.REMOVE)


def test_an_english_message_is_read_too():
    found = values(ENGLISH)

    assert found["customer_name"] == "John Smith"
    assert found["phone"] == "+8613800138002"
    assert found["address"] == "12 Tiyu West Road, Tianhe"
    assert (found["brand"], found["category"]) == ("NORD", "wardrobe")
    assert (found["window_start"], found["window_end"]) == (time(14), time(16))
    assert found["order_no"] == "NH-20391"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("今天", "2026-11-23"),
        ("大后天", "2026-11-26"),
        ("周六", "2026-11-28"),
        ("下周三", "2026-12-02"),
        ("next Friday", "2026-12-04"),
        ("11月28日", "2026-11-28"),
        ("1月5号", "2027-01-05"),
        ("5号", "2026-12-05"),
        ("2026-11-30", "2026-11-30"),
        ("Nov 29", "2026-11-29"),
    ],
)
def test_days_are_found_as_people_say_them(words, day):
    assert values(f"{words} 来装")["date"] == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("上午9-12点", "09:00", "12:00"),
        ("下午2点到4点", "14:00", "16:00"),
        ("9:30~11:00", "09:30", "11:00"),
        ("下午3点以后", "15:00", "18:00"),
        ("上午10点半", "10:30", "11:30"),
        ("晚上", "18:00", "21:00"),
        ("2-4 pm", "14:00", "16:00"),
        ("after 3pm", "15:00", "18:00"),
        ("in the morning", "09:00", "12:00"),
    ],
)
def test_times_are_found_as_people_say_them(words, start, end):
    found = values(f"明天{words}来装")

    assert found["window_start"] == time.fromisoformat(start)
    assert found["window_end"] == time.fromisoformat(end)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("马桶漏水", JobType.REPAIR),
        ("the toilet is broken", JobType.REPAIR),
        ("空调清洗", JobType.MAINTAIN),
        ("上门量尺", JobType.SURVEY),
        ("拆马桶", JobType.REMOVE),
        ("please install", JobType.INSTALL),
        ("明天来装马桶", JobType.INSTALL),
    ],
)
def test_the_kind_of_work_is_found_in_its_words(words, kind):
    assert values(words)["job_type"] is kind


def test_the_longer_name_wins():
    assert values("挂机空调安装")["category"] == "wall-ac"


def test_two_numbers_make_the_phone_doubtful():
    found = read("13800138000 或 13900139000").fields["phone"]

    assert found.confidence < 0.7


def test_what_nothing_was_made_of_is_kept_for_the_notes():
    assert read("王小明 13800138000\n家里有狗，请先打电话").rest == "家里有狗, 请先打电话"


def test_a_message_that_says_nothing_gives_an_empty_draft():
    draft = read("你好，在吗")

    assert draft.fields == {}
    assert "phone" in draft.missing


@given(st.text(max_size=400))
def test_no_message_breaks_it(text):
    read(text)


def test_a_hostile_message_is_read_in_no_time():
    for piece in ("路 ", "1-", "room 1 ", "1 a ", "周一", "，：", "138001380"):
        read(piece * 2000)
