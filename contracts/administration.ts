/** The rest of the HTTP API: messages to a run, API keys, schedules, roll-backs. */
import type { ArtifactRef } from './run.ts';
import type { UploadedFile } from './api.ts';
import type { PipelineSpecInput } from './pipeline-spec.ts';

export const roles = ['viewer', 'operator', 'approver'] as const;
/** `viewer` reads, `operator` starts and steers runs, `approver` decides. Each role holds those before it, except that deciding needs `approver` itself. */
export type Role = (typeof roles)[number];

/** `POST /api/runs/:run/{cancel,pause,resume}` and `POST /api/endpoints/:name/rollback`. */
export interface ActRequest {
  readonly by: string;
  readonly reason?: string | null;
}
/** `POST /api/runs/:run/extend-budget` */
export interface ExtendBudgetRequest {
  readonly by: string;
  readonly addUsd: number;
}
/** `POST /api/runs/:run/answer-job`: the job that is at the provider, or null where none was made. */
export interface AnswerJobRequest {
  readonly by: string;
  readonly key: string;
  readonly jobId: string | null;
}
export interface ActResponse {
  readonly subject: string;
  readonly done: string;
}

/** `GET /api/audit`, newest first. Never holds rows or secrets. */
export interface AuditEntry {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** `GET /api/keys`; the key itself is never shown again. */
export interface KeyDocument {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly isFirst: boolean;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}
/** `POST /api/keys` */
export interface CreateKeyRequest {
  readonly name: string;
  /** Also roles that pipeline files name in `approval.roles` or `approval.escalateTo`. */
  readonly roles: readonly (Role | (string & {}))[];
}
export interface CreateKeyResponse extends KeyDocument {
  readonly key: string;
}

/** `POST /api/schedules`: the spec's own `schedule` says when. */
export interface CreateScheduleRequest {
  readonly spec: PipelineSpecInput;
  readonly files: Readonly<Record<string, UploadedFile>>;
  readonly baseDir: string | null;
}
/** `GET /api/schedules` */
export interface ScheduleDocument {
  readonly schedule: string;
  readonly cron: string;
  readonly timezone: string;
  readonly overlap: string;
  readonly paused: boolean;
  readonly next: string | null;
  readonly recent: readonly { readonly at: string; readonly workflow: string | null }[];
}

/** `PUT /api/artifacts/:ref` */
export interface StoredArtifact {
  readonly ref: ArtifactRef;
  readonly bytes: number;
}
