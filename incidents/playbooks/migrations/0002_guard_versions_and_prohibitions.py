"""PostgreSQL itself keeps versions as they were published, and prohibitions from becoming steps."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER playbook_versions_are_immutable BEFORE UPDATE OR DELETE ON playbooks_playbookversion
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
CREATE TRIGGER step_records_are_append_only BEFORE UPDATE OR DELETE ON playbooks_steprecord
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();

CREATE FUNCTION playbooks_check_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM playbooks_run r JOIN playbooks_playbookversion v ON v.id = r.version_id,
            jsonb_array_elements(v.body -> 'steps') step
        WHERE r.id = NEW.run_id AND step ->> 'key' = NEW.key
            AND (step ->> 'kind' = 'prohibited') = NEW.is_prohibited
    ) THEN
        RAISE EXCEPTION 'step % is not what its playbook says', NEW.key
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER step_is_as_its_version_says
    BEFORE INSERT OR UPDATE OF run_id, key, is_prohibited ON playbooks_runstep
    FOR EACH ROW EXECUTE FUNCTION playbooks_check_step();

CREATE FUNCTION playbooks_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version_id <> OLD.version_id OR NEW.incident_id <> OLD.incident_id THEN
        RAISE EXCEPTION 'run %: it keeps the version and the incident that it started with', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER run_keeps_its_version BEFORE UPDATE ON playbooks_run
    FOR EACH ROW EXECUTE FUNCTION playbooks_keep_version();

ALTER TABLE playbooks_playbookversion ENABLE ALWAYS TRIGGER playbook_versions_are_immutable;
ALTER TABLE playbooks_steprecord ENABLE ALWAYS TRIGGER step_records_are_append_only;
ALTER TABLE playbooks_runstep ENABLE ALWAYS TRIGGER step_is_as_its_version_says;
ALTER TABLE playbooks_run ENABLE ALWAYS TRIGGER run_keeps_its_version;
"""

BACKWARD = """
DROP TRIGGER run_keeps_its_version ON playbooks_run;
DROP FUNCTION playbooks_keep_version();
DROP TRIGGER step_is_as_its_version_says ON playbooks_runstep;
DROP FUNCTION playbooks_check_step();
DROP TRIGGER step_records_are_append_only ON playbooks_steprecord;
DROP TRIGGER playbook_versions_are_immutable ON playbooks_playbookversion;
"""


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0001_playbooks_and_their_runs"), ("incidents", "0002_guard_the_record")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
