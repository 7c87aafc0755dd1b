/** Runs `task` while this process alone holds the lock file. A lock whose holder died is taken over at once. */
export function withFileLock<T>(path: string, task: () => Promise<T>, options?: { onWait?: (pid: number) => void }): Promise<T>;
/** Takes the lock without waiting; null, or the process id of its live holder. It is given back by `releaseFileLock` or by dying. */
export function tryFileLock(path: string): number | null;
export function releaseFileLock(path: string): void;
/** When the process began, in the system's own words: with the id it names one process for ever, although ids are used again. Null where none runs. */
export function startMark(pid: number): string | null;
