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
