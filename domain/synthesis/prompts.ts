/** What the teacher is asked. Short on purpose: small models follow one instruction at a time. */
import type { CandidateRequest } from './candidate.ts';

type Prompt = Pick<CandidateRequest, 'prompt' | 'fields'>;

const name = (label: string) => label.replace(/[_-]+/g, ' ');

export const paraphrase = (text: string): Prompt => ({
  prompt: `Write this message again in other words, as another person would. Keep every fact.\n\nMessage: ${text}`,
  fields: ['message'],
});

export const hardNegative = (own: { label: string; input: string }, other: { label: string; input: string }): Prompt => ({
  prompt: `About ${name(own.label)}: ${own.input}\nAbout ${name(other.label)}: ${other.input}\n\nWrite a new message about ${name(own.label)} that one could easily mistake for one about ${name(other.label)}.`,
  fields: ['message'],
});

export const customerMessage = (passage: string): Prompt => ({
  prompt: `${passage}\n\nCopy one sentence of this text as the quote. Then write the message of a customer whose problem that sentence answers.`,
  fields: ['quote', 'message'],
});

export const questionAndAnswer = (passage: string): Prompt => ({
  prompt: `${passage}\n\nCopy one sentence of this text as the quote. Then write a question that it answers, and the short answer.`,
  fields: ['quote', 'question', 'answer'],
});

/** Who else might write, and how. */
export const voices = [
  'a hurried commuter, in one short line without greeting',
  'a retired teacher, politely and in full sentences',
  'an annoyed customer who has written before',
  'a teenager on a phone, in everyday words',
  'someone for whom this is a second language, in simple words',
  'a clerk who writes for a company, formally',
  'a worried parent, who explains first how it came about',
  'a cheerful regular who makes small talk before the point',
] as const;

export const persona = (text: string, voice: string): Prompt => ({
  prompt: `Write this message again as ${voice}, would write it. Keep every fact.\n\nMessage: ${text}`,
  fields: ['message'],
});

/** In depth: the same wish with one more circumstance that matters. In breadth: a rarer wish of the same kind. */
export const evolve = (label: string, text: string, way: 'depth' | 'breadth'): Prompt => ({
  prompt:
    way === 'depth'
      ? `About ${name(label)}: ${text}\n\nWrite this message again with one more circumstance that makes it harder to handle. It stays about ${name(label)}.`
      : `About ${name(label)}: ${text}\n\nWrite a new message about ${name(label)} on something that people ask for more rarely.`,
  fields: ['message'],
});

/** A question whose answer takes a step of thought, still grounded in one sentence. */
export const deeperQuestion = (passage: string): Prompt => ({
  prompt: `${passage}\n\nCopy one sentence of this text as the quote. Then write a question about a concrete case that this sentence settles, and the short answer.`,
  fields: ['quote', 'question', 'answer'],
});

export const worseAnswer = (question: string, answer: string): Prompt => ({
  prompt: `Question: ${question}\nGood answer: ${answer}\n\nWrite a worse answer that a careless person might give: off the point, incomplete or wrong in one fact.`,
  fields: ['answer'],
});
