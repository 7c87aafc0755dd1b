import { describe, expect, test } from 'vitest';
import { plain, styleFor } from '../../../cli/console/style.ts';
import { stringWidth } from '../../../cli/console/text.ts';
import { changeLines } from '../../../cli/view/changes.ts';
import { runLines } from '../../../cli/view/run-view.ts';
import { asking, at, deployed, failed, justStarted, training, waiting } from '../../support/run-status-examples.ts';

const frame = { width: 80, now: Date.parse(at(95)), tick: 0, style: plain, program: 'npx tunegate' };
const pictures = { justStarted, training, asking, waiting, deployed, failed };

describe('the view of a run', () => {
  for (const [name, status] of Object.entries(pictures)) {
    test(`draws ${name} on 80 columns`, () => {
      expect(runLines(status, frame).join('\n')).toMatchSnapshot();
    });
    for (const width of [60, 72, 80, 100, 120]) {
      test(`keeps ${name} within ${width} columns, commands to copy excepted`, () => {
        const tooWide = runLines(status, { ...frame, width }).filter((line) => stringWidth(line) > width && !line.includes('npx tunegate'));
        expect(tooWide).toEqual([]);
      });
    }
    test(`draws ${name} in the same places with colours`, () => {
      const coloured = runLines(status, { ...frame, style: styleFor(true) }).map((line) => stringWidth(line));
      expect(coloured).toEqual(runLines(status, frame).map((line) => stringWidth(line)));
    });
  }
});

describe('the view in a pipe', () => {
  test('tells each change once', () => {
    const story = [justStarted, training, waiting, deployed];
    expect(story.flatMap((status, i) => changeLines(story[i - 1] ?? null, status, frame)).join('\n')).toMatchSnapshot();
    expect(changeLines(deployed, deployed, frame)).toEqual([]);
  });

  test('tells a tenth of a part only when it is reached', () => {
    const step = (done: number) => ({
      ...training,
      stages: training.stages.map((s) => ({ ...s, parts: s.parts.map((p) => (p.unit === 'steps' ? { ...p, done } : p)) })),
    });
    expect(changeLines(step(40), step(43), frame)).toEqual([]);
    expect(changeLines(step(43), step(44), frame)).toEqual([
      'training: lora-smollm2-135m 20 % (44/216 steps) step 40/216 · loss 0.33 · 210 tokens/s',
    ]);
  });
});
