"""What arrives from outside: read strictly, stored before it is answered, then correlated."""
