"""Addresses written in different ways are one address; other doors are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.models import Landmark, LandmarkKind
from app.places.rules import district_in, normalise_address, same_district
from app.places.rules.gazetteer import best_landmark

SAME = [
    "广东省广州市天河区体育西路123号5栋1202室",
    "广州市天河区体育西路123号5栋1202室",
    "天河区体育西路123号5栋1202室",
    "中国广东省广州市天河区体育西路１２３号５栋１２０２室",
    " 天河区 体育西路 123号，5幢 1202房 ",
    "天河区体育西路123号-5座-1202室",
]


@pytest.mark.parametrize("text", SAME)
def test_one_address_is_found_again_however_it_is_written(text):
    assert normalise_address(text) == normalise_address(SAME[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("天河区体育西路123号", "天河区体育西路124号"),
        ("天河区体育西路123号1202室", "天河区体育西路123号1203室"),
        ("天河区解放路1号", "越秀区解放路1号"),
        ("Flat 2, 10 Canal Road", "Flat 21, 0 Canal Road"),
    ],
)
def test_another_door_is_another_address(one, other):
    assert normalise_address(one) != normalise_address(other)


def test_english_addresses_meet_too():
    assert normalise_address("No. 12, Tiyu West Road, Tianhe District") == normalise_address(
        "12 Tiyu West Rd Tianhe District"
    )


letters = st.text(st.sampled_from("abcxyz0159 天河路号栋"), max_size=40)


@given(letters)
def test_case_width_and_outer_spaces_never_matter(text):
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)

    assert normalise_address(f"  {wide.upper()} ") == normalise_address(text)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("广东省广州市天河区体育西路123号", "天河区"),
        ("番禺区丽江花园小区3栋", "番禺区"),
        ("从化区温泉镇", "从化区"),
        ("丽江花园小区3栋", None),
        ("体育西路123号", None),
        ("广州市开发区科学城", None),
        ("12 Tiyu West Road, Tianhe District, Guangzhou", "Tianhe"),
        ("12 Canal Road", None),
        ("", None),
    ],
)
def test_the_district_is_read_from_the_address_where_it_can_be_told(text, district):
    assert district_in(text) == district


@pytest.mark.parametrize(
    ("one", "other"),
    [("天河", "天河区"), ("Tianhe", "tianhe district"), ("Pan Yu", "Panyu"), ("从化市", "从化区")],
)
def test_a_district_is_the_same_with_or_without_its_kind(one, other):
    assert same_district(one, other)


def test_two_districts_are_two():
    assert not same_district("天河区", "越秀区")


def mark(kind, name, district="天河区", name_zh=None):
    return Landmark(
        kind=kind, name=name, name_zh=name_zh, district=district, lat=0, lon=0, radius_m=1
    )


GAZETTEER = [
    mark(LandmarkKind.DISTRICT, "Tianhe", name_zh="天河区", district=None),
    mark(LandmarkKind.STREET, "体育西路"),
    mark(LandmarkKind.STATION, "体育西路站"),
    mark(LandmarkKind.STREET, "解放路", district="越秀区"),
    mark(LandmarkKind.COMPOUND, "Lijiang Garden", district="番禺区", name_zh="丽江花园"),
    mark(LandmarkKind.COMPOUND, "丽江花园二期", district="番禺区"),
    mark(LandmarkKind.STATION, "天河"),
]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("天河区体育西路123号", "体育西路"),
        ("天河区体育西路站B口", "体育西路站"),
        ("番禺区丽江花园3栋", "Lijiang Garden"),
        ("番禺区丽江花园二期3栋", "丽江花园二期"),
        ("3 Lijiang Garden, Panyu", "Lijiang Garden"),
        ("天河区无名路1号", "Tianhe"),
        ("天河区解放路1号", "Tianhe"),
        ("无名路1号", None),
        ("白云区丽江花园3栋", None),
    ],
)
def test_the_gazetteer_finds_the_finest_landmark_of_the_right_district(address, found):
    best = best_landmark(address, None, GAZETTEER)

    assert (best.name if best else None) == found
