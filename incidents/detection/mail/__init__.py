"""What becomes of a letter that came in: an answer on its incident, a new report, or a line on a page for a person."""
