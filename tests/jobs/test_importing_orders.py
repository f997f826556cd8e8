"""Importing orders and arrivals from files."""

import time

import pytest
import sqlalchemy as sa

from app.core import clock, imports, tabular
from app.core.db import db, unit_of_work
from app.core.imports import Context
from app.core.tasks import BackgroundTask
from app.jobs import queries
from app.jobs.models import Job, JobState, Order
from tests.factories import administrator, brand_key, make_brand
from tests.jobs.sent import NOW, Shop, codes

pytestmark = pytest.mark.usefixtures("app")
HEADERS = (
    "brand,order_no,job_ref,job_type,customer_name,phone,address,lat,lon,model,"
    "date,window_start,window_end"
)
ROW = (
    "NORTHWIND,SO-1,1,install,王小明,13800138000,天河区体育西路1号,23.13,113.32,NW-35,"
    "2026-03-03,09:00,12:00"
)


def run(text, *, kind="orders", actor=None, **options):
    content = text.encode(options.pop("encoding", "utf-8"))
    context = Context(actor or administrator(), update=options.pop("update", False))
    with clock.frozen(NOW), unit_of_work():
        return imports.run(kind, tabular.read(content), context, **options)


def outcomes(report):
    return [row.outcome.value for row in report.rows]


def errors(report):
    return [(row.line, one["field"]) for row in report.rows for one in row.errors]


def jobs():
    return list(db.session.scalars(sa.select(Job).order_by(Job.created_at, Job.number)))


def test_a_line_becomes_a_released_job_with_its_local_window():
    Shop()

    report = run(f"{HEADERS}\n{ROW}\n")

    [job] = jobs()
    assert outcomes(report) == ["created"]
    assert (job.state, job.window_start.isoformat()) == (
        JobState.RELEASED, "2026-03-03T01:00:00+00:00"
    )  # fmt: skip


def test_chinese_headers_in_gb18030_mean_the_same():
    Shop()
    text = (
        "品牌,订单号,服务类型,收货人,手机号,收货地址,纬度,经度,商品型号,电梯\n"
        "NORTHWIND,SO-1,安装,王小明,17012345678转1234,天河区体育西路1号,23.13,113.32,NW-35,无\n"
    )

    assert outcomes(run(text, encoding="gb18030")) == ["created"]
    [job] = jobs()
    shown = queries.view(job)
    assert shown.customer.phone == "+8617012345678,1234"
    assert shown.place.has_lift is False


def test_lines_of_one_order_become_linked_jobs():
    Shop()
    text = (
        f"{HEADERS},after,category\n"
        f"{ROW},old,\n"
        "NORTHWIND,SO-1,old,remove,王小明,13800138000,天河区体育西路1号,23.13,113.32,,,,,,split-ac\n"
    )

    report = run(text)

    assert outcomes(report) == ["created", "created"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1
    install = next(job for job in jobs() if job.job_type.value == "install")
    assert len(queries.view(install).after) == 1


def test_bad_lines_are_named_with_field_and_reason_and_good_ones_kept():
    Shop()
    bad = (
        ROW.replace("SO-1", "SO-2").replace("NORTHWIND", "NOBODY"),
        ROW.replace("SO-1", "SO-3").replace("13800138000", "12"),
        ROW.replace("SO-1", "SO-4").replace("23.13,113.32", "113.32,23.13"),
        ROW.replace("SO-1", "SO-5").replace("09:00,12:00", "12:00,09:00"),
        ROW.replace("SO-1", "SO-6").replace("09:00,12:00", "09:00,"),
        ROW.replace("SO-1", "SO-7").replace("23.13,", "123.13,"),
        ROW.replace("SO-1", "SO-8").replace("王小明", ""),
        ROW.replace("SO-1", "SO-9").replace("23.13,113.32", "51.5,0.1"),
    )

    report = run("\n".join((HEADERS, ROW, *bad)))

    assert errors(report) == [
        (3, "brand"), (4, "phone"), (5, "lat"), (6, "window_end"), (7, "date"), (8, "lat"),
        (9, "customer_name"), (10, "lat"),
    ]  # fmt: skip
    assert len(jobs()) == 1


def test_an_order_is_refused_whole_where_one_of_its_lines_is_bad():
    Shop()
    second = ROW.replace("SO-1,1", "SO-1,2").replace("NW-35", "NO-SUCH")

    report = run("\n".join((HEADERS, ROW, second)))

    assert outcomes(report) == ["refused", "refused"]
    assert jobs() == []


def test_lines_of_one_order_that_contradict_each_other_are_refused():
    Shop()
    second = ROW.replace("SO-1,1", "SO-1,2").replace("13800138000", "13900139000")

    assert errors(run("\n".join((HEADERS, ROW, second))))[0] == (2, "phone")


def test_the_same_file_again_changes_nothing_and_a_changed_one_only_on_demand():
    Shop()
    run(f"{HEADERS}\n{ROW}\n")
    later = ROW.replace("2026-03-03", "2026-03-04")

    assert outcomes(run(f"{HEADERS}\n{ROW}\n")) == ["unchanged"]
    assert outcomes(run(f"{HEADERS}\n{later}\n")) == ["conflict"]
    assert outcomes(run(f"{HEADERS}\n{later}\n", update=True)) == ["updated"]
    assert jobs()[0].window_start.isoformat() == "2026-03-04T01:00:00+00:00"


def test_a_dry_run_keeps_nothing_not_even_work_for_the_background():
    Shop()

    report = run(f"{HEADERS}\n{ROW.replace('23.13,113.32', ',')}\n", dry_run=True)

    assert outcomes(report) == ["created"]
    assert jobs() == []
    assert db.session.scalar(sa.select(BackgroundTask.id)) is None


def test_parcels_and_what_they_hold_are_read_from_a_cell():
    Shop()
    parcels = '"SF1:IDU-35*1;SF2:ODU-35*1",2026-03-03,SF1'

    run(f"{HEADERS},parcels,parcels_expected,parcels_arrived\n{ROW},{parcels}\n")

    [job] = jobs()
    [blocker] = job.blockers
    assert (blocker["code"], blocker["tracking"]) == ("parcels-missing", ["SF2"])
    assert blocker["expected_at"] == "2026-03-03T10:00:00+00:00"


def test_a_file_of_arrivals_releases_what_waited():
    Shop()
    run(f"{HEADERS},parcels\n{ROW},SF1\n")

    report = run("运单号\nSF1\nSF9\n", kind="arrivals")

    assert outcomes(report) == ["updated", "refused"]
    assert (errors(report), codes(jobs()[0])) == ([(3, "tracking")], [])


def test_a_brand_imports_its_own_orders_only():
    shop = Shop()

    assert outcomes(run(f"{HEADERS}\n{ROW}\n", actor=brand_key(make_brand()))) == ["refused"]
    assert outcomes(run(f"{HEADERS}\n{ROW}\n", actor=brand_key(shop.brand))) == ["created"]


def test_the_template_can_be_imported_once_its_goods_are_known():
    Shop()
    template = imports.template("orders", locale="zh").decode("utf-8-sig")

    report = run(template.replace("2026-11-03", "2026-03-03"))

    assert outcomes(report) == ["created"]


@pytest.mark.proof
def test_twelve_hundred_lines_take_well_under_a_minute():
    Shop()
    lines = [ROW.replace("SO-1,", f"SO-{i},").replace("路1号", f"路{i}号") for i in range(1200)]
    begun = time.process_time()

    report = run("\n".join((HEADERS, *lines)))

    assert set(outcomes(report)) == {"created"}
    assert time.process_time() - begun < 40
