"""Pure study logic: schedule, queue, session, statistics. No clock, no screen, no file."""
