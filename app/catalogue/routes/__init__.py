"""REST resources of the catalogue."""

from app.catalogue.routes import categories, goods, money, work  # noqa: F401  they add views
from app.catalogue.routes.mounting import blueprint

__all__ = ["blueprint"]
