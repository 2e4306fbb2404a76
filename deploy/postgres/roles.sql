-- Two roles: the owner migrates, the application reads and writes rows and can change nothing else.
-- Run as superuser, connected to the portal's database; safe to run again.
-- Used by docker-compose.yml, by the embedded server of `make run` and by the tests.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tba_owner') THEN
        CREATE ROLE tba_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tba') THEN
        CREATE ROLE tba LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    EXECUTE format('ALTER DATABASE %I OWNER TO tba_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO tba', current_database());
END
$$;
ALTER SCHEMA public OWNER TO tba_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tba;
ALTER DEFAULT PRIVILEGES FOR ROLE tba_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tba;
ALTER DEFAULT PRIVILEGES FOR ROLE tba_owner IN SCHEMA public
    GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO tba;
