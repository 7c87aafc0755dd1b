/** What a run asks when a service that can neither be asked again nor searched may have created a training job. Free of zod, so that workflows may import it. */

export interface JobQuestion {
  /** The training key, which an answer names. */
  readonly key: string;
  readonly candidate: string;
  readonly provider: string;
  readonly base: string;
  /** What the job carries in its name, where the service took it. */
  readonly suffix: string;
  /** When the call began that may have created it. */
  readonly since: string;
}
