import type { PGlite } from '@electric-sql/pglite';

/** Whoever sends units and gets the answers. */
export interface SessionClient {
  /** False once it has gone. */
  readonly isThere: () => boolean;
  readonly receive: (answer: Buffer) => void;
  /** The database itself could not go on with what this client sent. */
  readonly fail: (error: unknown) => void;
}

interface Turn {
  readonly client: SessionClient;
  readonly bytes: Buffer;
  readonly isOpen: boolean;
}

/** One backend for many clients: units take turns, and while a client's transaction or batch is open, only its own are taken. */
export class SharedSession {
  private readonly db: PGlite;
  private turns: Turn[] = [];
  private owner: SessionClient | null = null;
  private isBusy = false;

  constructor(db: PGlite) {
    this.db = db;
  }

  submit(turn: Turn): void {
    this.turns.push(turn);
    void this.takeTurns();
  }

  /** Drops what a client that has gone still wanted, and rolls back what it left open. */
  leave(client: SessionClient): void {
    this.turns = this.turns.filter((turn) => turn.client !== client);
    void this.takeTurns();
  }

  private async takeTurns(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    for (let turn = await this.next(); turn; turn = await this.next()) await this.take(turn);
    this.isBusy = false;
  }

  private async next(): Promise<Turn | undefined> {
    if (this.owner && !this.owner.isThere()) {
      if (this.db.isInTransaction()) await this.db.exec('rollback');
      this.owner = null;
    }
    const at = this.owner ? this.turns.findIndex((turn) => turn.client === this.owner) : 0;
    return at < 0 ? undefined : this.turns.splice(at, 1)[0];
  }

  private async take({ client, bytes, isOpen }: Turn): Promise<void> {
    try {
      await this.db.runExclusive(() => this.db.execProtocolRawStream(bytes, { onRawData: (answer) => client.receive(Buffer.from(answer)) }));
    } catch (error) {
      client.fail(error);
    }
    this.owner = isOpen || this.db.isInTransaction() ? client : null;
  }
}
