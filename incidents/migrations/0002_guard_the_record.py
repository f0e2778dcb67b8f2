"""PostgreSQL itself refuses to change what was written, and a status that the record does not bear (design law 3)."""

from django.db import migrations

FORWARD = """
-- Room in each page for the next version of a row, so that most updates touch no index (HOT).
ALTER TABLE incidents_incident SET (fillfactor = 70);
ALTER TABLE incidents_clock SET (fillfactor = 80);

CREATE FUNCTION incidents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER timeline_is_append_only BEFORE UPDATE OR DELETE ON incidents_timelineentry
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
CREATE TRIGGER timeline_is_never_emptied BEFORE TRUNCATE ON incidents_timelineentry
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_refuse_change();
CREATE TRIGGER changes_are_append_only BEFORE UPDATE OR DELETE ON incidents_configurationchange
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
CREATE TRIGGER changes_are_never_emptied BEFORE TRUNCATE ON incidents_configurationchange
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_refuse_change();
CREATE TRIGGER policy_versions_are_immutable BEFORE UPDATE OR DELETE ON incidents_policyversion
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();

CREATE FUNCTION incidents_check_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written record;
    now_is record;
BEGIN
    SELECT status, entry_count, head INTO now_is FROM incidents_incident WHERE id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT seq, hash INTO written FROM incidents_timelineentry
        WHERE incident_id = NEW.id ORDER BY seq DESC LIMIT 1;
    IF written.seq IS DISTINCT FROM now_is.entry_count OR written.hash IS DISTINCT FROM now_is.head THEN
        RAISE EXCEPTION 'incident %: the record ends at entry %, the incident says %', NEW.id, written.seq, now_is.entry_count
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF now_is.status IS DISTINCT FROM (
        SELECT status_after FROM incidents_timelineentry
        WHERE incident_id = NEW.id AND status_after <> '' ORDER BY seq DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'incident %: status % is not what the record last says', NEW.id, now_is.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM nextval('incidents_revision');
    RETURN NULL;
END $$;

-- Pages ask for this number to learn whether anything changed; it moves when a transaction that wrote commits.
CREATE SEQUENCE incidents_revision;

CREATE CONSTRAINT TRIGGER incident_follows_its_record
    AFTER INSERT OR UPDATE OF status, head, entry_count ON incidents_incident
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION incidents_check_record();

CREATE FUNCTION incidents_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM incidents_incident WHERE id = NEW.incident_id AND entry_count >= NEW.seq) THEN
        RAISE EXCEPTION 'incident %: entry % was not written through its record', NEW.incident_id, NEW.seq
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER entry_is_counted AFTER INSERT ON incidents_timelineentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION incidents_check_entry();

ALTER TABLE incidents_timelineentry ENABLE ALWAYS TRIGGER timeline_is_append_only;
ALTER TABLE incidents_timelineentry ENABLE ALWAYS TRIGGER timeline_is_never_emptied;
ALTER TABLE incidents_timelineentry ENABLE ALWAYS TRIGGER entry_is_counted;
ALTER TABLE incidents_configurationchange ENABLE ALWAYS TRIGGER changes_are_append_only;
ALTER TABLE incidents_configurationchange ENABLE ALWAYS TRIGGER changes_are_never_emptied;
ALTER TABLE incidents_policyversion ENABLE ALWAYS TRIGGER policy_versions_are_immutable;
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incident_follows_its_record;

-- Sign-in attempts are counted in PostgreSQL (settings.CACHES).
CREATE TABLE allclear_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX allclear_cache_expires ON allclear_cache (expires);
"""

BACKWARD = """
DROP TABLE allclear_cache;
DROP TRIGGER entry_is_counted ON incidents_timelineentry;
DROP TRIGGER incident_follows_its_record ON incidents_incident;
DROP TRIGGER policy_versions_are_immutable ON incidents_policyversion;
DROP TRIGGER changes_are_never_emptied ON incidents_configurationchange;
DROP TRIGGER changes_are_append_only ON incidents_configurationchange;
DROP TRIGGER timeline_is_never_emptied ON incidents_timelineentry;
DROP TRIGGER timeline_is_append_only ON incidents_timelineentry;
DROP FUNCTION incidents_check_entry();
DROP FUNCTION incidents_check_record();
DROP FUNCTION incidents_refuse_change();
DROP SEQUENCE incidents_revision;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_incidents_and_their_record")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
