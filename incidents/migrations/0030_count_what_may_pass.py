"""How often each key, token and link was used in the last minute, for all processes and machines.

The table is unlogged: counting writes no WAL and waits for no disk, and a crash of PostgreSQL, or a standby that takes
over, starts to count anew. A row holds the last 62 seconds: a loan is spent within a second after it was granted, in a
second that had already begun, so that 62 of them hold whatever may be spent in any sixty seconds.
"""

from django.db import migrations

COUNT = """
CREATE UNLOGGED TABLE incidents_allowance (
    name text PRIMARY KEY,
    newest bigint NOT NULL,
    slots integer[] NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION incidents_allow(
    asked text, per_minute integer, wanted integer, back integer, back_second bigint, at timestamptz,
    OUT granted integer, OUT second bigint, OUT wait double precision
) LANGUAGE plpgsql AS $$
DECLARE
    span CONSTANT integer := 62;
    held incidents_allowance;
    used bigint;
    oldest bigint;
    instant timestamptz;
BEGIN
    LOOP
        SELECT * INTO held FROM incidents_allowance WHERE name = asked FOR UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO incidents_allowance (name, newest, slots) VALUES (asked, 0, array_fill(0, ARRAY[span]))
        ON CONFLICT DO NOTHING;
    END LOOP;
    -- Read after the wait for the row; a clock that was set back counts on in the newest second.
    instant := coalesce(at, clock_timestamp());
    second := greatest(floor(extract(epoch FROM instant))::bigint, held.newest);
    IF second - held.newest >= span THEN
        held.slots := array_fill(0, ARRAY[span]);
    ELSE
        FOR gone IN held.newest + 1 .. second LOOP
            held.slots[gone % span + 1] := 0;
        END LOOP;
    END IF;
    IF back > 0 AND second - back_second < span AND back_second <= second THEN
        held.slots[back_second % span + 1] := greatest(0, held.slots[back_second % span + 1] - back);
    END IF;
    SELECT sum(one) INTO used FROM unnest(held.slots) AS one;
    granted := greatest(0, least(wanted, per_minute - used));
    wait := 0;
    IF granted > 0 THEN
        held.slots[second % span + 1] := held.slots[second % span + 1] + granted;
    ELSE
        SELECT min(gone) INTO oldest FROM generate_series(greatest(second - span + 1, 0), second) AS gone
        WHERE held.slots[gone % span + 1] > 0;
        wait := greatest(coalesce(oldest, second) + span - extract(epoch FROM instant), 0.001);
    END IF;
    IF granted > 0 OR back > 0 THEN
        UPDATE incidents_allowance SET newest = second, slots = held.slots WHERE name = asked;
    END IF;
END $$;
"""
FORGET = """
DROP FUNCTION incidents_allow(text, integer, integer, integer, bigint, timestamptz);
DROP TABLE incidents_allowance;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0029_say_that_an_update_is_due_soon")]
    operations = [migrations.RunSQL(COUNT, FORGET)]
