import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';

export type SpecFileRole = 'source' | 'test' | 'schema' | 'knowledge' | 'golden' | 'suite' | 'rubric';
/** `path` is as written in the pipeline file, relative to it. */
export interface SpecFile {
  readonly path: string;
  readonly role: SpecFileRole;
  readonly isGlob: boolean;
}

/** The local files that a run needs, in the order of the pipeline file. Addresses, connections and traffic are read by the worker and not listed. */
export function specFiles(spec: PipelineSpec): SpecFile[] {
  const documents = spec.knowledge === undefined ? [] : [spec.knowledge.documents].flat();
  const paths: [SpecFileRole, string | undefined][] = [
    ['schema', spec.task.type === 'extraction' && typeof spec.task.schema === 'string' ? spec.task.schema : undefined],
    ['source', spec.dataset.source],
    ['test', spec.dataset.test],
    ...documents.map((path): [SpecFileRole, string] => ['knowledge', path]),
    ['golden', spec.synthesis?.golden],
    ...Object.values(spec.evaluation.suites).map((path): [SpecFileRole, string] => ['suite', path]),
    ['rubric', spec.evaluation.judge?.rubric],
  ];
  return paths.flatMap(([role, path]) => (path === undefined || !isLocal(path) ? [] : [{ path, role, isGlob: /[*?[\]{}]/.test(path) }]));
}

/** False for `s3://…`, `connection:NAME…`, `traffic:ENDPOINT` and `dataset:train`; true for a Windows drive. */
export function isLocal(path: string): boolean {
  return !/^(?:[a-z][a-z0-9+.-]+:\/\/|connection:|traffic:|dataset:)/i.test(path);
}
