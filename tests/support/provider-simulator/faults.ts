/** Faults of the wire, each armed for one kind of request and a number of times. */

/** What a request is for; each dialect says it of each of its routes. */
export type Verb =
  | 'upload'
  | 'file'
  | 'create'
  | 'list'
  | 'job'
  | 'cancel'
  | 'events'
  | 'checkpoints'
  | 'complete'
  | 'batch'
  | 'deploy'
  | 'deployment'
  | 'undeploy'
  | 'other';

export type WireFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** The effect takes place and the answer is cut, is not JSON, is JSON of another form, or never comes. */
  | { readonly kind: 'cut' | 'malformed' | 'empty' | 'silent' }
  /** The answer comes after this time. */
  | { readonly kind: 'slow'; readonly ms: number };

export interface Faults {
  arm(verb: Verb, fault: WireFault, times?: number): void;
  take(verb: Verb): WireFault | null;
  clear(): void;
}

export function createFaults(): Faults {
  let armed: { verb: Verb; fault: WireFault; times: number }[] = [];
  return {
    arm: (verb, fault, times = 1) => void armed.push({ verb, fault, times }),
    take: (verb) => {
      const next = armed.find((a) => a.verb === verb && a.times > 0);
      if (!next) return null;
      next.times -= 1;
      return next.fault;
    },
    clear: () => {
      armed = [];
    },
  };
}
