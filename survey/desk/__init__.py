"""Pages on which organizers set a wave up, run it and open it."""
