"""Serves a real Postgres on 127.0.0.1 until standard input closes: `python real_postgres.py FOLDER PORT`. Prints its process id once it answers."""

import pathlib
import sys

from pgserver._commands import pg_ctl
from pgserver.postgres_server import PostgresServer
from pgserver.utils import PostmasterInfo

folder, port = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])


class TcpServer(PostgresServer):
    """The package's server listens on a Unix socket only; this one on a port, as servers in production do."""

    def ensure_postgres_running(self) -> None:
        options = f"-h 127.0.0.1 -p {port} -k /tmp -c max_connections=200"
        pg_ctl(["-w", "-o", options, "-l", str(self.log), "start"], pgdata=self.pgdata, user=self.system_user, timeout=60)
        self._postmaster_info = PostmasterInfo.read_from_pgdata(self.pgdata)


server = TcpServer(folder)
print(server.get_pid(), flush=True)
sys.stdin.read()
server.cleanup()
