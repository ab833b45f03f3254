-- Sealed values: server/seal. Bodies of records, previous values and actors of revisions, entries of the conflict log and
-- changes in the line to the parent are sealed under a data key.

-- Data keys, wrapped by the master key, which is not in the database. The highest number seals, all open.
CREATE TABLE data_key (
  number     integer PRIMARY KEY CHECK (number > 0),
  wrapped    bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz
);
-- One is in use; the others wait until nothing is sealed under them, and open what old backups hold.
CREATE UNIQUE INDEX data_key_in_use ON data_key ((true)) WHERE retired_at IS NULL;

-- The first key is made by whoever is first; nobody but the owner makes another.
CREATE FUNCTION make_first_data_key(wrapped bytea) RETURNS void LANGUAGE sql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
  INSERT INTO data_key (number, wrapped) SELECT 1, $1 WHERE NOT EXISTS (SELECT FROM data_key) ON CONFLICT DO NOTHING
$$;
REVOKE ALL ON FUNCTION make_first_data_key FROM PUBLIC;

-- Number of the key that sealed a value, 0 when it is plain: bytes 3 to 6 after a 0 and a version.
CREATE FUNCTION sealed_key(value bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN substring(value FROM 1 FOR 1) = '\x00' AND octet_length(value) >= 6
    THEN ('x' || encode(substring(value FROM 3 FOR 4), 'hex'))::bit(32)::integer ELSE 0 END;

-- Bytes of a value when it is opened (of one that is not compressed, and of a plain one, those that are stored): what a page
-- is limited by. Version 2 has them at bytes 7 to 10.
CREATE FUNCTION opened_size(value bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN substring(value FROM 1 FOR 2) = '\x0002' AND octet_length(value) >= 10
    THEN ('x' || encode(substring(value FROM 7 FOR 4), 'hex'))::bit(32)::integer ELSE octet_length(value) END;

-- How far the background has got with sealing everything under the newest key.
CREATE TABLE seal_progress (
  one          boolean PRIMARY KEY DEFAULT true CHECK (one),
  key_number   integer NOT NULL DEFAULT 0,   -- under which it seals; 0 before the first
  began_at     timestamptz NOT NULL DEFAULT now(),
  finished_at  timestamptz,
  stage        smallint NOT NULL DEFAULT 0,  -- which table
  after_id     uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  after_number bigint NOT NULL DEFAULT 0,
  sealed       bigint NOT NULL DEFAULT 0,    -- rows in this pass
  damaged      bigint NOT NULL DEFAULT 0     -- rows in this pass that do not open
);
INSERT INTO seal_progress DEFAULT VALUES;

-- Sealed bytes do not compress.
ALTER TABLE record ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE revision ALTER COLUMN actor SET STORAGE EXTERNAL, ALTER COLUMN before_values SET STORAGE EXTERNAL;
ALTER TABLE conflict ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE upstream_queue ALTER COLUMN change SET STORAGE EXTERNAL, ALTER COLUMN outcome SET STORAGE EXTERNAL;
ALTER TABLE upstream_sent ALTER COLUMN change SET STORAGE EXTERNAL;

-- History may be sealed anew, and nothing else: what is plain or under an older key becomes something under the newest,
-- and what is under the newest stays for ever. Without the keys nobody can make such bytes that open.
CREATE FUNCTION may_seal_anew(old bytea, new bytea) RETURNS boolean LANGUAGE sql STABLE
  RETURN old = new OR (sealed_key(old) < sealed_key(new)
    AND sealed_key(new) = (SELECT max(number) FROM public.data_key));
CREATE FUNCTION refuse_change_of_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.record_id, NEW.revision, NEW.change_id, NEW.pushed_by, NEW.entry_time, NEW.received_time)
       IS NOT DISTINCT FROM
     (OLD.record_id, OLD.revision, OLD.change_id, OLD.pushed_by, OLD.entry_time, OLD.received_time)
     AND may_seal_anew(OLD.actor, NEW.actor) AND may_seal_anew(OLD.before_values, NEW.before_values) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
END
$$;
DROP TRIGGER revision_is_append_only ON revision;
CREATE TRIGGER revision_is_append_only BEFORE DELETE OR TRUNCATE ON revision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER revision_is_sealed_anew_only BEFORE UPDATE ON revision
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_revision();

-- For who may not write to the table at all. Bytes as hexadecimal.
CREATE FUNCTION seal_revisions_anew(record_ids uuid[], revisions bigint[], actors text[], before_values text[])
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE revision v SET actor = decode(n.actor, 'hex'), before_values = decode(n.before, 'hex')
    FROM unnest($1, $2, $3, $4) AS n (record_id, revision, actor, before)
    WHERE v.record_id = n.record_id AND v.revision = n.revision
$$;
REVOKE ALL ON FUNCTION seal_revisions_anew FROM PUBLIC;
