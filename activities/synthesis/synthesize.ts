import type { Chunk, KnowledgeIndex } from '../../contracts/knowledge.ts';
import type { FrozenDataset } from '../../contracts/plan.ts';
import type { Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { type SynthesisReport, synthesisFilters } from '../../contracts/synthesis.ts';
import { recordDataset } from '../../db/queries/datasets.ts';
import { reviewsOf } from '../../db/queries/reviews.ts';
import { saveVerdicts } from '../../db/queries/synthesis.ts';
import { reviewKey } from '../../domain/dataset/review-key.ts';
import { refOf } from '../../domain/hash.ts';
import { promptVersion } from '../../domain/synthesis/candidate.ts';
import { confusableLabels } from '../../domain/synthesis/label-by-neighbours.ts';
import { planCandidates } from '../../domain/synthesis/plan-candidates.ts';
import { apartFrom, documentsOfTest } from '../../domain/synthesis/sources.ts';
import { type DatasetManifest, loadManifest } from '../dataset/manifest.ts';
import type { ActivityDeps } from '../deps.ts';
import { readRows } from '../dataset/rows.ts';
import type { PartReport } from '../progress.ts';
import { loadRun } from '../run/spec.ts';
import { modelOf } from '../../domain/provider-model.ts';
import { writeCandidates } from './generate.ts';
import { type Judged, judgeCandidates } from './judge.ts';
import { embedTraining } from './label.ts';

const seed = 7;
const defaultTotal = 240;
/** Where `synthesis.maximumSeconds` is not given. */
const secondsPerRow = 5;
const samples = 3;

export async function synthesize(
  deps: ActivityDeps,
  input: { run: string; dataset: FrozenDataset },
  report: (p: PartReport) => void,
  signal: AbortSignal,
): Promise<FrozenDataset> {
  const { spec } = await loadRun(deps, input.run);
  const settings = spec.synthesis;
  if (!settings) throw new RangeError('the spec has no synthesis');
  const manifest = await loadManifest(deps, input.dataset.hash);
  const [train, validation, test, fresh] = await Promise.all([
    readRows(deps, input.dataset.train),
    readRows(deps, input.dataset.validation),
    readRows(deps, input.dataset.test),
    input.dataset.fresh ? readRows(deps, input.dataset.fresh) : [],
  ]);
  // What the candidate is judged on, in whichever place.
  const judgedOn = [...test, ...fresh];
  const all = await readChunks(deps, input.dataset.knowledge ?? null);
  const ofTest = documentsOfTest([...new Set(all.map((chunk) => chunk.document))], judgedOn);
  const training = manifest.task.type === 'classification' ? await embedTraining(deps, train, signal) : [];

  const total =
    settings.total ??
    (manifest.task.type === 'classification' && settings.perLabel
      ? settings.perLabel * manifest.task.labels.length
      : Math.min(defaultTotal, train.length));
  const requests = planCandidates({
    task: manifest.task.type,
    train,
    chunks: apartFrom(all, ofTest),
    generators: settings.generators,
    total,
    confusable: confusableLabels(training),
    seed,
  });
  const teacher = modelOf(settings.teacher);
  const key = refOf({ requests, teacher, promptVersion });
  const started = performance.now();
  const written = await writeCandidates(
    deps,
    { run: input.run, key, teacher, requests, maximumSeconds: settings.maximumSeconds ?? total * secondsPerRow },
    report,
    signal,
  );
  const passed = await judgeCandidates(deps, written, {
    run: input.run,
    key,
    spec,
    task: manifest.task,
    existing: { train, validation, test: judgedOn },
    training,
    signal,
  });
  const judged = await withReviews(deps, spec.name, passed);
  await saveVerdicts(
    deps.db,
    key,
    judged.map(({ written: w, candidate, labelling, scores, drop }) => ({
      ordinal: w.request.ordinal,
      span: candidate?.span ?? null,
      label: labelling?.label ?? null,
      scores,
      dropped: drop?.filter ?? null,
    })),
  );

  const kept = judged.flatMap(({ row }) => (row ? [row] : []));
  // Only what a person has approved may stand outside training, and only where the pipeline file says so.
  const isHeld = (row: Row): boolean => settings.approvedRows === 'validation' && row.origin?.approvedBy !== undefined;
  const sides = { train: [...train, ...kept.filter((row) => !isHeld(row))], validation: [...validation, ...kept.filter(isHeld)] };
  const facts: SynthesisReport = {
    ...funnelOf(judged),
    teacher: settings.teacher,
    promptVersion,
    requested: total,
    written: written.length,
    kept: kept.length,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    stopped: written.length < total ? 'time' : 'complete',
    documentsOfTest: [...ofTest].sort(),
    candidates: await deps.store.putLines(judged.map(({ written: w, drop, labelling, scores }) => ({ ...w, drop, labelling, scores }))),
  };
  report({ done: written.length, total, detail: sentence(facts) });
  return freeze(deps, input, manifest, sides, facts, spec.name);
}

/** What people said of these rows in earlier runs: a rejected one is dropped, an approved one names who approved it. */
async function withReviews(deps: ActivityDeps, name: string, judged: readonly Judged[]): Promise<Judged[]> {
  const reviews = await reviewsOf(deps.db, name);
  return judged.map((one) => {
    const review = one.row && reviews.get(reviewKey(one.row));
    if (!one.row || !review) return one;
    if (review.verdict === 'rejected') return { ...one, row: null, drop: { filter: 'review', why: `rejected by ${review.by}` } };
    return { ...one, row: { ...one.row, origin: { ...one.row.origin, approvedBy: review.by } } };
  });
}

async function freeze(
  deps: ActivityDeps,
  { run, dataset }: { run: string; dataset: FrozenDataset },
  before: DatasetManifest,
  sides: { readonly train: readonly Row[]; readonly validation: readonly Row[] },
  synthesis: SynthesisReport,
  name: string,
): Promise<FrozenDataset> {
  const [train, validation] = [await deps.store.putLines(sides.train), await deps.store.putLines(sides.validation)];
  const counts = { ...before.rows, train: sides.train.length, validation: sides.validation.length };
  const of = (rows: readonly Row[], label: string): number => rows.filter((row) => row.output === label).length;
  const balance = Object.fromEntries(
    Object.entries(before.balance).map(([label, was]) => [label, { ...was, train: of(sides.train, label), validation: of(sides.validation, label) }]),
  );
  // How long it took must not decide what the dataset's hash is.
  const manifest: DatasetManifest = {
    ...before,
    train,
    validation,
    rows: counts,
    balance,
    synthetic: synthesis.kept,
    synthesis: { ...synthesis, seconds: 0 },
  };
  const hash = refOf(manifest);
  await recordDataset(deps.db, { run, hash, name, manifest, testHash: before.test });
  return { ...dataset, hash, train, validation, rows: counts };
}

async function readChunks(deps: ActivityDeps, ref: ArtifactRef | null): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  if (ref === null) return chunks;
  const index = await deps.store.getJson<KnowledgeIndex>(ref);
  for await (const chunk of deps.store.getLines<Chunk>(index.chunks)) chunks.push(chunk);
  return chunks;
}

function funnelOf(judged: readonly Judged[]): Pick<SynthesisReport, 'filters' | 'generators'> {
  const filters = synthesisFilters.map((filter) => {
    const dropped = judged.filter(({ drop }) => drop?.filter === filter);
    const shown = dropped.slice(0, samples).map(({ written, candidate, drop }) => ({
      generator: written.request.generator,
      text: (candidate?.input ?? written.output).slice(0, 300),
      why: drop?.why ?? '',
    }));
    return { filter, dropped: dropped.length, samples: shown };
  });
  const names = [...new Set(judged.map(({ written }) => written.request.generator))].sort();
  const generators = Object.fromEntries(
    names.map((name) => {
      const own = judged.filter(({ written }) => written.request.generator === name);
      return [name, { written: own.length, kept: own.filter(({ row }) => row).length }];
    }),
  );
  return { filters, generators };
}

const sentence = (facts: SynthesisReport): string =>
  [`${facts.written} written`, ...facts.filters.filter((f) => f.dropped > 0).map((f) => `−${f.dropped} ${f.filter}`), `${facts.kept} kept`].join(
    ' · ',
  );
