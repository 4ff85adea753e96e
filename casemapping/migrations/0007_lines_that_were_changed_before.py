from django.db import migrations


def tie(apps, schema_editor):
    """Lines that a facilitator changed before were copied with their place in the order.

    Where one of the two was set aside as wrong data, the other is set aside too.
    """
    for name in ("AgencyInvolvement", "TimelineEvent"):
        rows = apps.get_model("casemapping", name)._base_manager
        told = ("pk", "case_id", "position", "set_aside_by_id")
        written = {}
        for pk, case, position, by in rows.filter(
            off_map=True, sheet__isnull=False
        ).values_list(*told):
            written.setdefault((case, position), []).append((pk, by))
        for pk, case, position, by in rows.filter(
            off_map=False, sheet=None, made_of=None
        ).values_list(*told):
            lines = written.get((case, position), [])
            if len(lines) != 1:
                continue
            [(line, line_by)] = lines
            rows.filter(pk=pk).update(made_of=line)
            if aside := by or line_by:
                both = rows.filter(pk__in=[pk, line], set_aside_by=None)
                both.update(set_aside_by=aside)


class Migration(migrations.Migration):
    dependencies = [("casemapping", "0006_a_line_knows_what_it_was_made_of")]

    operations = [migrations.RunPython(tie, migrations.RunPython.noop)]
