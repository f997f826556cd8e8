"""The columns of the catalogue's import files."""

from app.catalogue.models import JobType, PriceKind
from app.catalogue.service import importing
from app.core import cells, imports
from app.core.columns import Column
from app.core.imports import Importer

CODE = Column("code", "Code", "编码", required=True, parse=cells.code, example="NORTHWIND")
NAME = Column("name", "Name", "名称", required=True, parse=cells.short(200), example="Northwind")
NAME_ZH = Column("name_zh", "Chinese name", "中文名称", parse=cells.short(200), example="北风")
BRAND = Column("brand", "Brand", "品牌", example="NORTHWIND", about="the brand's code")
CATEGORY = Column(
    "category", "Category", "品类", example="split-ac", about="the category's code; covers below"
)
CURRENCY = Column(
    "currency", "Currency", "币种", parse=importing.parse_currency, example="CNY",
    about="three letters; empty: the installation's",
)  # fmt: skip
VALID_FROM = Column(
    "valid_from", "Valid from", "生效日期", required=True, parse=cells.day, example="2026-01-01"
)
VALID_UNTIL = Column(
    "valid_until", "Valid until", "失效日期", parse=cells.day, example="2026-12-31",
    about="the last day; empty: until further notice",
)  # fmt: skip
JOB_TYPE = Column(
    "job_type", "Job type", "服务类型", required=True, parse=importing.parse_job_type,
    example="install", about=", ".join(JobType),
)  # fmt: skip
ANY_JOB_TYPE = Column(
    "job_type", "Job type", "服务类型", parse=importing.parse_job_type, example="install",
    about="empty: every type",
)  # fmt: skip
AMOUNT = Column(
    "amount", "Amount", "金额", required=True, parse=cells.decimal, example="120.00",
    about="in major units",
)  # fmt: skip
SERVICE_DAYS = Column(
    "service_days", "Service days", "服务时限(天)", parse=cells.whole(1, 365), example="7",
    about="days from release of a job to its first visit",
)  # fmt: skip

BRANDS = [CODE, NAME, NAME_ZH, SERVICE_DAYS]
CATEGORIES = [
    CODE,
    NAME,
    NAME_ZH,
    Column("parent", "Parent", "上级品类", example="appliances", about="its line comes before"),
]
MODELS = [
    Column("brand", "Brand", "品牌", required=True, example="NORTHWIND"),
    CODE,
    NAME,
    NAME_ZH,
    Column("category", "Category", "品类", required=True, example="split-ac"),
    Column("discontinued_on", "Discontinued on", "停产日期", parse=cells.day, example=""),
    Column(
        "kit", "Kit", "清单", parse=importing.parse_kit,
        example="IDU-35:indoor unit*1;ODU-35:outdoor unit*1", about="part number:name*count",
    ),
]  # fmt: skip
WORK_SPECS = [
    JOB_TYPE,
    BRAND,
    Column("model", "Model", "型号", example="", about="with its brand; or else a category"),
    CATEGORY,
    Column(
        "minutes", "Minutes", "工时(分钟)", required=True, parse=cells.whole(1, 6000), example="90"
    ),
    Column(
        "setup_minutes", "Set-up minutes", "准备(分钟)", parse=cells.whole(0, 600), example="10"
    ),
    Column(
        "crew", "Crew", "人员", parse=importing.parse_crew, example="2;1",
        about="the level of each person, the first leads",
    ),
    Column("tools", "Tools", "工具", parse=cells.words, example="ladder;vacuum-pump"),
    Column("parts", "Parts", "耗材", parse=cells.counts, example="PIPE-M*3"),
    Column("licences", "Licences", "证照", parse=cells.words, example="electrician"),
    Column("photos", "Photos", "照片", parse=cells.words, example="before;after;serial"),
    Column(
        "needs_certificate", "Needs certificate", "需要认证", parse=cells.yes_no, example="yes"
    ),
    SERVICE_DAYS,
]  # fmt: skip
PRICES = [
    Column(
        "kind", "Kind", "类别", required=True, parse=cells.one_of(PriceKind), example="extra",
        about="visit or extra",
    ),
    Column(
        "code", "Code", "编码", required=True, parse=cells.code, example="pipe-metre",
        about="visit, or the extra's own code",
    ),
    NAME,
    NAME_ZH,
    Column(
        "unit", "Unit", "单位", required=True, parse=cells.short(20), example="metre"
    ),
    BRAND,
    CATEGORY,
    ANY_JOB_TYPE,
    AMOUNT,
    CURRENCY,
    VALID_FROM,
    VALID_UNTIL,
]  # fmt: skip
PAY_RATES = [
    JOB_TYPE,
    CATEGORY,
    Column("level", "Level", "等级", parse=cells.whole(1, 5), example="1"),
    AMOUNT,
    CURRENCY,
    VALID_FROM,
    VALID_UNTIL,
]

IMPORTERS = [
    Importer("brands", BRANDS, importing.apply_brand),
    Importer("categories", CATEGORIES, importing.apply_category),
    Importer("models", MODELS, importing.apply_model, key=("brand", "code")),
    Importer(
        "work_specs", WORK_SPECS, importing.apply_work_spec, key=("job_type", "model", "category")
    ),
    Importer(
        "prices", PRICES, importing.apply_price, key=("code", "brand", "category", "valid_from")
    ),
    Importer(
        "pay_rates", PAY_RATES, importing.apply_pay_rate,
        key=("job_type", "category", "level", "valid_from"),
    ),
]  # fmt: skip


def register() -> None:
    """Make the area's files importable."""
    for importer in IMPORTERS:
        imports.register(importer)
