import { createServer, type Server, type Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import { type SessionClient, SharedSession } from './shared-session.ts';
import { firstUnit } from './wire-unit.ts';

/**
 * Serves a PGlite database on 127.0.0.1 to any Postgres client, as one session that all connections share; `port` 0 takes a free one.
 * Why not by `@electric-sql/pglite-socket`: docs/decisions/0008-one-session.md.
 */
export function serveDatabase(db: PGlite, port: number, maxConnections: number): Promise<Server> {
  const session = new SharedSession(db);
  const server = createServer({ noDelay: true }, (socket) => serve(socket, session));
  server.maxConnections = maxConnections;
  return new Promise((listening, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => listening(server));
  });
}

function serve(socket: Socket, session: SharedSession): void {
  let buffer: Buffer = Buffer.alloc(0);
  let isStarted = false;
  const client: SessionClient = {
    isThere: () => !socket.destroyed,
    receive: (answer) => socket.writable && socket.write(answer),
    fail: (error) => socket.destroy(error instanceof Error ? error : new Error(String(error))),
  };
  socket.on('data', (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (let unit = firstUnit(buffer, isStarted); unit; unit = firstUnit(buffer, isStarted)) {
      buffer = buffer.subarray(unit.bytes.length);
      if (unit.kind === 'encryption') socket.write('N');
      else if (unit.kind === 'cancel' || unit.kind === 'end') socket.end();
      else {
        isStarted = true;
        session.submit({ client, bytes: unit.bytes, isOpen: unit.isOpen });
      }
    }
  });
  socket.on('error', (error) => process.stderr.write(`${new Date().toISOString()} a connection ended: ${error.message}\n`));
  socket.on('close', () => session.leave(client));
}
