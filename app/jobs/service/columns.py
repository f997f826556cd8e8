"""The columns of the import files of orders and of arrivals."""

from app.catalogue.models import JobType
from app.core import cells
from app.core.imports import Column
from app.jobs.models import Payer
from app.places.models import Datum

JOB_TYPES = {
    "安装": JobType.INSTALL,
    "维修": JobType.REPAIR,
    "保养": JobType.MAINTAIN,
    "拆除": JobType.REMOVE,
    "测量": JobType.SURVEY,
}
PAYERS = {"品牌": Payer.BRAND, "用户": Payer.CONSUMER, "消费者": Payer.CONSUMER}
DATUMS = {"wgs-84": Datum.WGS84, "gcj-02": Datum.GCJ02, "bd-09": Datum.BD09}


def parse_parcels(cell: str) -> dict[str, dict[str, int]]:
    """Read parcels and what they hold: ``TRACK1:SKU*1,SKU2*2;TRACK2:SKU3*1``."""
    found: dict[str, dict[str, int]] = {}
    for word in cells.words(cell.replace("：", ":")):
        tracking, _, held = word.partition(":")
        tracking = tracking.strip()
        if not tracking or tracking in found:
            raise ValueError("names a parcel twice, or not at all")
        found[tracking] = cells.counts(held) if held.strip() else {}
    return found


def parse_arrived(cell: str) -> bool | list[str]:
    """Read whether the parcels are in: yes, no, or the numbers of those that are."""
    try:
        return cells.yes_no(cell)
    except ValueError:
        return cells.words(cell.replace(",", ";"))


ORDERS = [
    Column("brand", "Brand", "品牌", required=True, example="NORTHWIND", about="its code"),
    Column("order_no", "Order number", "订单号", required=True, parse=cells.short(80),
           example="SO-20261103-001", about="the sender's own", aliases=("订单编号", "order")),
    Column("job_ref", "Job ref", "任务号", parse=cells.short(40), example="1",
           about="tells the jobs of one order apart"),
    Column("job_type", "Job type", "服务类型", required=True,
           parse=cells.one_of(JobType, JOB_TYPES), example="install", about=", ".join(JobType)),
    Column("customer_name", "Customer", "客户姓名", required=True, parse=cells.short(120),
           example="王小明", aliases=("收货人", "姓名", "联系人")),
    Column("phone", "Phone", "电话", required=True, parse=cells.short(40),
           example="17012345678转1234", about="a privacy number with its extension",
           aliases=("手机", "手机号", "联系电话")),
    Column("phone_expires", "Phone expires", "号码有效期", parse=cells.local_moment,
           example="2026-12-31 23:59", about="when a privacy number stops working"),
    Column("email", "E-mail", "邮箱", parse=cells.short(200), example="wang@example.com"),
    Column("locale", "Language", "语言", parse=cells.short(8), example="zh", about="en or zh"),
    Column("territory", "Territory", "区域", example="GZ", about="its code; may be left out "
           "where there is only one"),
    Column("address", "Address", "地址", required=True, parse=cells.short(300),
           example="广州市天河区体育西路123号2栋501",
           aliases=("详细地址", "收货地址", "安装地址")),
    Column("district", "District", "区", parse=cells.short(60), example="天河区"),
    Column("lat", "Latitude", "纬度", parse=cells.latitude, example="23.1347"),
    Column("lon", "Longitude", "经度", parse=cells.longitude, example="113.3210"),
    Column("datum", "Datum", "坐标系", parse=cells.one_of(Datum, DATUMS), example="wgs84",
           about="wgs84, gcj02 (AMap, Tencent) or bd09 (Baidu)"),
    Column("floor", "Floor", "楼层", parse=cells.whole(-5, 150), example="5"),
    Column("lift", "Lift", "电梯", parse=cells.yes_no, example="yes"),
    Column("parking", "Parking", "停车", parse=cells.short(200), example="地下车库"),
    Column("permitted_hours", "Permitted hours", "允许施工时间", parse=cells.clock_spans,
           example="08:00-12:00;14:00-18:00"),
    Column("category", "Category", "品类", example="split-ac", about="where no model is known"),
    Column("model", "Model", "型号", example="NW-35", about="its code", aliases=("商品型号",)),
    Column("quantity", "Quantity", "数量", parse=cells.whole(1, 50), example="1"),
    Column("serial", "Serial", "序列号", parse=cells.short(80), example=""),
    Column("parcels", "Parcels", "包裹", parse=parse_parcels,
           example="SF1001:IDU-35*1;SF1002:ODU-35*1", about="tracking:part*count,part*count"),
    Column("parcels_expected", "Parcels expected", "预计到货", parse=cells.day,
           example="2026-11-02"),
    Column("parcels_arrived", "Parcels arrived", "是否到货", parse=parse_arrived, example="yes",
           about="yes, no, or the tracking numbers that are in"),
    Column("date", "Date", "预约日期", parse=cells.day, example="2026-11-03"),
    Column("window_start", "Window start", "时段开始", parse=cells.clock_time, example="09:00"),
    Column("window_end", "Window end", "时段结束", parse=cells.clock_time, example="12:00"),
    Column("confirmed", "Confirmed", "已确认", parse=cells.yes_no, example="no",
           about="yes once the consumer has agreed to the window"),
    Column("minutes", "Minutes", "工时(分钟)", parse=cells.whole(1, 43_200), example="",
           about="only where it differs from the catalogue"),
    Column("after", "After", "前置任务", parse=cells.words, example="",
           about="job ref that has to be finished before"),
    Column("payer", "Payer", "付款方", parse=cells.one_of(Payer, PAYERS), example="brand"),
    Column("shop", "Shop", "店铺", parse=cells.short(120), example="Northwind flagship store"),
    Column("priority", "Priority", "优先级", parse=cells.whole(1, 5), example="1"),
    Column("notes", "Notes", "备注", parse=cells.short(2000), example="有狗", aliases=("留言",)),
]  # fmt: skip


ARRIVALS = [
    Column("tracking", "Tracking number", "运单号", required=True, parse=cells.short(80),
           example="SF1001"),
    Column("brand", "Brand", "品牌", example="NORTHWIND", about="where a number occurs twice"),
    Column("order_no", "Order number", "订单号", parse=cells.short(80), example=""),
    Column("arrived", "Arrived", "到货时间", parse=cells.local_moment, example="",
           about="now, where it is left out"),
    Column("contents", "Contents", "内容", parse=cells.counts, example="",
           about="what it really holds: part*count"),
]  # fmt: skip
