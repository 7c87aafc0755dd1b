import { z } from 'zod';
import { pipelineSpecSchema } from '../../contracts/pipeline-spec.ts';
import type { Path } from './locate.ts';

/** The parts of JSON Schema that the pipeline's schema makes use of. */
export interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly required?: readonly string[];
}

/** The JSON Schema of a pipeline file as a person writes it, for editors. Draft 2020-12. */
export function pipelineJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(pipelineSpecSchema, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'Tunegate pipeline' };
}

let tree: SchemaNode | null = null;

/** Every schema that may stand at a path: a union has several. */
export function schemasAt(path: Path): readonly SchemaNode[] {
  tree ??= pipelineJsonSchema() as SchemaNode;
  let nodes = alternatives(tree);
  for (const part of path) nodes = nodes.flatMap((node) => child(node, part)).flatMap(alternatives);
  return nodes;
}

/** The keys that may stand at a path. */
export function keysAt(path: Path): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** Where in the file a key of this name may stand, as paths without indices. */
export function placesOf(key: string): readonly string[] {
  tree ??= pipelineJsonSchema() as SchemaNode;
  const found = new Set<string>();
  const visit = (node: SchemaNode, path: string): void => {
    for (const option of alternatives(node)) {
      for (const [name, sub] of Object.entries(option.properties ?? {})) {
        if (name === key) found.add(path);
        visit(sub, path === '' ? name : `${path}.${name}`);
      }
      if (option.items !== undefined) visit(option.items, `${path}[]`);
    }
  };
  visit(tree, '');
  return [...found];
}

function alternatives(node: SchemaNode): SchemaNode[] {
  const options = node.anyOf ?? node.oneOf;
  return options === undefined ? [node] : options.flatMap(alternatives);
}

function child(node: SchemaNode, part: PropertyKey): SchemaNode[] {
  if (typeof part === 'number') return node.items === undefined ? [] : [node.items];
  const named = node.properties?.[String(part)];
  if (named !== undefined) return [named];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}
