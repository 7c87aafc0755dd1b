import { LineCounter, parseDocument } from 'yaml';
import { pipelineSpecSchema } from '../../contracts/pipeline-spec.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { checkRules } from './cross-field-rules.ts';
import { describeIssues } from './describe-issue.ts';
import { fillDefaults } from './fill-defaults.ts';
import { locator } from './locate.ts';

/**
 * Reads a pipeline file, YAML or JSON, and fills in every default, the ones that depend on other keys too.
 *
 * @param text the file's content, already decoded
 * @param fileName how errors name the file
 * @throws TunegateError `bad_spec`, `unknown_key` or `credentials_in_url`, with `where` as `pipeline.yaml:12 (candidates.tuned[0].base)`
 * @example parsePipeline('name: a\ntask: { type: generation }\n…', 'pipeline.yaml').gate.metric // 'similarity'
 */
export function parsePipeline(text: string, fileName: string): PipelineSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    const { line, col } = lines.linePos(syntax.pos[0]);
    throw new TunegateError('bad_spec', `${fileName} is not valid YAML: ${firstLine(syntax.message)}`, {
      where: `${fileName}:${line}:${col}`,
      remedy: syntaxRemedies[syntax.code] ?? 'check the indentation, the quotes and the brackets around this line',
    });
  }
  const written = readDocument(document, fileName);
  if (written === null || typeof written !== 'object' || Array.isArray(written)) {
    throw new TunegateError('bad_spec', `${fileName} holds no pipeline`, {
      where: `${fileName}:1`,
      remedy: 'a pipeline file has the keys name, task, dataset, candidates and deployment; see docs/pipeline-file.md',
    });
  }
  const locate = locator(document, lines, fileName);
  const result = pipelineSpecSchema.safeParse(written);
  if (!result.success) throw describeIssues(result.error.issues, written, locate);
  checkRules(result.data, written, locate);
  return fillDefaults(result.data);
}

function readDocument(document: ReturnType<typeof parseDocument>, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (cause) {
    throw new TunegateError('bad_spec', `${fileName} cannot be read: ${cause instanceof Error ? firstLine(cause.message) : 'unknown reason'}`, {
      where: `${fileName}:1`,
      remedy: 'write values out where aliases are used',
      cause,
    });
  }
}

const syntaxRemedies: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands twice in the same place; keep one of them',
  TAB_AS_INDENT: 'indent with spaces; YAML does not allow tabs here',
  MISSING_CHAR: 'a closing quote, bracket or brace is missing here or in a line above',
  BAD_INDENT: 'indent this line like its neighbours',
  MULTIPLE_DOCS: 'keep one pipeline in a file; remove the line ---',
};

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
