-- People, nodes, keys, enrollment and the audit log. Who may do what in the database is in store_grants.h.

-- Names of the two roles of this database, and the statements that gave them their rights last (store_roles.h).
CREATE TABLE store_role (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  node   text NOT NULL,
  reader text NOT NULL,
  grants text NOT NULL DEFAULT ''
);

-- What every node knows of people and nodes (bangfu.v1.Directory). The row lock makes versions grow in the order of
-- commits.
CREATE TABLE directory_state (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL CHECK (version >= 0)
);
INSERT INTO directory_state (version) VALUES (0);
CREATE TABLE person (
  id   text PRIMARY KEY CHECK (id <> ''),
  org  ltree NOT NULL,
  body bytea NOT NULL                  -- bangfu.v1.Person
);
-- Serves kMoveAccounts, and kListAccounts of a unit.
CREATE INDEX person_org ON person USING gist (org);
CREATE TABLE revoked_node (
  node         text NOT NULL,
  serial       text NOT NULL,          -- '' for all certificates of the node until then
  revoked_time timestamptz NOT NULL,
  body         bytea NOT NULL,         -- bangfu.v1.RevokedNode
  PRIMARY KEY (node, serial)
);
CREATE TABLE token_key (
  id             text PRIMARY KEY,
  public_key_pem text NOT NULL,
  private_key    bytea,                -- PEM, sealed; NULL at nodes that are not the root
  created_at     timestamptz NOT NULL
);

-- Credentials: at the root only.
CREATE TABLE account (
  person_id      text PRIMARY KEY REFERENCES person (id),
  password_hash  text NOT NULL,
  totp_secret    bytea NOT NULL,       -- sealed
  first_password boolean NOT NULL,
  failures       integer NOT NULL CHECK (failures >= 0),
  locked_until   timestamptz,
  last_totp_step bigint NOT NULL
);

-- Nodes on their way in. Some thousands at most: the primary key serves kListEnrollments.
CREATE TABLE enrollment (
  id              uuid PRIMARY KEY,
  org             ltree NOT NULL,
  state           smallint NOT NULL,
  code_hash       text NOT NULL,
  body            bytea NOT NULL,      -- bangfu.v1.Enrollment
  csr_pem         text NOT NULL,
  certificate_pem text NOT NULL,
  ca_pem          text NOT NULL
);
-- Serves kLockEnrollmentByCode; a code is for one node.
CREATE UNIQUE INDEX enrollment_code ON enrollment (code_hash) WHERE code_hash <> '';

-- Written by every transaction that is audited, emptied by the chainer. Ids have gaps and may be committed out of order.
CREATE TABLE audit_queue (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry bytea NOT NULL                 -- bangfu.v1.AuditEntry
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- Reads that desktops have reported, for ever: the same is never added twice, whether it waits or is chained.
CREATE TABLE audit_report (
  report_id uuid PRIMARY KEY
);
-- The chain. The columns after hash repeat what the entry says, so that SQL can filter.
CREATE TABLE audit_log (
  sequence  bigint PRIMARY KEY CHECK (sequence > 0),
  entry     bytea COMPRESSION lz4 NOT NULL,
  hash      bytea NOT NULL,
  time      timestamptz NOT NULL,
  person_id text,
  org       ltree,                     -- NULL for a caller who did not prove who it is
  action    smallint NOT NULL
);
-- Serve kListAudit of a unit, and of a rare action.
CREATE INDEX audit_log_org ON audit_log USING gist (org);
CREATE INDEX audit_log_action ON audit_log (action, sequence);
-- Who and what an entry is about. A table and not an array with a GIN index: it serves the newest entries of somebody
-- with many, in their order.
CREATE TABLE audit_mention (
  kind     smallint NOT NULL CHECK (kind IN (1, 2)),  -- 1 person who acted, 2 object
  id       text NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (kind, id, sequence)
);
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
CREATE TRIGGER audit_mention_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_mention
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history();
