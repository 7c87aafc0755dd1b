"""Serves a real Postgres on 127.0.0.1 until standard input closes: `python real_postgres.py FOLDER PORT`. Prints its process id once it answers."""

import os
import pathlib
import subprocess
import sys
import time

import psutil
from pgserver._commands import pg_ctl
from pgserver.postgres_server import PostgresServer
from pgserver.utils import PostmasterInfo

folder, port = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])


class TcpServer(PostgresServer):
    """The package's server listens on a Unix socket only; this one on a port, as servers in production do."""

    def ensure_postgres_running(self) -> None:
        options = f"-h 127.0.0.1 -p {port} -k /tmp -c max_connections=200"
        # After a kill the orphans of the old server hold its memory for a moment, and a new one refuses to start.
        for attempts_left in range(30, -1, -1):
            try:
                pg_ctl(["-w", "-o", options, "-l", str(self.log), "start"], pgdata=self.pgdata, user=self.system_user, timeout=60)
                break
            except subprocess.CalledProcessError:
                if not attempts_left:
                    raise
                time.sleep(1)
        self._postmaster_info = PostmasterInfo.read_from_pgdata(self.pgdata)


def has_ended(postmaster: psutil.Process) -> bool:
    try:
        postmaster.wait(0.5)
        return True
    except psutil.TimeoutExpired:
        return postmaster.status() == psutil.STATUS_ZOMBIE


server = TcpServer(folder)
postmaster = psutil.Process(server.get_pid())
print(postmaster.pid, flush=True)
sys.stdin.read()
# A test may have killed it; asking a dead server to stop takes a minute and fails, at exit too.
if has_ended(postmaster):
    os._exit(0)
server.cleanup()
