"""Whatever changes an incident, by whatever door, leaves a due row for the reports in the same transaction."""

from django.db import migrations

# Every change of an incident lengthens its record, so that is what is watched; a pause that runs out leaves no entry.
# Plain inserts without a key: no verb ever waits for the sweep that takes them.
FORWARD = """
CREATE FUNCTION postmortems_count_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postmortems_factdue (incident_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION postmortems_count_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postmortems_factdue (incident_id) VALUES (NEW.incident_id);
    RETURN NULL;
END $$;
CREATE TRIGGER incident_is_counted AFTER INSERT ON incidents_incident
    FOR EACH ROW EXECUTE FUNCTION postmortems_count_incident();
CREATE TRIGGER incident_is_counted_again AFTER UPDATE ON incidents_incident
    FOR EACH ROW WHEN (OLD.entry_count IS DISTINCT FROM NEW.entry_count)
    EXECUTE FUNCTION postmortems_count_incident();
CREATE TRIGGER ended_pause_is_counted AFTER UPDATE ON incidents_clock
    FOR EACH ROW WHEN (OLD.state = 'paused' AND NEW.state <> 'paused')
    EXECUTE FUNCTION postmortems_count_clock();
-- Room in each page for the next version of a row, so that adding to a sum touches no index (HOT).
ALTER TABLE postmortems_reportcell SET (fillfactor = 80);
INSERT INTO postmortems_factdue (incident_id) SELECT id FROM incidents_incident ORDER BY id;
"""
BACKWARD = """
DROP TRIGGER ended_pause_is_counted ON incidents_clock;
DROP TRIGGER incident_is_counted_again ON incidents_incident;
DROP TRIGGER incident_is_counted ON incidents_incident;
DROP FUNCTION postmortems_count_clock();
DROP FUNCTION postmortems_count_incident();
DELETE FROM postmortems_factdue;
"""


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0003_count_what_reports_show"), ("playbooks", "0003_install_the_shipped")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
