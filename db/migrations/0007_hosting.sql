CREATE TABLE "hosting_runs" (
	"hosting" bigint NOT NULL,
	"run" text NOT NULL,
	"released" boolean DEFAULT false NOT NULL,
	CONSTRAINT "hosting_runs_hosting_run_pk" PRIMARY KEY("hosting","run")
);
--> statement-breakpoint
CREATE TABLE "hostings" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"served" text,
	"billing" jsonb,
	"run" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"ending_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "job_question" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "hostings_standing" ON "hostings" USING btree ("provider","model") WHERE "hostings"."ended_at" is null;