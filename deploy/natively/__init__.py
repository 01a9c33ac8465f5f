"""`docker-compose.yml` without an engine: the same processes with the same settings, as they are.

The compose file is read, never repeated. What a container would bring is put in its place: folders
for its volumes and secrets, free ports of this machine for its hosts, Debian's PostgreSQL and a
mail server of the tests for the two images of others, and an unprivileged user where we are root.
What only an engine does (networks, limits of memory, restarts) is left out.
"""
