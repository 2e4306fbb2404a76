"""Every write to a case that means something. Each locks, checks state and right, writes the status and
the timeline in one transaction, and then puts the letters to those concerned into the outbox."""
