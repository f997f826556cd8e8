"""The columns of a history file."""

from app.catalogue.models import JobType
from app.core import cells, imports
from app.core.columns import Column
from app.core.imports import Importer
from app.core.policies import Role
from app.planning.models import VisitState
from app.ratings.rules import SCALE
from app.ratings.service import history
from app.visits.events import FailureReason

RESULTS = {
    "completed": VisitState.COMPLETED,
    "完成": VisitState.COMPLETED,
    "已完成": VisitState.COMPLETED,
    "failed": VisitState.FAILED,
    "失败": VisitState.FAILED,
}
STARS = cells.whole(SCALE[0], SCALE[-1])
JOB_TYPES = {
    "安装": JobType.INSTALL,
    "维修": JobType.REPAIR,
    "保养": JobType.MAINTAIN,
    "拆除": JobType.REMOVE,
    "勘测": JobType.SURVEY,
    "测量": JobType.SURVEY,
}


def result(cell: str) -> VisitState:
    """Read how a visit ended: completed or failed."""
    found = RESULTS.get(cell.strip().lower())
    if found is None:
        raise ValueError("is neither completed nor failed")
    return found


HISTORY = Importer(
    kind="history",
    columns=[
        Column("brand", "Brand", "品牌", required=True, parse=cells.code, example="NORDHEM"),
        Column("order_no", "Order no.", "订单号", required=True, example="A-2024-0117"),
        Column(
            "job_type", "Job type", "服务类型", required=True,
            parse=cells.one_of(JobType, JOB_TYPES), example="install",
        ),
        Column("customer_name", "Customer", "客户姓名", required=True, example="王小明"),
        Column("phone", "Phone", "电话", required=True, example="13800138000"),
        Column("territory", "Territory", "区域", required=True, example="GZ"),
        Column("address", "Address", "地址", required=True, example="广州市天河区体育西路1号"),
        Column("lat", "Latitude", "纬度", parse=cells.latitude, example="23.1322"),
        Column("lon", "Longitude", "经度", parse=cells.longitude, example="113.3211"),
        Column("category", "Category", "品类", parse=cells.code, about="or the model"),
        Column("model", "Model", "型号", parse=cells.code, example="WR-200"),
        Column("serial", "Serial", "序列号", parse=cells.short(80)),
        Column("technician", "Technician", "师傅", required=True, example="T001"),
        Column(
            "started", "Started", "开始时间", required=True, parse=cells.local_moment,
            example="2026-01-15 09:00", about="local time",
        ),
        Column(
            "finished", "Finished", "结束时间", required=True, parse=cells.local_moment,
            example="2026-01-15 10:30", about="local time",
        ),
        Column("result", "Result", "结果", required=True, parse=result, example="completed"),
        Column("failure", "Failure", "失败原因", parse=cells.one_of(FailureReason)),
        Column("professional", "Professional", "专业水平", parse=STARS, example="5"),
        Column("attitude", "Attitude", "服务态度", parse=STARS, example="4"),
        Column("comment", "Comment", "评价", parse=cells.short(2000)),
        Column(
            "rated_at", "Rated at", "评价时间", parse=cells.local_moment, about="local time"
        ),
    ],
    apply=history.apply,
    key=("brand", "order_no"),
    roles=(Role.DISPATCHER,),
)  # fmt: skip


def register() -> None:
    """Make the area's files importable."""
    imports.register(HISTORY)
