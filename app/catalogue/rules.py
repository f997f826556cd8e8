"""Pure computation of the catalogue: the category tree, and which dated price is meant."""

from collections.abc import Iterable
from uuid import UUID

from app.catalogue.models import PayRate, Price


def path_below(parent_path: str | None, code: str) -> str:
    """Return the path of a category under its parent: ``/flooring/wood/``."""
    return f"{parent_path or '/'}{code}/"


def lineage(path: str) -> list[str]:
    """Return the paths of a category and all above it, root first."""
    codes = path.strip("/").split("/")
    return ["/" + "/".join(codes[: depth + 1]) + "/" for depth in range(len(codes))]


def best_price(candidates: Iterable[Price], depth_of: dict[UUID, int]) -> Price | None:
    """Choose the most specific price among those that apply.

    A brand's own comes before everybody's, then the nearer category, then the job type's own,
    then the one that began last.
    """
    return max(
        candidates,
        key=lambda price: (
            price.brand_id is not None,
            depth_of[price.category_id] if price.category_id else 0,
            price.job_type is not None,
            price.valid_from,
        ),
        default=None,
    )


def best_pay(candidates: Iterable[PayRate], depth_of: dict[UUID, int]) -> PayRate | None:
    """Choose the most specific rate: nearer category, then higher level, then begun last."""
    return max(
        candidates,
        key=lambda rate: (
            depth_of[rate.category_id] if rate.category_id else 0,
            rate.level,
            rate.valid_from,
        ),
        default=None,
    )
