-- Editions of the policy data; the highest is in force.
CREATE TABLE policy_set (
  version bigint PRIMARY KEY CHECK (version > 0),
  body    bytea NOT NULL               -- bangfu.v1.PolicySet
);
