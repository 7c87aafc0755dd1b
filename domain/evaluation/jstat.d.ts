/** The part of jstat that the project uses; the package ships no types. */
declare module 'jstat' {
  const jstat: {
    readonly normal: {
      /** P(X ≤ x). */
      cdf(x: number, mean: number, standardDeviation: number): number;
      /** The x with P(X ≤ x) = p. */
      inv(p: number, mean: number, standardDeviation: number): number;
    };
    readonly studentt: {
      inv(p: number, degrees: number): number;
    };
    /** Regularised incomplete beta function I_x(a, b). */
    ibeta(x: number, a: number, b: number): number;
  };
  export = jstat;
}
