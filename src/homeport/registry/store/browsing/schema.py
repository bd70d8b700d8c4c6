"""The sums of each repository and the descriptions of manifests, kept by triggers: no writer can forget one.

https://www.sqlite.org/lang_createtrigger.html
"""

from __future__ import annotations

_KINDS = """CASE
    WHEN {0}media_type IN ('application/vnd.oci.image.index.v1+json',
        'application/vnd.docker.distribution.manifest.list.v2+json') THEN 'index'
    WHEN coalesce({0}artifact_type, '') IN ('', 'application/vnd.oci.image.config.v1+json',
        'application/vnd.docker.container.image.v1+json') THEN 'image'
    ELSE 'artifact' END"""
"""What a manifest is taken for until it was looked into."""

_COLUMNS = """
-- The name as it sorts among others: `homeport.registry.grammar.natural`.
ALTER TABLE repository ADD COLUMN natural TEXT NOT NULL DEFAULT '';
ALTER TABLE tag ADD COLUMN natural TEXT NOT NULL DEFAULT '';

-- Sums over what belongs to a repository. Ten thousand of them are shown in order, which leaves no time to add up.
ALTER TABLE repository ADD COLUMN tags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repository ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
-- Of these, the bytes of blobs that others have too.
ALTER TABLE repository ADD COLUMN shared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repository ADD COLUMN pushed REAL;
ALTER TABLE repository ADD COLUMN pulled REAL;
-- Those by its tags.
ALTER TABLE repository ADD COLUMN pulls INTEGER NOT NULL DEFAULT 0;
CREATE INDEX manifest_by_push ON manifest (repository, pushed);
CREATE INDEX manifest_by_pull ON manifest (repository, pulled) WHERE pulled IS NOT NULL;

-- What a manifest is, apart from its content, so that those of a repository lie close together.
CREATE TABLE description (
    repository INTEGER NOT NULL,
    manifest INTEGER NOT NULL,
    kind TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    -- Separated by spaces.
    platforms TEXT NOT NULL DEFAULT '',
    created REAL,
    pulls INTEGER NOT NULL DEFAULT 0,
    -- It is to be looked into while what was done is less than what is due.
    due INTEGER NOT NULL DEFAULT 1,
    done INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (repository, manifest)
) STRICT, WITHOUT ROWID;
CREATE INDEX description_due ON description (repository, manifest) WHERE done < due;
"""

# What is there already. The names are gone through one character after the other, as `homeport.registry.grammar.natural` does.
_FILLED = f"""
UPDATE repository SET
    tags = (SELECT count(*) FROM tag t WHERE t.repository = repository.id),
    pulls = (SELECT coalesce(sum(t.pulls), 0) FROM tag t WHERE t.repository = repository.id),
    bytes = (SELECT coalesce(sum(m.size), 0) FROM manifest m WHERE m.repository = repository.id)
        + (SELECT coalesce(sum(b.size), 0) FROM repository_blob l JOIN blob b ON b.id = l.blob
            WHERE l.repository = repository.id),
    shared = (SELECT coalesce(sum(b.size), 0) FROM repository_blob l JOIN blob b ON b.id = l.blob
        WHERE l.repository = repository.id AND EXISTS
            (SELECT 1 FROM repository_blob o WHERE o.blob = l.blob AND o.repository <> repository.id)),
    pushed = (SELECT max(m.pushed) FROM manifest m WHERE m.repository = repository.id),
    pulled = (SELECT max(m.pulled) FROM manifest m WHERE m.repository = repository.id AND m.pulled IS NOT NULL);

INSERT INTO description (repository, manifest, kind, pulls)
    SELECT m.repository, m.id, {_KINDS.format("m.")}, (SELECT coalesce(sum(t.pulls), 0) FROM tag t WHERE t.manifest = m.id)
    FROM manifest m ORDER BY m.repository, m.id;

CREATE TABLE sorted (name TEXT PRIMARY KEY, natural TEXT NOT NULL) STRICT, WITHOUT ROWID;
WITH RECURSIVE step (name, rest, run, built) AS (
    SELECT name, lower(name) || '/', '', '' FROM (SELECT name FROM tag UNION SELECT name FROM repository)
    UNION ALL
    SELECT name, substr(rest, 2),
        CASE WHEN rest GLOB '[0-9]*' THEN run || substr(rest, 1, 1) ELSE '' END,
        CASE WHEN rest GLOB '[0-9]*' THEN built ELSE built || CASE
            WHEN run = '' THEN ''
            WHEN length(ltrim(run, '0')) < 9 THEN length(ltrim(run, '0')) || ltrim(run, '0')
            ELSE '9' || printf('%03d', length(ltrim(run, '0'))) || ltrim(run, '0') END || substr(rest, 1, 1) END
    FROM step WHERE rest <> ''
)
INSERT INTO sorted SELECT name, substr(built, 1, length(built) - 1) FROM step WHERE rest = '';
UPDATE tag SET natural = (SELECT s.natural FROM sorted s WHERE s.name = tag.name);
UPDATE repository SET natural = (SELECT s.natural FROM sorted s WHERE s.name = repository.name);
DROP TABLE sorted;
"""  # noqa: S608 - of the text above

