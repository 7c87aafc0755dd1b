import { parse, type ParseError } from 'jsonc-parser';

/** Where a text stops being JSON, in UTF-16 units. For texts that `JSON.parse` refuses: its messages do not always say where. */
export function jsonFault(text: string): number {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  return errors[0]?.offset ?? text.length;
}
