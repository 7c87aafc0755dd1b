/** A run as a picture: a pure function from its status to lines. */
import type { RunStatus } from '../../contracts/api.ts';
import { duration, shorten, stringWidth } from '../console/text.ts';
import { armLines } from './arms.ts';
import { confusionLines } from './confusions.ts';
import { datasetLines } from './dataset.ts';
import { decisionLines } from './decision.ts';
import type { Frame, Section } from './frame.ts';
import { fieldLines } from './fields.ts';
import { gateLines } from './gate.ts';
import { outcomeLines } from './outcome.ts';
import { questionLines } from './questions.ts';
import { stageLines } from './stages.ts';
import { troubleLines } from './troubles.ts';

const narrowest = 60;
const widest = 120;

export const viewWidth = (columns: number | undefined): number => Math.min(widest, Math.max(narrowest, columns ?? 80));

/** From top to bottom as the run goes; sections without anything to say are left out. */
export function runLines(status: RunStatus, frame: Frame): string[] {
  const sections: Section[] = [datasetLines, armLines, confusionLines, fieldLines, gateLines, questionLines, decisionLines, outcomeLines];
  return [
    titleLine(status, frame),
    '',
    ...stageLines(status, frame),
    ...troubleLines(status, frame),
    ...sections.flatMap((section) => {
      const lines = section(status, frame);
      return lines.length > 0 ? ['', ...lines] : [];
    }),
  ];
}

function titleLine(status: RunStatus, { width, now, style }: Frame): string {
  const seconds = status.state === 'ended' ? status.document.seconds.total : Math.max(0, (now - Date.parse(status.createdAt)) / 1000);
  const word = status.outcome ?? status.state.replaceAll('-', ' ');
  const right = `${word} · ${duration(seconds)}`;
  const left = shorten(status.run, width - right.length - 4);
  return ` ${style.title(left)}${' '.repeat(Math.max(2, width - stringWidth(left) - right.length - 2))}${style.dim(right)}`;
}
