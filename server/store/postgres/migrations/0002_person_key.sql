-- Fingerprint of the key under which the persons of archive_person are hashed. The key itself is not in the database.
CREATE TABLE person_key (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  fingerprint text NOT NULL
);
