import type { SourceRecord } from './record.ts';

type Values = Readonly<Record<string, unknown>>;

interface Turn {
  readonly role: string;
  readonly content: string;
  readonly callsTools: boolean;
  readonly weight: unknown;
}

const roles = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);
const isInstruction = (role: string): boolean => role === 'system' || role === 'developer';
const isToolAnswer = (role: string): boolean => role === 'tool' || role === 'function';

class Unusable extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/**
 * A chat row offers, beside its own keys (`tools` among them), the columns `system`, `user` (the last question, or the whole talk where there are several
 * turns) and `assistant` (the last answer; the calls as JSON where it calls tools). `weight` is the row's own, or that of its last message.
 */
export function readChat(values: Values, messages: readonly unknown[], line: number): SourceRecord {
  return orProblem(line, () => {
    const turns = messages.map(readTurn);
    const last = turns.at(-1);
    if (last?.role !== 'assistant')
      throw new Unusable("the last message is not the assistant's", 'end each row with the answer that the model should give');
    const talk = turns.filter(({ role }) => !isInstruction(role)).slice(0, -1);
    checkOrder(turns, talk);
    const system = turns.filter(({ role }) => isInstruction(role)).map(({ content }) => content);
    const weight = weightOf(values.weight ?? last.weight);
    return { ...values, system: system.join('\n'), user: asText(talk), assistant: last.content, ...(weight === null ? {} : { weight }) };
  });
}

/**
 * A preference row (`input`, `preferred_output`, `non_preferred_output`): its three parts as text. Each part is a text, a list of messages, or for the
 * input an object with `messages`.
 */
export function readPreference(values: Values, line: number): SourceRecord {
  return orProblem(line, () => {
    const input = partOf(values.input, 'input');
    const preferred = partOf(values.preferred_output, 'preferred_output');
    const other = partOf(values.non_preferred_output, 'non_preferred_output');
    if (preferred === other) throw new Unusable('the preferred output and the other are the same', 'remove the row: it prefers nothing');
    return { ...values, input, preferred_output: preferred, non_preferred_output: other };
  });
}

function partOf(part: unknown, field: string): string {
  if (typeof part === 'string') return part;
  const messages = Array.isArray(part) ? part : ((part as { messages?: unknown } | null | undefined)?.messages ?? null);
  if (!Array.isArray(messages))
    throw new Unusable(`${field} is neither a text nor a list of messages`, `write ${field} as [{"role": "…", "content": "…"}]`);
  const turns = messages.map(readTurn).filter(({ role }) => !isInstruction(role));
  return field === 'input' ? asText(turns) : (turns.at(-1)?.content ?? '');
}

function checkOrder(turns: readonly Turn[], talk: readonly Turn[]): void {
  if (talk.length === 0) throw new Unusable("no message stands before the assistant's", "add the user's message");
  const late = turns.findIndex(({ role }, i) => isInstruction(role) && turns.slice(0, i).some((earlier) => !isInstruction(earlier.role)));
  if (late >= 0)
    throw new Unusable(`message ${late + 1} is the ${turns[late]?.role ?? ''}'s and stands behind the talk`, 'put the system message first');
  for (const [i, turn] of talk.entries()) {
    const before = talk[i - 1];
    if (isToolAnswer(turn.role) && !(before?.callsTools || isToolAnswer(before?.role ?? '')))
      throw new Unusable('an answer of a tool stands where no tool was called', 'put it behind the assistant message with tool_calls');
    if (i === 0 && turn.role === 'assistant') throw new Unusable("the talk begins with the assistant's message", "begin with the user's message");
    if (before?.role === 'user' && turn.role === 'user')
      throw new Unusable(
        'two messages of the user follow each other: an answer of the assistant is missing',
        'add the answer, or join the two messages',
      );
    if (before?.role === 'assistant' && turn.role === 'assistant') throw twoAnswers();
  }
  if (talk.at(-1)?.role === 'assistant') throw twoAnswers();
}

const twoAnswers = () => new Unusable('two messages of the assistant follow each other', 'messages alternate between user and assistant');

function readTurn(message: unknown): Turn {
  const { role, content, tool_calls: calls, weight } = (typeof message === 'object' && message !== null ? message : {}) as Values;
  if (typeof role !== 'string') throw new Unusable('a message has no role', 'each message needs role and content');
  if (!roles.has(role)) throw new Unusable(`a message has the unknown role '${role}'`, `use one of: ${[...roles].join(', ')}`);
  const callsTools = Array.isArray(calls) && calls.length > 0;
  return { role, content: contentOf(content) || (callsTools ? JSON.stringify(calls) : ''), callsTools, weight };
}

/** Content may come in parts, as newer chat formats write it. */
function contentOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (content === undefined || content === null) return '';
  if (Array.isArray(content) && content.every((part) => typeof (part as Values | null)?.text === 'string'))
    return content.map((part) => (part as { text: string }).text).join('\n');
  return JSON.stringify(content);
}

function weightOf(weight: unknown): number | null {
  if (weight === undefined || weight === null) return null;
  if (typeof weight === 'number' && Number.isFinite(weight) && weight >= 0) return weight;
  throw new Unusable(`the weight is ${JSON.stringify(weight)}`, 'write a number of at least 0, or leave it out');
}

const asText = (turns: readonly Turn[]): string =>
  turns.length === 1 ? (turns[0]?.content ?? '') : turns.map(({ role, content }) => `${role}: ${content}`).join('\n');

function orProblem(line: number, read: () => Values): SourceRecord {
  try {
    return { line, values: read(), problem: null };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { line, values: {}, problem: { message: error.message, remedy: error.remedy, blank: false } };
  }
}
