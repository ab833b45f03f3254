-- Archives that wait for the next signature or for a supplement, as the service center and the districts list them every
-- day: few among those that are established, so whoever lists them would read the whole city. Serves kListRecords.
CREATE INDEX record_waiting ON record (status, id) WHERE type = 1 AND status IN (2, 3, 5);
