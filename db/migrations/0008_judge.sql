CREATE TABLE "judge_labels" (
	"judgement" text NOT NULL,
	"row" text NOT NULL,
	"by" text NOT NULL,
	"grade" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "judge_labels_judgement_row_by_pk" PRIMARY KEY("judgement","row","by")
);
--> statement-breakpoint
ALTER TABLE "run_arms" ADD COLUMN "judgement" text;