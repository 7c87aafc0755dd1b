/** How this program is called where it runs: what messages tell people to type must work as it stands. */
export const programName = (env: Readonly<Record<string, string | undefined>> = process.env): string => env.TUNEGATE_PROGRAM ?? 'npx tunegate';
