import type { Log } from '../setup/run-step.ts';

export const partNames = ['postgres', 'temporal', 'trainer', 'server', 'worker'] as const;
export type PartName = (typeof partNames)[number];

/** Where the parts of one stack find each other; the same words as the variables that the processes read. */
export interface Addresses {
  readonly home: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Null where Temporal is somebody else's. */
  readonly temporalUi: string | null;
  readonly temporalHttp: string | null;
  readonly artifactsUrl: string;
  readonly trainerUrl: string;
  readonly trainerKey: string;
  /** Without a trailing slash. The gateway stands under `/v1`. */
  readonly apiUrl: string;
}

export type Ports = Readonly<Record<string, number>>;

export interface PartContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly addresses: Addresses;
  readonly ports: Ports;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One process of the stack. A new one is a new file of this shape and a line in `parts/all.ts`. */
export interface Part {
  readonly name: PartName;
  /** Parts that must answer before this one starts. */
  readonly needs: readonly PartName[];
  /** Name → the port it would like; null: any. */
  readonly ports: Readonly<Record<string, number | null>>;
  /** True when the environment names a service of the user's own. */
  isExternal(environment: NodeJS.ProcessEnv): boolean;
  /** Installs what the part needs; returns the program to run. */
  install(log: Log): Promise<string>;
  command(program: string, context: PartContext): Command;
  /** Changes when a running process no longer does what a new one would. */
  codeVersion(): string;
  /** One try; false or an exception: not yet. */
  isHealthy(context: PartContext, pid: number): Promise<boolean>;
  readonly startDeadlineMs: number;
  /** How long it may take to end by itself. */
  readonly graceMs: number;
}
