"""The words of releases, to be searched; and an index for each list and stamp that is asked for.

The index of words is of each database's own kind. SQLite's FTS5 reads the words from the table
(external content): only whole words between spaces (tokenizer `ascii`, https://sqlite.org/fts5.html
section 4.3.2), and no places of them, since phrases are looked for in the words themselves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LATEST = sa.text("coalesce(published, '0001-01-01') desc")
SQLITE_WORDS = (
    "create virtual table word_index using fts5(words, content='release_words',"
    " content_rowid='place', tokenize='ascii', detail='none', columnsize=0)"
)
POSTGRESQL_WORDS = (
    "create index word_index on release_words"
    " using gin (array_to_tsvector(string_to_array(words, ' ')))"
)


def upgrade() -> None:
    op.create_table(
        "release_words",
        sa.Column("release_id", sa.Integer, sa.ForeignKey("releases.id"), primary_key=True),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.UniqueConstraint("place"),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(SQLITE_WORDS if on_sqlite else POSTGRESQL_WORDS)
    op.create_index("ix_releases_latest", "releases", [LATEST, sa.text("id desc")])
    op.create_index("ix_releases_verdict", "releases", ["verdict", LATEST, sa.text("id desc")])
    op.create_index(op.f("ix_comparisons_made_at"), "comparisons", ["made_at"])
    op.create_index(op.f("ix_readouts_filed_at"), "readouts", ["filed_at"])
    op.create_index(op.f("ix_readouts_superseded_at"), "readouts", ["superseded_at"])
