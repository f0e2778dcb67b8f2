"""A run of a check is never rewritten, and a criterion never taken out of its gate: not by SQL either (A-10, A-19)."""

from django.db import migrations

GUARD = """
CREATE TRIGGER runs_are_append_only BEFORE UPDATE OR DELETE ON postmortems_checkrun
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
ALTER TABLE postmortems_checkrun ENABLE ALWAYS TRIGGER runs_are_append_only;
CREATE TRIGGER criteria_stay_in_their_gate BEFORE DELETE ON postmortems_criterion
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
ALTER TABLE postmortems_criterion ENABLE ALWAYS TRIGGER criteria_stay_in_their_gate;
"""
UNDO = """
DROP TRIGGER runs_are_append_only ON postmortems_checkrun;
DROP TRIGGER criteria_stay_in_their_gate ON postmortems_criterion;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("postmortems", "0014_seal_what_signs_a_run"),
        ("incidents", "0010_keep_what_each_client_was_told"),
    ]

    operations = [migrations.RunSQL(GUARD, UNDO)]
