import { describe, expect, test } from 'vitest';
import type { Artifact } from '../../../contracts/artifact.ts';
import type { Row } from '../../../contracts/rows.ts';
import { chooseExamples } from '../../../domain/prompt/examples.ts';
import { parseAnswer } from '../../../domain/prompt/parse.ts';
import { renderRequest, renderTrainingLine } from '../../../domain/prompt/render.ts';
import { bareTemplate, decodingOf, promptTemplate } from '../../../domain/prompt/template.ts';

const task = { type: 'classification', labels: ['card', 'card_lost', 'refund'] } as const;
const row = (input: string, output: string): Row => ({
  id: input,
  file: 'f',
  line: 1,
  input,
  output,
  group: null,
  columns: {},
  origin: null,
  weight: 1,
});

describe('a label', () => {
  test.each([
    ['refund', 'refund'],
    [' Refund. ', 'refund'],
    ['"card_lost"', 'card_lost'],
    ['The label is card_lost', 'card_lost'],
    ['card or refund', null],
    ['', null],
    ['something else', null],
  ])('%j is read as %j', (text, label) => expect(parseAnswer(task, text)).toBe(label));
});

test('every label is read as itself, also where it stands in quotes, ends in a full stop, or differs from another only in case', () => {
  const odd = { type: 'classification', labels: ['Refund', 'refund', '"quoted"', 'n.a.', "o'neil", 'line\nbreak', 'done!', 'done'] } as const;
  for (const label of odd.labels) expect(parseAnswer(odd, label)).toBe(label);
  expect(parseAnswer(odd, ' N.A. ')).toBe('n.a.');
  expect(parseAnswer(odd, 'REFUND')).toBeNull();
});

describe('extracted JSON', () => {
  const extraction = { type: 'extraction', schema: '{}' } as const;
  test('is canonical, whatever the order of its keys and the words around it', () =>
    expect(parseAnswer(extraction, 'Here: {"b":1,"a":2}.')).toBe('{"a":2,"b":1}'));
  test("has the schema's order of fields, at every depth, and others behind them", () => {
    const item = { properties: { z: {}, a: {} } };
    const ordered = { type: 'extraction', schema: JSON.stringify({ properties: { size: {}, items: { items: item }, city: item } }) } as const;
    const text = '{"x": 1.0, "city": {"a": 1, "z": 2}, "b": null, "size": "L", "items": [{"a": "é", "z": [3, 2]}]}';
    expect(parseAnswer(ordered, text)).toBe('{"size":"L","items":[{"z":[3,2],"a":"é"}],"city":{"z":2,"a":1},"b":null,"x":1}');
  });
  test('that is cut cannot be parsed', () => expect(parseAnswer(extraction, '{"a": [1, 2')).toBeNull());
});

describe('a request', () => {
  const artifact: Artifact = {
    version: 1,
    provider: 'local',
    base: 'm',
    weights: null,
    task,
    prompt: promptTemplate(task, 'Which team?', { examples: [{ input: 'x', output: 'card' }] }),
    decoding: decodingOf(task),
    retrieval: null,
  };
  test("puts instruction and labels first, examples as turns, the caller's text last", () => {
    const { messages, labels } = renderRequest(artifact, { id: '1', input: 'where is {{passages}} $& my card?' }, 'served');
    expect(messages.map((m) => m.role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(messages[0]?.content).toBe('Which team?\nAnswer with one of: card, card_lost, refund');
    expect(messages[3]?.content).toBe('where is {{passages}} $& my card?');
    expect(labels).toEqual(task.labels);
  });

  test("of training carries the same prompt and, where it is not 1, the row's weight", () => {
    const line = JSON.parse(renderTrainingLine(bareTemplate, { input: 'hi', output: 'card', weight: 0.5 }));
    expect(line).toEqual({
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: 'card', weight: 0.5 },
      ],
    });
  });
});

test('few-shot examples take the labels in turn and do not depend on the order of the rows', () => {
  const rows = ['a', 'b', 'c'].flatMap((label) => Array.from({ length: 8 }, (_, i) => row(`${label} message ${'x'.repeat(i)}`, label)));
  const chosen = chooseExamples(rows, 6);
  expect(chosen).toEqual(chooseExamples(rows.toReversed(), 6));
  expect(chosen.map((e) => e.output).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
});