# What names a manifest that comes or goes is looked into anew: an index is as large as what is here of it. A thousand at most, so
# that a write stays short; nobody has more indexes of one image.
_PARENTS_ARE_DUE = """
    UPDATE description SET due = due + 1 WHERE repository = {0}.repository AND manifest IN
        (SELECT f.manifest FROM reference f WHERE f.repository = {0}.repository AND f.digest = {0}.digest LIMIT 1000);"""

_MANIFESTS = f"""
CREATE TRIGGER manifest_described AFTER INSERT ON manifest BEGIN
    UPDATE repository SET manifests = manifests + 1, bytes = bytes + NEW.size,
        pushed = (SELECT max(m.pushed) FROM manifest m WHERE m.repository = NEW.repository)
        WHERE id = NEW.repository;
    INSERT INTO description (repository, manifest, kind) VALUES (NEW.repository, NEW.id, {_KINDS.format("NEW.")});
    {_PARENTS_ARE_DUE.format("NEW")}
END;
CREATE TRIGGER manifest_forgotten AFTER DELETE ON manifest BEGIN
    UPDATE repository SET manifests = manifests - 1, bytes = bytes - OLD.size,
        pushed = (SELECT max(m.pushed) FROM manifest m WHERE m.repository = OLD.repository),
        pulled = (SELECT max(m.pulled) FROM manifest m WHERE m.repository = OLD.repository AND m.pulled IS NOT NULL)
        WHERE id = OLD.repository;
    DELETE FROM description WHERE repository = OLD.repository AND manifest = OLD.id;
    {_PARENTS_ARE_DUE.format("OLD")}
END;
CREATE TRIGGER manifest_pushed_again AFTER UPDATE OF pushed ON manifest BEGIN
    UPDATE repository SET pushed = (SELECT max(m.pushed) FROM manifest m WHERE m.repository = NEW.repository)
        WHERE id = NEW.repository;
END;
CREATE TRIGGER manifest_was_pulled AFTER UPDATE OF pulled ON manifest BEGIN
    UPDATE repository SET
        pulled = (SELECT max(m.pulled) FROM manifest m WHERE m.repository = NEW.repository AND m.pulled IS NOT NULL)
        WHERE id = NEW.repository;
END;
CREATE TRIGGER manifest_changed AFTER UPDATE OF media_type, rotten ON manifest
WHEN OLD.media_type <> NEW.media_type OR OLD.rotten IS NOT NEW.rotten BEGIN
    UPDATE description SET due = due + 1 WHERE repository = NEW.repository AND manifest = NEW.id;
END;
"""  # noqa: S608 - of the texts above

_TAGS = """
CREATE TRIGGER tag_added AFTER INSERT ON tag BEGIN
    UPDATE repository SET tags = tags + 1, pulls = pulls + NEW.pulls WHERE id = NEW.repository;
END;
CREATE TRIGGER tag_removed AFTER DELETE ON tag BEGIN
    UPDATE repository SET tags = tags - 1, pulls = pulls - OLD.pulls WHERE id = OLD.repository;
END;
CREATE TRIGGER tag_pulled AFTER UPDATE OF pulls ON tag BEGIN
    UPDATE repository SET pulls = pulls + NEW.pulls - OLD.pulls WHERE id = NEW.repository;
END;
"""

# A blob is shared by its second owner, for the first one too; it is no longer when one is left.
_SIZE = "coalesce((SELECT b.size FROM blob b WHERE b.id = {0}.blob), 0)"
_OTHERS = "SELECT o.repository FROM repository_blob o WHERE o.blob = {0}.blob AND o.repository <> {0}.repository"
_SHARED = f"""
    UPDATE repository SET bytes = bytes {{1}} {_SIZE},
        shared = shared {{1}} CASE WHEN EXISTS ({_OTHERS}) THEN {_SIZE} ELSE 0 END WHERE id = {{0}}.repository;
    UPDATE repository SET shared = shared {{1}} {_SIZE} WHERE id =
        (SELECT CASE count(*) WHEN 1 THEN max(repository) END FROM ({_OTHERS} LIMIT 2));"""  # noqa: S608 - of the texts above

_BLOBS = f"""
CREATE TRIGGER link_added AFTER INSERT ON repository_blob BEGIN{_SHARED.format("NEW", "+")}
    -- A cache of another registry has a manifest before what it names.
    UPDATE description SET due = due + 1 WHERE created IS NULL AND repository = NEW.repository AND manifest IN
        (SELECT f.manifest FROM reference f WHERE f.repository = NEW.repository
            AND f.digest = (SELECT b.digest FROM blob b WHERE b.id = NEW.blob) LIMIT 1000);
END;
CREATE TRIGGER link_removed AFTER DELETE ON repository_blob BEGIN{_SHARED.format("OLD", "-")}
END;
CREATE TRIGGER blob_resized_somewhere AFTER UPDATE OF size ON blob WHEN OLD.size <> NEW.size BEGIN
    UPDATE repository SET bytes = bytes + NEW.size - OLD.size
        WHERE id IN (SELECT l.repository FROM repository_blob l WHERE l.blob = NEW.id);
    UPDATE repository SET shared = shared + NEW.size - OLD.size
        WHERE id IN (SELECT l.repository FROM repository_blob l WHERE l.blob = NEW.id)
        AND 1 < (SELECT count(*) FROM (SELECT 1 FROM repository_blob l WHERE l.blob = NEW.id LIMIT 2));
END;
"""  # noqa: S608 - of the texts above

SCHEMA = _COLUMNS + _FILLED + _MANIFESTS + _TAGS + _BLOBS
"""A migration."""
