"""The causeway command: a client of the services."""
