import { eq } from 'drizzle-orm';
import type { ReviewVerdict } from '../../contracts/dataset.ts';
import type { Database } from '../database.ts';
import { rowReviews } from '../schema.ts';

export type RowReview = typeof rowReviews.$inferSelect;

/** What people said of a pipeline's synthetic rows, by the hash of each row. */
export async function reviewsOf(db: Database, name: string): Promise<Map<string, RowReview>> {
  const rows = await db.select().from(rowReviews).where(eq(rowReviews.name, name));
  return new Map(rows.map((review) => [review.row, review]));
}

/** The latest word counts. */
export async function saveReview(db: Database, review: { name: string; row: string; verdict: ReviewVerdict; by: string }): Promise<void> {
  const { verdict, by } = review;
  await db
    .insert(rowReviews)
    .values(review)
    .onConflictDoUpdate({ target: [rowReviews.name, rowReviews.row], set: { verdict, by, at: new Date() } });
}
