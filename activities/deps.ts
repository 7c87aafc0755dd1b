import type { KeyObject } from 'node:crypto';
import type { ArtifactStore } from '../db/artifacts/store.ts';
import type { Database } from '../db/database.ts';
import type { PromoteMessage } from '../contracts/messages.ts';
import type { Providers } from '../providers/index.ts';
import type { JwtVerifier } from './approval/jwt.ts';
import type { CostDeps } from './cost/deps.ts';

/** What activities need of the world, given once when a worker starts. */
export interface ActivityDeps {
  readonly db: Database;
  readonly store: ArtifactStore;
  readonly providers: Providers;
  readonly cost: CostDeps;
  readonly promote: (
    endpoint: string,
    message: PromoteMessage,
    signal: AbortSignal,
  ) => Promise<{ readonly live: boolean; readonly reason: string | null }>;
  /** Ends the trial of what a run has put on an endpoint, where there is one. */
  readonly withdraw: (endpoint: string, run: string) => Promise<void>;
  readonly environment: {
    readonly gatewayUrl: string;
    readonly keyFile: string;
    /** Folder of the installation's policies; absent where it has none. */
    readonly policies?: string;
    /** Folders that schedules may read anew once identities are configured. */
    readonly sources?: readonly string[];
    readonly hasIdentities: () => Promise<boolean>;
    /** Null where no JWT issuer is configured. */
    readonly verifyJwt: JwtVerifier | null;
    /** The installation's Ed25519 key, made at first need. */
    readonly signingKey: () => KeyObject;
  };
}
