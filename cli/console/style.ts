/** Colours with a meaning, so that a view says what it means and not how it looks. `NO_COLOR` and pipes get plain text. */
import pc from 'picocolors';

export type Style = ReturnType<typeof styleFor>;

export function styleFor(isColoured: boolean) {
  const c = pc.createColors(isColoured);
  return {
    title: c.bold,
    strong: c.bold,
    dim: c.dim,
    good: c.green,
    bad: c.red,
    warn: c.yellow,
    active: c.cyan,
    link: c.underline,
    accent: c.magenta,
  };
}

/** The style for a stream: colours on a terminal unless `NO_COLOR` is set, or where `FORCE_COLOR` asks for them. */
export function styleOf(stream: { isTTY?: boolean }, env: Readonly<Record<string, string | undefined>> = process.env): Style {
  const isForced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  return styleFor(!env.NO_COLOR && (isForced || (stream.isTTY === true && env.TERM !== 'dumb')));
}

export const plain: Style = styleFor(false);
