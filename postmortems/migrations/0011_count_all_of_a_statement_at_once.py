"""Incidents that one statement changed become due for the reports in one statement, in the same transaction as before.

Ten thousand rows of a storm called the function ten thousand times. It leaves the same due rows, and none for an update
that did not lengthen the record.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION postmortems_count_incidents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postmortems_factdue (incident_id)
        SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE o.entry_count IS DISTINCT FROM n.entry_count;
    RETURN NULL;
END $$;
DROP TRIGGER incident_is_counted_again ON incidents_incident;
CREATE TRIGGER incident_is_counted_again AFTER UPDATE ON incidents_incident
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION postmortems_count_incidents();
"""
BACKWARD = """
DROP TRIGGER incident_is_counted_again ON incidents_incident;
CREATE TRIGGER incident_is_counted_again AFTER UPDATE ON incidents_incident
    FOR EACH ROW WHEN (OLD.entry_count IS DISTINCT FROM NEW.entry_count)
    EXECUTE FUNCTION postmortems_count_incident();
DROP FUNCTION postmortems_count_incidents();
"""


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0010_take_a_signed_run_once")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
