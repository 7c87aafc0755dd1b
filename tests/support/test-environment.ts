/** Variables that would point a test's stack at somebody's real servers. */
const pointers = /^(DATABASE_URL|ARTIFACTS_URL|TRAINER_|TEMPORAL_|TUNEGATE_|AWS_ENDPOINT_URL)/;
/** Only say where something is installed, and spare the tests a download. */
const kept = /^(TEMPORAL_CLI_PATH|TUNEGATE_TORCH|TRAINER_MODELS)$/;

/** This process's environment without what a developer may have set for a stack of their own. */
export function testEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !pointers.test(name) || kept.test(name));
  return { ...Object.fromEntries(entries), ...extra };
}
