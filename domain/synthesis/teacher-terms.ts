import type { LicenceTerms } from '../../contracts/catalogue.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { modelOf } from '../provider-model.ts';
import type { PriceBook } from '../cost/price-book.ts';

/** What the catalogue knows of a teacher's terms; null where it knows nothing. @param teacher `provider/model` */
export function teacherTerms(teacher: string, book: Pick<PriceBook, 'find'>): LicenceTerms | null {
  const { provider, model } = modelOf(teacher);
  return book.find(provider, model)?.licence ?? null;
}

/**
 * A teacher's terms may forbid or limit training on what it writes. Unless they plainly allow it, a person must have said so in `synthesis.acknowledgeTerms`.
 *
 * @throws TunegateError `licence_forbids` before the teacher is asked for anything
 */
export function requireTeacherTerms({ synthesis }: PipelineSpec, book: Pick<PriceBook, 'find'>): void {
  if (synthesis === undefined || synthesis.acknowledgeTerms === true) return;
  const terms = teacherTerms(synthesis.teacher, book);
  const permission = terms?.outputsMayTrainOthers ?? 'unknown';
  if (permission === 'yes') return;
  const name = terms === null || terms.name === 'unknown' ? 'its terms' : `its terms (${terms.name}, ${terms.url}, as of ${terms.asOf})`;
  const says = {
    no: `${name} forbid training other models on its answers`,
    conditions: `${name} allow training on its answers under conditions${terms?.note ? `: ${terms.note}` : ''}`,
    unknown: 'nothing is known of whether other models may be trained on its answers',
  }[permission];
  throw new TunegateError('licence_forbids', `the teacher ${synthesis.teacher} writes training rows, and ${says}`, {
    where: 'synthesis.teacher',
    remedy: 'read the terms; if they allow what you do, set synthesis.acknowledgeTerms: true, else choose another teacher',
  });
}
