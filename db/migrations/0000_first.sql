CREATE TABLE "alpha_ledger" (
	"endpoint" text NOT NULL,
	"test_hash" text NOT NULL,
	"comparison" text NOT NULL,
	"look" integer NOT NULL,
	"alpha" double precision NOT NULL,
	"run" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alpha_ledger_endpoint_test_hash_comparison_pk" PRIMARY KEY("endpoint","test_hash","comparison")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"roles" text[] NOT NULL,
	"is_first" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"run" text NOT NULL,
	"decision_id" text NOT NULL,
	"verdict" text NOT NULL,
	"by" text NOT NULL,
	"verified" boolean NOT NULL,
	"counted" boolean NOT NULL,
	"refused_because" text,
	"comment" text,
	"artifact" text NOT NULL,
	"message_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "datasets" (
	"hash" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"manifest" jsonb NOT NULL,
	"test_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"run" text PRIMARY KEY NOT NULL,
	"endpoint" text NOT NULL,
	"test_hash" text NOT NULL,
	"evidence_ref" text NOT NULL,
	"document" jsonb NOT NULL,
	"offered_arm" text,
	"offered_artifact" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"endpoint" text NOT NULL,
	"revision" integer NOT NULL,
	"action" text NOT NULL,
	"arm" text NOT NULL,
	"artifact" text NOT NULL,
	"run" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "endpoints" (
	"name" text PRIMARY KEY NOT NULL,
	"champion" jsonb,
	"previous" jsonb,
	"canary" jsonb,
	"revision" integer NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"artifact" text NOT NULL,
	"rows_hash" text NOT NULL,
	"split" text NOT NULL,
	"predictions_ref" text NOT NULL,
	"metrics" jsonb NOT NULL,
	"n" integer NOT NULL,
	"unparseable" integer NOT NULL,
	"micro_usd" bigint NOT NULL,
	"seconds" double precision NOT NULL,
	"p50_ms" double precision NOT NULL,
	"p95_ms" double precision NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "evaluations_artifact_rows_hash_pk" PRIMARY KEY("artifact","rows_hash")
);
--> statement-breakpoint
CREATE TABLE "gateway_counts" (
	"endpoint" text NOT NULL,
	"artifact" text NOT NULL,
	"served" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "gateway_counts_endpoint_artifact_pk" PRIMARY KEY("endpoint","artifact")
);
--> statement-breakpoint
CREATE TABLE "job_events" (
	"key" text NOT NULL,
	"event_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"level" text NOT NULL,
	"message" text NOT NULL,
	"step" integer,
	"total_steps" integer,
	"train_loss" double precision,
	"validation_loss" double precision,
	"tokens_per_second" double precision,
	CONSTRAINT "job_events_key_event_id_pk" PRIMARY KEY("key","event_id")
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"key" text NOT NULL,
	"run" text NOT NULL,
	"candidate" text NOT NULL,
	"released" boolean DEFAULT false NOT NULL,
	CONSTRAINT "job_runs_key_run_candidate_pk" PRIMARY KEY("key","run","candidate")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"key" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"base" text NOT NULL,
	"attempt" integer NOT NULL,
	"recipe" text NOT NULL,
	"candidate" text NOT NULL,
	"dataset" text NOT NULL,
	"status" text NOT NULL,
	"provider_job_id" text,
	"model" text,
	"weights_ref" text,
	"trained_tokens" bigint,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"submitted_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "part_progress" (
	"run" text NOT NULL,
	"stage" text NOT NULL,
	"part" text NOT NULL,
	"done" integer NOT NULL,
	"total" integer NOT NULL,
	"unit" text NOT NULL,
	"detail" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "part_progress_run_stage_part_pk" PRIMARY KEY("run","stage","part")
);
--> statement-breakpoint
CREATE TABLE "run_arms" (
	"run" text NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"artifact" text NOT NULL,
	"model" text NOT NULL,
	"job_key" text,
	CONSTRAINT "run_arms_run_name_pk" PRIMARY KEY("run","name")
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"spec_hash" text NOT NULL,
	"n" integer NOT NULL,
	"spec_ref" text NOT NULL,
	"sources" jsonb NOT NULL,
	"idempotency_key" text,
	"requested_by" text,
	"state" text DEFAULT 'running' NOT NULL,
	"outcome" text,
	"error" jsonb,
	"budget_micro_usd" bigint,
	"document" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "spend" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"run" text NOT NULL,
	"purpose" text NOT NULL,
	"kind" text NOT NULL,
	"reserved_micro_usd" bigint NOT NULL,
	"settled_micro_usd" bigint,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "stage_times" (
	"run" text NOT NULL,
	"stage" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "stage_times_run_stage_pk" PRIMARY KEY("run","stage")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "alpha_look" ON "alpha_ledger" USING btree ("endpoint","test_hash","look");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE UNIQUE INDEX "approvals_message" ON "approvals" USING btree ("run","message_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_revision" ON "deployments" USING btree ("endpoint","revision","action");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_recipe_attempt" ON "jobs" USING btree ("recipe","attempt");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_provider_id" ON "jobs" USING btree ("provider","provider_job_id");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_spec_n" ON "runs" USING btree ("name","spec_hash","n");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_idempotency" ON "runs" USING btree ("idempotency_key");--> statement-breakpoint
CREATE INDEX "runs_created" ON "runs" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "spend_purpose" ON "spend" USING btree ("purpose");--> statement-breakpoint
CREATE INDEX "spend_run" ON "spend" USING btree ("run");