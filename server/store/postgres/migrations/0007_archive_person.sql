-- A person is in an archive that is here, checked once for each statement: a foreign key is checked row by row, which
-- was a third of what a district's session did while it joined. Whoever writes the persons of an archive has locked its
-- record or has just made it, so that nobody else removes it meanwhile.
ALTER TABLE archive_person DROP CONSTRAINT archive_person_archive_id_fkey;

CREATE FUNCTION check_archive_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- OFFSET 0: looked up in record_pkey one by one, however large either table is when the plan is made.
  IF EXISTS (SELECT FROM (SELECT DISTINCT archive_id FROM written) w
             WHERE NOT EXISTS (SELECT FROM public.record r WHERE r.id = w.archive_id OFFSET 0)) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a person is in an archive that is not there',
      TABLE = 'archive_person', CONSTRAINT = 'archive_person_archive';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER archive_person_is_in_archive AFTER INSERT ON archive_person REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION check_archive_of_person();
CREATE TRIGGER archive_person_stays_in_archive AFTER UPDATE ON archive_person REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION check_archive_of_person();

CREATE FUNCTION remove_persons_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public.archive_person p USING removed r WHERE p.archive_id = r.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER record_takes_persons_along AFTER DELETE ON record REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION remove_persons_of_record();
