import jstat from 'jstat';

/** The t with P(T ≤ t) = `probability` for Student's distribution with `degrees` of freedom, to seven digits. */
export const studentQuantile = (probability: number, degrees: number): number => jstat.studentt.inv(probability, degrees);
