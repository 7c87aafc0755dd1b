CREATE TABLE "budget_extensions" (
	"run" text NOT NULL,
	"message_id" text NOT NULL,
	"by" text NOT NULL,
	"add_micro_usd" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "budget_extensions_run_message_id_pk" PRIMARY KEY("run","message_id")
);
--> statement-breakpoint
CREATE TABLE "run_estimates" (
	"run" text PRIMARY KEY NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spend_days" (
	"day" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
DROP INDEX "spend_purpose";--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "budget_question" jsonb;--> statement-breakpoint
ALTER TABLE "spend" ADD COLUMN "attempt" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "spend" ADD COLUMN "label" text;--> statement-breakpoint
ALTER TABLE "spend" ADD COLUMN "provider" text;--> statement-breakpoint
CREATE UNIQUE INDEX "spend_purpose_attempt" ON "spend" USING btree ("purpose","attempt");--> statement-breakpoint
CREATE INDEX "spend_at" ON "spend" USING btree ("at");