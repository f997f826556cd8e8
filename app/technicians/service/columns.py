"""The columns of technicians' import files."""

from app.catalogue.service.importing import parse_job_type
from app.core import cells, imports
from app.core.columns import Column
from app.core.imports import Importer
from app.core.policies import Role
from app.places.models import Datum
from app.technicians.models import AbsenceKind, CertificateState
from app.technicians.service import importing

KEEPERS = (Role.DISPATCHER, Role.PARTNER)
ABSENCES = {
    "休假": AbsenceKind.LEAVE,
    "病假": AbsenceKind.SICK,
    "培训": AbsenceKind.TRAINING,
    "其他": AbsenceKind.OTHER,
}
STATES = {
    "待审核": CertificateState.PENDING,
    "有效": CertificateState.APPROVED,
    "已撤销": CertificateState.REVOKED,
}

TECHNICIAN = Column(
    "technician", "Technician", "师傅", required=True, example="T01", about="the person's code"
)
VALID_FROM = Column(
    "valid_from", "Valid from", "生效日期", required=True, parse=cells.day, example="2026-01-01"
)
VALID_UNTIL = Column(
    "valid_until", "Valid until", "失效日期", parse=cells.day, example="2026-12-31",
    about="the last day; empty: until further notice",
)  # fmt: skip

TECHNICIANS = [
    Column("code", "Code", "编码", required=True, parse=cells.code, example="T01"),
    Column("name", "Name", "姓名", required=True, parse=cells.short(80), example="陈伟"),
    Column(
        "phone", "Phone", "电话", required=True, parse=importing.parse_phone,
        example="139 0013 9000",
    ),
    Column("territory", "Territory", "区域", required=True, example="GZ"),
    Column("partner", "Partner", "服务商", example="PRF", about="empty: own staff"),
    Column("login", "Login", "账号", example="t01", about="the user they sign in as"),
    Column("home_address", "Home address", "住址", parse=cells.short(200),
           example="广州市天河区体育西路1号"),
    Column("home_lat", "Home latitude", "纬度", parse=cells.latitude, example="23.1305"),
    Column("home_lon", "Home longitude", "经度", parse=cells.longitude, example="113.3218"),
    Column(
        "datum", "Datum", "坐标系", parse=cells.one_of(Datum), example="wgs84",
        about=", ".join(Datum),
    ),
    Column("vehicle", "Vehicle", "车辆", parse=cells.short(40), example="van"),
    Column(
        "team_size", "Team size", "班组人数", parse=cells.whole(1, 6), example="1",
        about="people of a standing team that shares one van",
    ),
    Column(
        "pace", "Pace", "速度系数", parse=cells.number(0.2, 5), example="1.0",
        about="1.1 takes a tenth longer",
    ),
    Column("tools", "Tools", "工具", parse=cells.words, example="ladder;drill"),
    Column("stock", "Stock", "库存", parse=cells.counts, example="PIPE-M*20"),
    Column(
        "identity_until", "Identity check until", "实名核验至", parse=cells.day,
        example="2027-06-30",
    ),
    Column("insured_until", "Insured until", "保险至", parse=cells.day, example="2027-06-30"),
    Column("joined_on", "Joined on", "入职日期", parse=cells.day, example="2024-03-01"),
    Column("cost_per_hour", "Cost per hour", "每小时成本", parse=cells.decimal, example="40.00"),
    Column("cost_per_km", "Cost per km", "每公里成本", parse=cells.decimal, example="1.00"),
]  # fmt: skip
SHIFTS = [
    TECHNICIAN,
    Column("date", "Date", "日期", required=True, parse=cells.day, example="2026-11-23"),
    Column("start", "Start", "上班", required=True, parse=cells.clock_time, example="08:30"),
    Column("end", "End", "下班", required=True, parse=cells.clock_time, example="18:00"),
    Column(
        "overtime_minutes", "Overtime minutes", "可加班(分钟)", parse=cells.whole(0, 480),
        example="60",
    ),
    Column(
        "break_earliest", "Break earliest", "休息最早", parse=cells.clock_time, example="11:30"
    ),
    Column(
        "break_latest", "Break latest", "休息最晚", parse=cells.clock_time, example="13:00",
        about="the latest start of the break",
    ),
    Column(
        "break_minutes", "Break minutes", "休息(分钟)", parse=cells.whole(1, 240), example="60"
    ),
    Column("max_jobs", "Most jobs", "最多单数", parse=cells.whole(1, 100), example="8"),
    Column("max_km", "Most kilometres", "最多公里", parse=cells.whole(1, 2000), example="120"),
]  # fmt: skip
AWAY = [
    TECHNICIAN,
    Column(
        "kind", "Kind", "类别", required=True, parse=cells.one_of(AbsenceKind, ABSENCES),
        example="leave", about=", ".join(AbsenceKind),
    ),
    Column(
        "start", "Start", "开始", required=True, parse=cells.local_moment,
        example="2026-11-23 08:00",
    ),
    Column(
        "end", "End", "结束", required=True, parse=importing.parse_end, example="2026-11-24",
        about="a day alone means until its end",
    ),
]  # fmt: skip
CERTIFICATES = [
    TECHNICIAN,
    Column("brand", "Brand", "品牌", required=True, example="NORTHWIND"),
    Column(
        "category", "Category", "品类", required=True, example="flooring",
        about="covers all below it",
    ),
    Column(
        "job_type", "Job type", "服务类型", required=True, parse=parse_job_type,
        example="install",
    ),
    Column("level", "Level", "等级", required=True, parse=cells.whole(1, 5), example="2"),
    VALID_FROM,
    VALID_UNTIL,
    Column(
        "evidence", "Evidence", "证书编号", required=True, parse=cells.short(200),
        example="NW-2026-0193", about="number or document",
    ),
    Column(
        "state", "State", "状态", parse=cells.one_of(CertificateState, STATES),
        example="approved", about="empty: approved, or pending from a partner",
    ),
]  # fmt: skip
LICENCES = [
    TECHNICIAN,
    Column("kind", "Kind", "证照", required=True, parse=cells.short(60), example="electrician"),
    Column("number", "Number", "编号", required=True, parse=cells.short(80), example="T440106..."),
    VALID_FROM,
    VALID_UNTIL,
]

IMPORTERS = [
    Importer("technicians", TECHNICIANS, importing.apply_technician, roles=KEEPERS),
    Importer(
        "shifts", SHIFTS, importing.apply_shift, key=("technician", "date", "start"),
        roles=KEEPERS,
    ),
    Importer(
        "absences", AWAY, importing.apply_absence, key=("technician", "start"), roles=KEEPERS
    ),
    Importer(
        "certificates", CERTIFICATES, importing.apply_certificate,
        key=("technician", "brand", "category", "job_type"), roles=KEEPERS,
    ),
    Importer(
        "licences", LICENCES, importing.apply_licence, key=("technician", "kind"), roles=KEEPERS
    ),
]  # fmt: skip


def register() -> None:
    """Make the area's files importable."""
    for importer in IMPORTERS:
        imports.register(importer)
