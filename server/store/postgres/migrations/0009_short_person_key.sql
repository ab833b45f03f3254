-- The keys of persons are most of what an archive brings into indexes: half of the 256 bits (RFC 2104, 5), as 16 bytes
-- instead of 64 characters.
ALTER TABLE archive_person ALTER COLUMN person_key TYPE uuid USING left(person_key, 32)::uuid;
