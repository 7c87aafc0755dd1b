import { createInterface, emitKeypressEvents, type Key } from 'node:readline';

/**
 * Waits for one of some keys. At a terminal a key counts at once; where input comes from a file or a pipe, the first letter of each line does.
 * Ctrl-C, Escape and the end of the input answer null.
 */
export function openKeys(input: NodeJS.ReadStream = process.stdin): {
  readonly next: (keys: string) => Promise<string | null>;
  readonly close: () => void;
} {
  if (!input.isTTY) return fromLines(input);
  emitKeypressEvents(input);
  return {
    next: (keys) =>
      new Promise((answer) => {
        const listen = (text: string | undefined, key: Key): void => {
          const isEnd = key.name === 'escape' || (key.ctrl === true && (key.name === 'c' || key.name === 'd'));
          if (!isEnd && (text === undefined || !keys.includes(text.toLowerCase()))) return;
          input.off('keypress', listen).setRawMode(false).pause();
          answer(isEnd ? null : (text ?? '').toLowerCase());
        };
        input.setRawMode(true).resume().on('keypress', listen);
      }),
    close: () => input.pause(),
  };
}

function fromLines(input: NodeJS.ReadStream): ReturnType<typeof openKeys> {
  const lines = createInterface({ input });
  const reader = lines[Symbol.asyncIterator]();
  return {
    next: async (keys) => {
      for (let line = await reader.next(); !line.done; line = await reader.next()) {
        const key = line.value.trim().slice(0, 1).toLowerCase();
        if (key !== '' && keys.includes(key)) return key;
      }
      return null;
    },
    close: () => lines.close(),
  };
}
