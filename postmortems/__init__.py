"""What we learned: review, prevention, regression checks, restart gates, support reports."""
