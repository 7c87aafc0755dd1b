import { performance } from 'node:perf_hooks';
import { type Stack, startStack } from '../workers/stack/start.ts';
import { styleOf } from './console/style.ts';
import { duration } from './console/text.ts';

const words = { joined: 'runs already', starting: 'starting …', restarting: 'starting again …', ready: 'ready' } as const;

/** Starts what does not run, one line per part and change, so that nobody looks at a silent screen. */
export async function bringUpStack(home: string, tell: (line: string) => void): Promise<Stack> {
  const style = styleOf(process.stderr);
  const began = new Map<string, number>();
  const stack = await startStack({
    home,
    log: (line) => tell(` ${style.dim('│')} ${line}`),
    onProgress: (part, state) => {
      if (state === 'joined') return;
      if (state !== 'ready') began.set(part, performance.now());
      const seconds = state === 'ready' ? ` ${style.dim(`in ${duration((performance.now() - (began.get(part) ?? performance.now())) / 1000)}`)}` : '';
      tell(
        ` ${state === 'ready' ? style.good('✓') : style.dim('○')} ${part.padEnd(9)} ${state === 'ready' ? words.ready : style.dim(words[state])}${seconds}`,
      );
    },
  });
  if (stack.started.length === 0) tell(` ${style.good('✓')} the stack ${words.joined}`);
  return stack;
}
