CREATE TABLE "knowledge_chunks" (
	"index" text NOT NULL,
	"ordinal" integer NOT NULL,
	"document" text NOT NULL,
	"headings" text[] NOT NULL,
	"model" text NOT NULL,
	"text_hash" text NOT NULL,
	"embedding" vector(384) NOT NULL,
	CONSTRAINT "knowledge_chunks_index_ordinal_pk" PRIMARY KEY("index","ordinal")
);
--> statement-breakpoint
CREATE TABLE "run_knowledge" (
	"run" text PRIMARY KEY NOT NULL,
	"index" text NOT NULL,
	"report" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "synthetic_rows" (
	"key" text NOT NULL,
	"ordinal" integer NOT NULL,
	"generator" text NOT NULL,
	"prompt_version" text NOT NULL,
	"teacher" text NOT NULL,
	"seed_row" text,
	"document" text,
	"request_ref" text NOT NULL,
	"output" text NOT NULL,
	"error" text,
	"span" text,
	"label" text,
	"scores" jsonb,
	"dropped" text,
	"prompt_tokens" integer NOT NULL,
	"completion_tokens" integer NOT NULL,
	"seconds" double precision NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "synthetic_rows_key_ordinal_pk" PRIMARY KEY("key","ordinal")
);
--> statement-breakpoint
CREATE INDEX "knowledge_chunks_text" ON "knowledge_chunks" USING btree ("model","text_hash");