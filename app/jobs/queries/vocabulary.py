"""Reading the catalogue as the words that messages use."""

from app.catalogue import queries as catalogue
from app.catalogue.models import Brand, Category, ProductModel
from app.core.db import db
from app.core.policies import Actor
from app.jobs.rules.messages import Vocabulary, Word

SHORTEST = 2


def vocabulary(actor: Actor) -> Vocabulary:
    """Return every name and code of the brands, models and categories the actor may see."""
    brands = list(db.session.scalars(catalogue.visible(Brand, actor)))
    categories = list(db.session.scalars(catalogue.visible(Category, actor)))
    models = list(db.session.scalars(catalogue.visible(ProductModel, actor)))
    brand_of = {brand.id: brand.code for brand in brands}
    category_of = {category.id: category.code for category in categories}
    words = [Word(text, "brand", b.code) for b in brands for text in _texts(b)]
    words += [Word(text, "category", c.code) for c in categories for text in _texts(c)]
    words += [
        Word(text, "model", m.code, brand_of.get(m.brand_id), category_of.get(m.category_id))
        for m in models
        for text in _texts(m)
    ]
    return words


def _texts(row: Brand | Category | ProductModel) -> set[str]:
    texts = {row.code, row.name, row.name_zh or ""}
    return {text.strip() for text in texts if len(text.strip()) >= SHORTEST}
