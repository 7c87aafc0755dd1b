CREATE TABLE "captures" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"endpoint" text NOT NULL,
	"artifact" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"request_ref" text NOT NULL,
	"answer" text,
	"length" integer NOT NULL,
	"confidence" double precision,
	"latency_ms" double precision
);
--> statement-breakpoint
CREATE TABLE "monitoring_checks" (
	"id" text PRIMARY KEY NOT NULL,
	"endpoint" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"document" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "captures_endpoint" ON "captures" USING btree ("endpoint","artifact","at");--> statement-breakpoint
CREATE INDEX "monitoring_checks_endpoint" ON "monitoring_checks" USING btree ("endpoint","at");