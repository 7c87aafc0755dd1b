import type { Addresses } from './part.ts';

/** What server and worker are told. `docs/` lists the same variables for those who start them elsewhere. */
export function processEnvironment(addresses: Addresses): Readonly<Record<string, string>> {
  return {
    TUNEGATE_HOME: addresses.home,
    DATABASE_URL: addresses.databaseUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_NAMESPACE: addresses.temporalNamespace,
    ...(addresses.temporalUi === null ? {} : { TUNEGATE_TEMPORAL_UI: addresses.temporalUi }),
    ARTIFACTS_URL: addresses.artifactsUrl,
    TRAINER_URL: addresses.trainerUrl,
    TRAINER_KEY: addresses.trainerKey,
    ...(addresses.apiUrl === '' ? {} : { TUNEGATE_PORT: new URL(addresses.apiUrl).port }),
  };
}

const ownOfCallers = /^(VITEST|npm_|TEST$|NODE_V8_COVERAGE$|JEST_)/;

/** The caller's environment without what its test runner or package manager put there. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(environment).filter(([name, value]) => !ownOfCallers.test(name) && !(name === 'NODE_ENV' && value === 'test'));
  return Object.fromEntries(entries);
}
