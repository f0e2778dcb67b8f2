"""Reports: what every incident adds (`facts`), sums of that (`cells`), and the figures that are read from both.

Nothing here decides anything: delete the tables and `manage.py rebuild_reports` writes them again from the record.
"""
