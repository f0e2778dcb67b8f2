"""PostgreSQL itself counts what holds a restart, and refuses it to whoever confirmed every criterion alone (A-10, A-19)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION postmortems_guard_restart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unmet bigint;
    confirmers bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.stage <> 'paused' THEN
            RAISE EXCEPTION 'a restart gate begins paused' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.forced_at IS NOT NULL AND NEW.forced_at IS NULL THEN
        RAISE EXCEPTION 'that a restart was forced is never forgotten' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.stage NOT IN ('partial', 'normal') OR NEW.stage = OLD.stage
        OR (NEW.forced_stage = NEW.stage AND NEW.forced_at IS DISTINCT FROM OLD.forced_at) THEN
        RETURN NEW;
    END IF;
    SELECT count(*) INTO unmet FROM postmortems_criterion
        WHERE gate_id = NEW.id AND state = 'open' AND (NEW.stage = 'normal' OR NOT for_normal_only);
    IF unmet > 0 THEN
        RAISE EXCEPTION '% criteria hold this restart', unmet USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.stage = 'normal' AND OLD.stage <> 'partial' THEN
        RAISE EXCEPTION 'normal scope comes after partial scope' USING ERRCODE = 'check_violation';
    END IF;
    SELECT array_agg(DISTINCT confirmed_by_id) INTO confirmers FROM postmortems_criterion
        WHERE gate_id = NEW.id AND how = 'confirmed' AND confirmed_by_id IS NOT NULL;
    IF NEW.stage_by_id IS NULL OR confirmers = ARRAY[NEW.stage_by_id] THEN
        RAISE EXCEPTION 'who confirmed every criterion does not also restart' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER restarts_are_guarded BEFORE INSERT OR UPDATE ON postmortems_restartgate
    FOR EACH ROW EXECUTE FUNCTION postmortems_guard_restart();
ALTER TABLE postmortems_restartgate ENABLE ALWAYS TRIGGER restarts_are_guarded;
"""
UNDO = """
DROP TRIGGER restarts_are_guarded ON postmortems_restartgate;
DROP FUNCTION postmortems_guard_restart();
"""


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0007_say_what_force_holds_open")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
