-- Digests, compaction, epochs, receipts, reoffers and the conflict log in the feed.

-- Places in the hash tree (domain/digest). `leaf` is of the revision of this node, `upstream_leaf` of that of the
-- parent, NULL when the parent has not got the record.
ALTER TABLE record
  ADD COLUMN bucket integer,
  ADD COLUMN leaf bigint,
  ADD COLUMN upstream_leaf bigint;
CREATE FUNCTION pg_temp.digest_leaf(id uuid, revision bigint, body bytea) RETURNS bigint LANGUAGE sql AS $$
  SELECT ('x' || encode(substring(sha256(convert_to(id::text, 'UTF8') || '\x00'::bytea || convert_to(revision::text, 'UTF8')
                                         || '\x00'::bytea || sha256(body)) FROM 1 FOR 8), 'hex'))::bit(64)::bigint
$$;
UPDATE record SET
  bucket = get_byte(sha256(convert_to(id::text, 'UTF8')), 0) * 256 + get_byte(sha256(convert_to(id::text, 'UTF8')), 1),
  leaf = pg_temp.digest_leaf(id, revision, body),
  upstream_leaf = CASE WHEN upstream_revision > 0 THEN pg_temp.digest_leaf(id, upstream_revision, body) END;
DROP FUNCTION pg_temp.digest_leaf;
ALTER TABLE record
  ALTER COLUMN bucket SET NOT NULL,
  ALTER COLUMN leaf SET NOT NULL,
  ADD CONSTRAINT record_bucket_range CHECK (bucket BETWEEN 0 AND 65535),
  ADD CONSTRAINT record_upstream_leaf CHECK ((upstream_leaf IS NULL) = (upstream_revision = 0));
-- Serves kDigestSums of some buckets, kDigestLeaves. Without the leaves: they change with every revision, and an
-- update that changes no indexed column is cheaper.
CREATE INDEX record_bucket ON record (bucket);

-- 1 a record is there, 2 it has left, 3 an entry of the conflict log is there, 4 it has left.
ALTER TABLE change_queue
  DROP CONSTRAINT change_queue_kind_check,
  ADD CONSTRAINT change_queue_kind CHECK (kind BETWEEN 1 AND 4);
ALTER TABLE feed ADD CONSTRAINT feed_kind CHECK (kind BETWEEN 1 AND 4);
-- Serves kCompactFeed.
CREATE INDEX feed_entry ON feed (record_id, feed_seq) WHERE kind = 3;

-- Orgs that records have left: whoever could read them there may be told that they moved.
CREATE TABLE record_former_org (
  record_id uuid NOT NULL,
  org       ltree NOT NULL,
  PRIMARY KEY (record_id, org)
);
INSERT INTO record_former_org (record_id, org)
  SELECT record_id, org FROM feed WHERE kind = 2 UNION SELECT record_id, org FROM change_queue WHERE kind = 2;

ALTER TABLE feed_state
  ADD COLUMN epoch_began       timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN floor_seq         bigint NOT NULL DEFAULT 0 CHECK (floor_seq >= 0),  -- highest row that was compacted
  ADD COLUMN compacted_to      bigint NOT NULL DEFAULT 0 CHECK (compacted_to >= 0),  -- where compaction goes on
  -- Which database this is, as a server saw it at its last start; NULL before the first. A restored, promoted or copied
  -- one differs.
  ADD COLUMN system_identifier bigint,
  ADD COLUMN timeline          text,
  ADD COLUMN database_oid      bigint;

-- Children as they showed themselves at their last call.
CREATE TABLE child (
  key                text PRIMARY KEY,
  scope              ltree NOT NULL,
  seen               timestamptz NOT NULL,
  acknowledged       bigint,           -- cursor of the last pull, of the feed of acknowledged_epoch
  acknowledged_epoch uuid,
  pending            bigint,           -- changes that wait there
  pending_records    uuid[] NOT NULL DEFAULT '{}',
  CONSTRAINT child_acknowledged CHECK ((acknowledged IS NULL) = (acknowledged_epoch IS NULL))
) WITH (fillfactor = 50);              -- updated at every call

-- Changes in the line to the parent are found by their id. The id is the first field of the message.
ALTER TABLE upstream_queue
  ADD COLUMN change_id uuid,
  ADD COLUMN reoffer boolean NOT NULL DEFAULT false,
  ADD COLUMN parked boolean NOT NULL DEFAULT false,  -- of a refused one: in the parent's log, to be decided
  ADD CONSTRAINT upstream_queue_parked CHECK (refused OR NOT parked);
-- The verdict is the second field of an outcome, after the id: 5 is PARKED.
UPDATE upstream_queue SET change_id = convert_from(substring(change FROM 3 FOR 36), 'UTF8')::uuid,
  parked = refused AND coalesce(substring(outcome FROM 39 FOR 2) = '\x1005', false);
ALTER TABLE upstream_queue ALTER COLUMN change_id SET NOT NULL;
-- Serves kTraceChanges.
CREATE INDEX upstream_change ON upstream_queue (change_id) WHERE NOT refused;
-- Serves kRequeueParked.
CREATE INDEX upstream_parked ON upstream_queue (position) WHERE parked;

-- Changes that the parent has answered, at the positions that they had in the line.
CREATE TABLE upstream_sent (
  position    bigint PRIMARY KEY,
  record_id   uuid NOT NULL,
  change_id   uuid NOT NULL,
  change      bytea NOT NULL,          -- bangfu.v1.Change
  answered_at timestamptz NOT NULL DEFAULT now()
);
-- Serves kPurgeSent.
CREATE INDEX upstream_sent_answered ON upstream_sent (answered_at);

ALTER TABLE upstream_state
  ADD COLUMN synced_at timestamptz,    -- last complete sync with the parent
  ADD COLUMN verified_at timestamptz;  -- last comparison of digests that ended well

-- How far up forwarded changes have got.
ALTER TABLE change_log
  ADD COLUMN forwarded boolean NOT NULL DEFAULT false,
  ADD COLUMN settled boolean NOT NULL DEFAULT true,  -- nothing more will come
  ADD COLUMN receipt bytea,                          -- bangfu.v1.Receipt, hops above this node
  ADD COLUMN receipt_at timestamptz;                 -- when it was written last
UPDATE change_log c SET forwarded = true, settled = false
  FROM upstream_queue q WHERE q.change_id = c.change_id AND NOT q.refused;
-- Serves kUnsettledChanges.
CREATE INDEX change_log_unsettled ON change_log (receipt_at) WHERE receipt IS NOT NULL AND NOT settled;
