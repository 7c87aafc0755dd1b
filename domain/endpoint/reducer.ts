/** An endpoint's versions as a pure state machine: one champion, the one before it, at most one canary. */

export interface Version {
  readonly arm: string;
  readonly artifact: string;
  readonly run: string;
  readonly approvedBy: string;
  /** ISO time at which it took this place. */
  readonly since: string;
}

export interface EndpointState {
  readonly champion: Version | null;
  readonly previous: Version | null;
  readonly canary: (Version & { readonly share: number }) | null;
  /** Counts every change, so that a late write of an older state can be told from a new one. */
  readonly revision: number;
}

export const emptyEndpoint: EndpointState = { champion: null, previous: null, canary: null, revision: 0 };

const next = (state: EndpointState, change: Partial<EndpointState>): EndpointState => ({ ...state, ...change, revision: state.revision + 1 });

export const startCanary = (state: EndpointState, version: Version, share: number): EndpointState => next(state, { canary: { ...version, share } });

export const abortCanary = (state: EndpointState): EndpointState => next(state, { canary: null });

/** Makes a version the champion; promoting the present champion again changes nothing. */
export function promote(state: EndpointState, version: Version): EndpointState {
  if (state.champion?.artifact === version.artifact) return state.canary ? next(state, { canary: null }) : state;
  return next(state, { champion: version, previous: state.champion, canary: null });
}

/** Puts the previous version back; the two change places, so a second rollback undoes the first. */
export function rollback(state: EndpointState, since: string): EndpointState {
  if (!state.previous) return state;
  return next(state, { champion: { ...state.previous, since }, previous: state.champion, canary: null });
}
