/** Who may do what, and who did what. */
import { bigserial, boolean, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { at } from './at.ts';

export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** SHA-256 of the key; the key itself is shown once. */
    hash: text('hash').notNull(),
    roles: text('roles').array().notNull(),
    isFirst: boolean('is_first').notNull().default(false),
    createdAt: at('created_at').notNull().defaultNow(),
    revokedAt: at('revoked_at'),
  },
  (t) => [uniqueIndex('api_keys_hash').on(t.hash)],
);

export const auditLog = pgTable('audit_log', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: at('at').notNull().defaultNow(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  detail: jsonb('detail').notNull(),
});
