CREATE TABLE "row_reviews" (
	"name" text NOT NULL,
	"row" text NOT NULL,
	"verdict" text NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "row_reviews_name_row_pk" PRIMARY KEY("name","row")
);
