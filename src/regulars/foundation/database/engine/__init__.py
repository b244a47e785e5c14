"""Django's engine for PostgreSQL, on connections that notice when nobody answers any more."""
