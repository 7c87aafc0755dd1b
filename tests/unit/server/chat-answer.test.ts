import { expect, test } from 'vitest';
import type { Completion } from '../../../providers/provider.ts';
import { chatChunks, chatCompletion } from '../../../server/gateway/chat-answer.ts';

const version = {
  arm: 'rag',
  artifact: `sha256:${'0'.repeat(64)}`,
  run: 'fine-tune/answers/1/1',
  since: '2026-11-27T10:00:00Z',
  approvedBy: 'ada',
} as const;
const request = { endpoint: 'answers', input: 'When?', stream: false, includeUsage: false, logprobs: true, topLogprobs: 2 };
const completion: Completion = {
  id: '1',
  text: '€6',
  scores: null,
  tokens: [
    {
      token: '€',
      logprob: -0.1,
      top: [
        { token: '€', logprob: -0.1 },
        { token: '$', logprob: -2.4 },
      ],
    },
    { token: '6', logprob: 0, top: [{ token: '6', logprob: 0 }] },
  ],
  finish: 'length',
  promptTokens: 30,
  completionTokens: 2,
  latencyMs: 5,
  error: null,
};

test('a written answer carries its tokens with their probabilities, and says that it was cut', () => {
  const [choice] = chatCompletion(request, version, { text: '€6', isParsed: true, completion }).choices;
  expect(choice).toMatchObject({ message: { content: '€6' }, finish_reason: 'length' });
  expect(choice?.logprobs?.content[0]).toEqual({
    token: '€',
    logprob: -0.1,
    bytes: [0xe2, 0x82, 0xac],
    top_logprobs: [
      { token: '€', logprob: -0.1, bytes: [0xe2, 0x82, 0xac] },
      { token: '$', logprob: -2.4, bytes: [0x24] },
    ],
  });
});

test('log-probabilities come only where they are asked for and the model gives them', () => {
  const logprobs = (asked: boolean, given: Completion) =>
    chatCompletion({ ...request, logprobs: asked }, version, { text: '€6', isParsed: true, completion: given }).choices[0]?.logprobs;
  expect(logprobs(false, completion)).toBeNull();
  const { tokens: _, ...bare } = completion;
  expect(logprobs(true, bare)).toBeNull();
});

test('a stream ends with the reason too', () => {
  const reasons = chatChunks(request, version, { text: '€6', isParsed: true, completion }).flatMap((chunk) =>
    (chunk.choices as { finish_reason: string | null }[]).map((c) => c.finish_reason),
  );
  expect(reasons).toEqual([null, null, 'length']);
});
